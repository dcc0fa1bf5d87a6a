"""Today tells what waits, which promises are due, and what is worth doing; its buttons do it, and undo it."""

from __future__ import annotations

import datetime as dt
import html
import re
from functools import partial

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import ledger
from outreach import rhythms
from service import promises
from store import claims, imports, purchases, tags
from store.imports import Counts
from store.purchases import Purchase
from store.tables import audit, contact_tags, contacts, conversations, due
from tests.console.staff import talks
from tests.console.staff.clientele import add_customer
from tests.console.staff.team import Team
from tests.outreach.test_rhythms import KL

DAY = dt.timedelta(days=1)
TODAY, RISK, POINTS = "/staff/today", "/staff/today/at-risk", "/staff/today/points"


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page.partition("<main")[2])).split())


async def bought(team: Team, name: str, *days_ago: int, **known: object) -> int:
    """A customer who bought on these days."""

    def add(connection: Connection) -> int:
        one = add_customer(connection, name, name=name, **known)
        now = team.house.now
        lines = [Purchase(f"{name}{ago}", one, now - ago * DAY, 1, 2500, "MYR") for ago in days_ago]
        purchases.add(connection, lines)
        while rhythms.refresh(connection, "MYR", KL, now).more:
            pass
        return one

    return await team.database.transact(add)


async def expiring(team: Team, name: str, points: int, in_days: int) -> int:
    """A member whose points expire in so many days."""

    def add(connection: Connection) -> int:
        one, now = add_customer(connection, name, name=name), team.house.now
        ledger.earn(connection, [ledger.Earning(name, one, points, now, expires_at=now + in_days * DAY)])
        return one

    return await team.database.transact(add)


async def test_an_empty_house_is_told_kindly_what_fills_the_page(sqlite_team: Team) -> None:
    for role in ("owner", "support"):
        browser = await sqlite_team.browser(role)
        assert (await browser.get("/staff")).headers["Location"] == TODAY
        words = plain((await browser.get(TODAY)).text)
        for sentence in (
            "Nobody waits",
            "No promise is due today",
            "sapa import purchases",
            "No points expire",
            "Everybody has an answer",
        ):
            assert sentence in words
    assert "sapa import" in plain((await browser.get(RISK)).text)
    assert "No points expire" in plain((await browser.get(POINTS)).text)


async def test_who_markets_sees_no_conversations(sqlite_team: Team) -> None:
    await talks.waiting(sqlite_team)
    marketer = await sqlite_team.browser("marketer")
    page = (await marketer.get(TODAY)).text
    assert "At risk" in page
    assert "Unanswered" not in page
    assert "/staff/inbox" not in page
    assert (await marketer.get("/staff/figures")).status_code == 403


async def test_what_waits_is_counted_and_each_number_leads_to_where_it_is_done(sqlite_team: Team) -> None:
    team = sqlite_team
    await talks.waiting(team, "1")
    agent, _home = await talks.taken(team, await talks.waiting(team, "2"))
    await team.house.customer("2").types("Are you there?")
    now = team.house.now

    def more(connection: Connection) -> None:
        late = conversations.update().where(conversations.c.state == "queued")
        connection.execute(late.values(first_due_at=now - DAY, waiting_since=now - 3 * DAY))
        one = connection.scalar(sa.select(contacts.c.id).limit(1)) or 0
        claims.add(
            connection, one, public_id="c1", receipt="R-1", written="R-1", picture="", promised_at=now - DAY, at=now
        )

    await team.database.transact(more)
    page = (await agent.get(TODAY)).text
    tiles = dict(re.findall(r'class="tile[^"]*" href="([^"]+)"><span class="figure">(\d+)', page))
    assert tiles == {"/staff/inbox?view=mine": "1", "/staff/inbox?view=all": "1", "/staff/claims": "1"}
    words = plain(page)
    assert "2 conversations" in words
    assert "3 days" in words
    first = re.search(r'action="(/staff/inbox/[^/"]+/take)"', page)
    assert first
    answer = await agent.submit(first[1], owner="queue")
    assert answer.headers["Location"].endswith("?said=taken")
    assert "/take" not in (await agent.get(TODAY)).text


async def test_promises_are_listed_ones_own_first_and_kept_from_here(sqlite_team: Team) -> None:
    team = sqlite_team
    agent, home = await talks.taken(team, await talks.waiting(team))
    other, now = await team.account("owner", name="Mei"), team.house.now

    def promise(connection: Connection) -> None:
        contact = connection.scalar(sa.select(contacts.c.id).limit(1)) or 0
        make = partial(promises.make, connection, contact)
        make(other.id, "Send the price list", now - DAY, now)
        make(agent.account.id, "Call back", now + dt.timedelta(hours=1), now)
        make(agent.account.id, "Next week", now + 7 * DAY, now)

    await team.database.transact(promise)
    page = (await agent.get(TODAY)).text
    words = plain(page)
    assert words.index("Call back") < words.index("Send the price list")
    assert "Overdue" in words
    assert "Next week" not in words
    form = re.search(r'action="([^"]+/promises/[^"]+)"', page)
    assert form
    assert form[1].startswith(home)
    kept = await agent.submit(form[1], how="kept", **{"from": "today"})
    assert kept.headers["Location"] == f"{TODAY}?said=settled"
    after = plain((await agent.get(kept.headers["Location"])).text)
    assert "The promise is settled." in after
    assert "Call back" not in after


