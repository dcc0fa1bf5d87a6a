"""Campaigns on their pages: written, tried, submitted, approved by another, watched, and looked through."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from console.staff.campaign_frame import PAGE
from outreach.campaigns import testing
from outreach.campaigns.lifecycle import settings_of
from outreach.campaigns.settings import Variant, Winner
from scheduler import trying
from store import campaigns, recipients, tables, tags
from store.anniversaries import BIRTHDAY, give
from store.campaigns import DONE, RUNNING, Campaign
from store.recipients import Recipient
from tests.conftest import NOON
from tests.console.staff.campaign_deeds import FORM, does, drafted, furnished, page_of
from tests.console.staff.team import Browser, Team
from tests.outreach.campaigns.drafts import ZONE, kept, rules, said
from tests.store.rows import add_contact, all_rows


async def the_only(team: Team) -> Campaign:
    [found] = await team.database.read(campaigns.every)
    return found


async def state(team: Team, campaign: Campaign) -> str:
    found = await team.database.read(lambda connection: campaigns.one(connection, campaign.id))
    assert found is not None
    return found.state


async def test_a_campaign_is_written_in_its_form_and_read_back_as_it_was(sqlite_team: Team) -> None:
    team = sqlite_team
    form = await furnished(team)
    marketer = await team.browser("marketer")
    page = (await marketer.get(f"{PAGE}/new")).text
    assert "Half price" in page
    assert "Regulars" in page
    more = {"start": "day", "day": "2026-11-28", "hour": "11", "a_minute": "600", "hold_out": "5", "priority": "7"}
    made = await marketer.submit(f"{PAGE}/new", **form | more)
    found = await the_only(team)
    assert made.headers["location"] == f"{page_of(found)}?said=made"
    settings = settings_of(found)
    assert (settings.day, settings.hour, settings.ends_hours) == (dt.date(2026, 11, 28), 11, 72)
    assert (settings.a_minute, settings.hold_out, settings.priority, settings.fall_back) == (600, 5, 7, True)
    assert settings.variants == (Variant(form["template-A"]),)
    assert found.by == marketer.account.public_id

    again = (await marketer.get(f"{page_of(found)}/edit")).text
    for name, value in (("name", "Weekend offer"), ("day", "2026-11-28"), ("a_minute", "600"), ("ends", "3")):
        assert re.search(rf'name="{name}"[^>]* value="{value}"', again), name
    winner = {"template-B": form["template-A"], "winner": "yes", "percent": "10", "hours": "12", "by": "bought"}
    at = {"start": "at", "at": "2026-11-28T09:30", "audience": "followed", "weight-A": "3", "weight-B": "1"}
    saved = await marketer.submit(f"{page_of(found)}/edit", seen="0", **form | winner | at)
    assert saved.headers["location"] == f"{page_of(found)}?said=saved"
    settings = settings_of(await the_only(team))
    assert settings.at == dt.datetime(2026, 11, 28, 1, 30, tzinfo=dt.UTC)  # in Kuala Lumpur it is half past nine
    assert settings.winner == Winner(10, 12, "bought")
    assert [each.weight for each in settings.variants] == [3, 1]
    assert settings.audience == "followed"
    told = (await marketer.get(page_of(found))).text
    assert "Variants A and B have the same template" in told
    stale = await marketer.submit(f"{page_of(found)}/edit", seen="0", **form)
    assert stale.status_code == 422
    assert "Somebody has changed the campaign meanwhile" in stale.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "write a name"),
        ({"segment": ""}, "choose who it is for"),
        ({"segment": "nobody"}, "choose who it is for"),
        ({"ends": "61"}, "whole number from 1 to 60"),
        ({"hold_out": "51"}, "whole number from 0 to 50"),
        ({"a_minute": "many"}, "whole number from 1 to 60,000"),
        ({"start": "at", "at": ""}, "give the moment"),
        ({"start": "at", "at": "9999-12-31T23:59"}, "more than a year away"),
        ({"start": "day", "day": "tomorrow"}, "give the day"),
        ({"weight-A": "0"}, "whole number from 1 to 100"),
        ({"winner": "yes", "percent": "99"}, "whole number from 2 to 80"),
    ],
)
async def test_what_cannot_be_read_is_told_at_its_field_and_nothing_typed_is_lost(
    sqlite_team: Team, fields: dict[str, str], words: str
) -> None:
    form = await furnished(sqlite_team)
    marketer = await sqlite_team.browser("marketer")
    answer = await marketer.submit(f"{PAGE}/new", **form | {"name": "Weekend"} | fields)
    if answer.status_code == 303:  # what is only not ready yet is kept, and told on its page
        answer = await marketer.get(f"{answer.headers['location'].partition('?')[0]}/edit")
    else:
        assert answer.status_code == 422
    assert words in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert f'value="{form["template-A"]}" selected' in answer.text


async def test_a_second_person_approves_what_is_for_many(sqlite_team: Team) -> None:
    team = sqlite_team

    def many(connection: Connection) -> None:
        rules(connection, approve_above=1)
        add_contact(connection, "1", NOON)
        add_contact(connection, "2", NOON)

    await team.database.transact(many)
    author, second = await team.browser("marketer"), await team.browser("marketer")
    found = await drafted(team, by=author.account.public_id)
    assert "so a second person must approve it" in (await author.get(f"{page_of(found)}/people")).text
    submitted = await does(author, found, "submit")
    assert submitted.headers["location"].endswith("?said=waiting")
    waits = await the_only(team)
    own = await does(author, waits, "approve")
    assert own.status_code == 409
    assert "since you wrote it" in own.text
    assert 'value="approve"' not in (await author.get(page_of(found))).text
    assert "It waits for you" in (await second.get(PAGE)).text
    assert "It waits for you" not in (await author.get(PAGE)).text
    stale = await does(second, waits, "approve", seen=0)
    assert stale.status_code == 409
    approved = await does(second, waits, "approve")
    assert approved.headers["location"].endswith("?said=approved")
    assert (await the_only(team)).approved_by == second.account.public_id
    assert second.account.name in (await author.get(page_of(found))).text


async def test_a_campaign_is_paused_resumed_taken_back_copied_and_cancelled(sqlite_team: Team) -> None:
    team = sqlite_team
    marketer, found = await team.browser("marketer"), await drafted(team)
    for deed, then in (
        ("submit", "planned"),
        ("pause", "paused"),
        ("resume", "planned"),
        ("take_back", "draft"),
    ):
        current = await the_only(team)
        assert (await does(marketer, current, deed)).status_code == 303
        assert await state(team, found) == then
        shown = (await marketer.get(page_of(found))).text
        assert f'value="{ {"planned": "pause", "paused": "resume", "draft": "submit"}[then] }"' in shown
    copied = await does(marketer, found, "copy")
    copy = copied.headers["location"].partition("?")[0]
    assert "Weekend (copy)" in (await marketer.get(copy)).text
    assert (await marketer.submit(f"{copy}/deed", deed="remove", seen="0")).headers["location"].startswith(PAGE)
    assert (await marketer.get(copy)).status_code == 404
    assert (await does(marketer, await the_only(team), "submit")).status_code == 303
    assert (await does(marketer, await the_only(team), "cancel")).status_code == 303
    assert await state(team, found) == "cancelled"
    gone = await does(marketer, await the_only(team), "resume")
    assert (gone.status_code, "moved on" in gone.text) == (409, True)
    assert (await does(marketer, await the_only(team), "explode")).status_code == 404
    actions = [action for _actor, action in await team.audited()]
    assert actions == [
        *("campaign.submitted", "campaign.paused", "campaign.resumed", "campaign.taken_back"),
        *("campaign.copied", "campaign.removed", "campaign.submitted", "campaign.cancelled"),
    ]


async def test_a_draft_that_lacks_something_is_not_submitted(sqlite_team: Team) -> None:
    team = sqlite_team
    marketer = await team.browser("marketer")
    found = await drafted(team, at=NOON - dt.timedelta(hours=1))
    shown = (await marketer.get(page_of(found))).text
    assert 'value="submit"' not in shown
    assert "The start is in the past" in shown
    assert f'href="{page_of(found)}/edit#at"' in shown
    assert (await does(marketer, found, "submit")).headers["location"] == page_of(found)
    assert await state(team, found) == "draft"


async def test_a_dry_run_is_asked_for_and_shows_what_it_found(sqlite_team: Team) -> None:
    team = sqlite_team

    def people(connection: Connection) -> Campaign:
        add_contact(connection, "1", NOON)
        add_contact(connection, "2", NOON, language="vi")
        add_contact(connection, "3", NOON, marketing="withdrawn")
        return kept(connection, said(en="Half price"), said(en="Free cake"))

    found = await team.database.transact(people)
    marketer = await team.browser("marketer")
    asked = await marketer.submit(f"{page_of(found)}/trial")
    assert asked.headers["location"] == f"{page_of(found)}?said=trying#trial"
    waits = (await marketer.get(f"{page_of(found)}/trial")).text
    assert "It begins in a moment" in waits
    assert 'hx-trigger="every 2s"' in waits
    await trying.try_campaigns(team.database, NOON, zone=ZONE)
    done = (await marketer.get(f"{page_of(found)}/trial")).text
    assert "every 2s" not in done
    assert "The customer said stop." in done
    assert re.search(r"Tiếng Việt</th><td[^>]*>0</td><td[^>]*>1</td>", done)
    await does(marketer, found, "submit")
    await team.database.transact(lambda connection: campaigns.move(connection, found.id, state=RUNNING))
    assert (await marketer.submit(f"{page_of(found)}/trial")).status_code == 409


async def test_a_test_goes_to_colleagues_in_the_languages_that_are_ticked(sqlite_team: Team) -> None:
    team = sqlite_team
    found = await drafted(team)
    marketer = await team.browser("marketer")
    assert "Nobody has the tag" in (await marketer.get(page_of(found))).text

    def colleague(connection: Connection) -> None:
        tags.add(connection, add_contact(connection, "mei", NOON, name="Mei"), testing.TAG, NOON)

    await team.database.transact(colleague)
    assert "It goes to: Mei" in (await marketer.get(page_of(found))).text
    nothing = await marketer.submit(f"{page_of(found)}/test")
    assert nothing.headers["location"] == f"{page_of(found)}?said=untested#test"
    sent = await marketer.submit(f"{page_of(found)}/test", **{"language-en": "yes", "language-xx": "yes"})
    assert sent.headers["location"] == f"{page_of(found)}?said=tested#test"
    [row] = await team.database.read(all_rows)
    assert (row.sender, row.campaign_id) == ("mei", None)


async def running(team: Team, **values: Any) -> Campaign:
    """A campaign that is under way, with recipients of every fate."""

    def work(connection: Connection) -> int:
        found = kept(connection)
        moved = {"state": RUNNING, "started_at": NOON, "starts_at": NOON, "ends_at": NOON + dt.timedelta(days=3)}
        campaigns.move(connection, found.id, **moved | values)
        for number, (fate, reason) in enumerate(
            (("sent", ""), ("sent", ""), ("skipped", "opted out"), ("failed", "chat not found"), ("waiting", ""))
        ):
            contact = add_contact(connection, str(number), NOON, name=f"Customer {number}", number=f"C-{number}")
            due = NOON - dt.timedelta(hours=1)
            recipients.add(connection, found.id, [Recipient(contact, "A", "waiting", due)])
            here = tables.campaign_recipients.c.contact_id == contact
            told = {"state": fate, "reason": reason, "sent_at": NOON if fate == "sent" else None}
            connection.execute(tables.campaign_recipients.update().where(here).values(**told))
        return found.id

    campaign_id = await team.database.transact(work)
    found = await team.database.read(lambda connection: campaigns.one(connection, campaign_id))
    assert found is not None
    return found


async def test_while_it_runs_its_page_looks_again_and_adds_up(sqlite_team: Team) -> None:
    team = sqlite_team
    found, marketer = await running(team), await team.browser("marketer")
    page = (await marketer.get(page_of(found))).text
    query = re.search(r'hx-get="([^"]*/live\?[^"]*)"', page)
    assert query, page
    assert "2 of 5 sent" in (await marketer.get(PAGE)).text

    def sends(connection: Connection) -> None:
        waits = tables.campaign_recipients.update().where(tables.campaign_recipients.c.state == "waiting")
        connection.execute(waits.values(state="sent"))

    await team.database.transact(sends)
    team.house.now += dt.timedelta(seconds=20)
    live = (await marketer.get(query[1].replace("&amp;", "&"))).text
    assert "3 messages in a minute" in live
    assert "Sent: 3" in live
    for words in ("The customer said stop.", "chat not found"):
        assert words in live
    assert "HX-Refresh" not in (await marketer.get(query[1].replace("&amp;", "&"))).headers
    await does(marketer, found, "pause")
    moved = await marketer.get(query[1].replace("&amp;", "&"))
    assert moved.headers["HX-Refresh"] == "true"
    await team.database.transact(
        lambda connection: campaigns.move(connection, found.id, state=DONE, ended_at=team.house.now)
    )
    assert "every 2s" not in (await marketer.get(f"{page_of(found)}/live?base=x&next=1.x")).text


async def test_those_that_failed_are_tried_again_from_the_page(sqlite_team: Team) -> None:
    team = sqlite_team
    found, marketer = await running(team), await team.browser("marketer")
    assert 'value="retry"' in (await marketer.get(page_of(found))).text
    tried = await does(marketer, found, "retry")
    assert tried.headers["location"] == f"{page_of(found)}?said=retried"
    states = sa.select(tables.campaign_recipients.c.state).order_by(tables.campaign_recipients.c.id)
    assert [row.state for row in await team.rows(states)] == ["sent", "sent", "skipped", "waiting", "waiting"]
    assert (await does(marketer, found, "retry")).status_code == 409


async def test_recipients_are_looked_through_by_state_reason_and_customer(team: Team) -> None:
    found, marketer = await running(team), await team.browser("marketer")
    here = f"{page_of(found)}/recipients"

    async def names(query: str = "") -> list[str]:
        page = (await marketer.get(f"{here}{query}")).text
        return sorted(re.findall(r"<bdi>(Customer \d)</bdi>", page))

    assert await names() == [f"Customer {number}" for number in range(5)]
    assert await names("?state=sent") == ["Customer 0", "Customer 1"]
    assert await names("?state=skipped&reason=opted+out") == ["Customer 2"]
    assert await names("?q=C-3") == ["Customer 3"]
    assert await names("?q=C-9") == []
    assert await names("?state=nonsense") == await names()
    assert (await marketer.get(f"{here}?after=nonsense")).status_code == 404
    everything = (await marketer.get(here)).text
    assert "The customer said stop." in everything
    contact = await team.rows(sa.select(tables.contacts.c.public_id).where(tables.contacts.c.number == "C-2"))
    assert f'href="/staff/customers/{contact[0].public_id}"' in everything


async def test_the_next_page_of_recipients_goes_on_where_the_one_before_ended(
    sqlite_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console.staff import campaign_recipients

    monkeypatch.setattr(campaign_recipients, "ROWS", 2)
    found, marketer = await running(sqlite_team), await sqlite_team.browser("marketer")
    page, seen = f"{page_of(found)}/recipients", list[str]()
    while page:
        answer = (await marketer.get(page, headers={"HX-Request": "true"})).text
        seen += re.findall(r"<bdi>(Customer \d)</bdi>", answer)
        more = re.search(r'hx-get="([^"]*/recipients\?[^"]*)"', answer)
        page = more[1].replace("&amp;", "&") if more else ""
    assert sorted(seen) == [f"Customer {number}" for number in range(5)]


async def test_the_calendar_shows_campaigns_greetings_and_what_goes_on(sqlite_team: Team) -> None:
    team = sqlite_team
    await drafted(team, name="Soon", day=dt.date(2026, 11, 28), hour=11)
    await running(team)

    def born(connection: Connection) -> None:
        for sender, day in (("a", (11, 24)), ("b", (11, 24)), ("c", (12, 24))):
            give(connection, add_contact(connection, sender, NOON), BIRTHDAY, *day, 1990, NOON)

    await team.database.transact(born)
    marketer = await team.browser("marketer")
    month = (await marketer.get(f"{PAGE}/calendar")).text
    assert "November 2026" in month
    assert month.count('aria-current="date"') == 1
    assert "11.00 am <bdi>Soon</bdi>" in month
    assert month.count("Goes on: Weekend") == 3
    assert "2 birthdays" in month
    listed = (await marketer.get(f"{PAGE}/calendar?month=2026-12&view=list")).text
    assert "1 birthday" in listed
    assert listed.count("Public holiday") == 1  # Christmas
    assert "Soon" not in listed
    for wrong in ("?month=2026-13", "?month=x", "?view=x", "?month=2099-12&view=list"):
        assert (await marketer.get(f"{PAGE}/calendar{wrong}")).status_code == 200


async def test_pages_are_said_in_every_language(sqlite_team: Team) -> None:
    found = await running(sqlite_team)
    for language in ("ms", "vi", "ar", "zh"):
        browser: Browser = await sqlite_team.browser("marketer", language=language)
        pages = (PAGE, f"{PAGE}/new", page_of(found), f"{page_of(found)}/recipients", f"{PAGE}/calendar")
        for page in pages:
            answer = await browser.get(page)
            assert answer.status_code == 200, (language, page)
            assert "Recipients" not in answer.text
            assert "Campaigns" not in answer.text
    assert FORM["name"]


async def test_customer_service_looks_and_changes_nothing(sqlite_team: Team) -> None:
    team = sqlite_team
    found, agent = await drafted(team), await team.browser("support")
    for page in (PAGE, page_of(found), f"{page_of(found)}/recipients", f"{PAGE}/calendar"):
        shown = await agent.get(page)
        assert shown.status_code == 200
        assert f'action="{PAGE}' not in shown.text.replace(f'action="{page_of(found)}/recipients"', "")
    assert (await does(agent, found, "submit")).status_code == 403
    assert (await agent.get(f"{PAGE}/new")).status_code == 403