async def test_an_import_is_told_of_with_the_three_things_to_do(sqlite_team: Team) -> None:
    team = sqlite_team
    now = team.house.now

    def bring(connection: Connection, ago: int, counts: Counts, kind: str) -> None:
        begun = imports.begin(connection, kind, f"{kind}{ago}", now - ago * DAY)
        begun = imports.advance(connection, begun, 10, counts) or begun
        imports.finish(connection, begun, now - ago * DAY)

    owner = await team.browser("owner")
    await team.database.transact(partial(bring, ago=20, counts=Counts(added=5), kind="customers"))
    assert "Imported on" not in (await owner.get(TODAY)).text
    await team.database.transact(
        partial(bring, ago=2, counts=Counts(added=69_659, contacts=23_570), kind="purchases")
    )
    words = plain((await owner.get(TODAY)).text)
    assert "Imported on 19 November 2026 · 23,570 customers · 69,659 purchases" in words
    assert words.index("Ready to be done") < words.index("What waits")


async def test_who_is_at_risk_is_listed_tagged_once_and_untagged(sqlite_team: Team) -> None:
    team = sqlite_team
    await bought(team, "Silent", 100, 80, 61)
    await bought(team, "Quiet", 200, 180, 161, marketing="withdrawn")
    await bought(team, "Regular", 30, 20, 10)
    owner = await team.browser("owner")
    words = plain((await owner.get(TODAY)).text)
    assert "2 customers" in words
    assert "May be written to 1" in words
    assert "RM150.00" in words
    page = (await owner.get(RISK)).text
    assert plain(page).index("Silent") < plain(page).index("Quiet")
    assert "Regular" not in page
    tagged = await owner.submit(f"{RISK}/tag")
    page = (await owner.get(tagged.headers["Location"])).text
    assert "2 customers were tagged." in plain(page)
    assert 'href="/staff/segments/new?tag=at%20risk"' in page
    await owner.submit(f"{RISK}/tag")
    assert len(await team.rows(sa.select(contact_tags))) == 2
    assert "Silent" in (await owner.get("/staff/customers?tag=at+risk")).text
    off = await owner.submit(f"{RISK}/tag", off="yes")
    assert "taken off 2 customers" in plain((await owner.get(off.headers["Location"])).text)
    assert await team.rows(sa.select(contact_tags)) == []
    said = await team.rows(sa.select(audit.c.action, audit.c.after).order_by(audit.c.id))
    assert [(row.action, row.after["customers"]) for row in said] == [
        ("customer.tagged", 2),
        ("customer.untagged", 2),
    ]


async def test_a_tag_given_by_hand_is_counted_as_given(sqlite_team: Team) -> None:
    team = sqlite_team
    one = await bought(team, "Silent", 100, 80, 61)
    await team.database.transact(lambda c: tags.add(c, one, "at risk", team.house.now))
    page = plain((await (await team.browser("marketer")).get(RISK)).text)
    assert "All of them bear the tag" in page
    assert "Take the tag off 1 customer" in page


async def test_long_lists_go_on_where_they_end(sqlite_team: Team) -> None:
    team = sqlite_team
    for number in range(53):
        await bought(team, f"Silent {number:02}", 200 + number, 180, 161)
        await expiring(team, f"Leaving {number:02}", 10, 1 + number % 29)
    owner = await team.browser("owner")
    for address, name in ((RISK, "Silent"), (POINTS, "Leaving")):
        first = (await owner.get(address)).text
        onward = re.search(r'href="([^"]+\?after=[^"]+)"', first)
        assert onward
        rest = (await owner.get(onward[1])).text
        names = [set(re.findall(rf"{name} \d\d", each)) for each in (first, rest)]
        assert (len(names[0]), len(names[1]), len(names[0] | names[1])) == (50, 3, 53)
    assert (await owner.get(f"{RISK}?after=nonsense")).status_code == 200


async def test_who_heard_nothing_of_points_that_expire_is_reminded_once(sqlite_team: Team) -> None:
    team = sqlite_team
    await expiring(team, "Ali", 70, 20)
    await expiring(team, "Far", 70, 40)
    marketer = await team.browser("marketer")
    assert "1 member" in plain((await marketer.get(TODAY)).text)
    assert "A week before, by itself" in plain((await marketer.get(POINTS)).text)
    done = await marketer.submit(f"{POINTS}/remind")
    words = plain((await marketer.get(done.headers["Location"])).text)
    assert "A reminder is planned for 1 member." in words
    assert "Planned for" in words
    again = await marketer.submit(f"{POINTS}/remind")
    assert "Nobody was left" in plain((await marketer.get(again.headers["Location"])).text)
    rows = await team.rows(sa.select(due.c.flow, due.c.key).where(due.c.flow == "expiry_notice"))
    assert len(rows) == 1
    agent = await team.browser("support")
    assert "Remind them now" not in (await agent.get(POINTS)).text


@pytest.mark.parametrize("days", ["7", "90", "nonsense"])
async def test_figures_are_shown_for_a_period_and_saved_as_a_table(sqlite_team: Team, days: str) -> None:
    team = sqlite_team
    agent, home = await talks.taken(team, await talks.waiting(team))
    await agent.submit(f"{home}/reply", nonce="answer-0001", text="Hello")
    team.house.now += dt.timedelta(hours=1)
    page = (await agent.get(f"/staff/figures?days={days}")).text
    assert "These are too few to judge by" in page
    assert "Siti" in page
    table = (await agent.get(f"/staff/figures.csv?days={days}")).text
    kinds = [line.split(",")[0] for line in table.lstrip("\ufeff").splitlines()]
    assert kinds[:2] == ["kind", "team"]
    assert ("staff:" + agent.account.public_id, "figures.exported") in await team.audited()
