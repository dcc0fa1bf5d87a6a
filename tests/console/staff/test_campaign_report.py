"""The report of a campaign: its totals add up, what they mean is said, and all of it can be kept as tables."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any

import msgspec
import pytest
from sqlalchemy.engine import Connection

from console.staff import campaign_export, campaign_said
from console.staff import campaign_report_texts as texts
from insights import campaigns as insight
from insights.campaigns import Figures, Rates
from outreach.campaigns.settings import Settings, Variant, Winner
from store import campaigns
from store.campaigns import Campaign
from tests.conftest import NOON
from tests.console.staff.team import Browser, Team
from tests.loyalty.members import ledger_in_memory
from tests.outreach import campaign_histories
from tests.outreach.sent_campaigns import CONTENT, campaign, recipient
from tests.store.rows import add_contact

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
STARTED = NOON - 4 * DAY


async def made(team: Team, people: int = 270, **values: Any) -> Campaign:
    return await team.database.transact(lambda c: campaign_histories.make(c, STARTED, people, **values))


async def page(browser: Browser, address: str) -> str:
    answer = await browser.get(f"/staff/campaigns/{address}")
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


async def table(browser: Browser, address: str) -> list[dict[str, str]]:
    answer = await browser.get(f"/staff/campaigns/{address}")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def numbers(said: str) -> tuple[list[int], int]:
    """The numbers of the table of states, and its last row."""
    [part] = re.findall(r'id="where".*?</section>', said)
    found = [int(each.replace(",", "")) for each in re.findall(r'class="amount">(?:<strong>)?([\d,]+)', part)]
    return found[:-1], found[-1]


async def test_a_report_tells_everything_and_its_states_add_up(sqlite_team: Team) -> None:
    sent = await made(sqlite_team)
    browser = await sqlite_team.browser("marketer")
    said = await page(browser, f"{sent.public_id}/report")
    states, everybody = numbers(said)
    assert sum(states) == everybody == 270
    assert "The customer said stop." in said
    assert "Forbidden: bot was blocked by the user" in said
    assert "Telegram took them. It doesn't tell us whether they were read." in said
    assert "Of the 210 customers whose message left, or may have." in said
    assert said.count('<svg class="chart"') == 7
    assert said.count("<summary>The same as a table") == 4  # the others have theirs in sight
    assert "Against who was held out of this campaign" in said
    assert "It brought purchases that would not have come without it." in said


@pytest.mark.parametrize("state", ["draft", "waiting", "planned"])
async def test_of_what_was_not_sent_there_is_nothing_to_report(sqlite_team: Team, state: str) -> None:
    sent = await sqlite_team.database.transact(lambda c: campaign(c, NOON, state=state, started_at=None))
    browser = await sqlite_team.browser("marketer")
    said = await page(browser, f"{sent.public_id}/report")
    assert "Nothing of it has been sent yet" in said
    assert "<svg" not in said.partition("<main")[2].partition("</main>")[0]
    assert "No campaign has been sent yet." in await page(browser, "compare")


async def test_what_only_waits_is_reported_without_reactions(sqlite_team: Team) -> None:
    def make(connection: Connection) -> Campaign:
        made = campaign(connection, NOON)
        recipient(connection, made, add_contact(connection, "1", NOON), NOON, state="waiting")
        return made

    sent = await sqlite_team.database.transact(make)
    said = await page(await sqlite_team.browser("marketer"), f"{sent.public_id}/report")
    assert numbers(said) == ([1], 1)
    assert "What they did" not in said


async def test_a_race_and_its_end_are_told(sqlite_team: Team) -> None:
    running = await made(sqlite_team, state="running", ended_at=None)
    browser = await sqlite_team.browser("marketer")
    said = await page(browser, f"{running.public_id}/report")
    assert "The race for the better variant" in said
    assert "It is still being sent. Judge it when it is done." in said
    decided = {"decided_at": STARTED + HOUR, "winner": "B"}
    await sqlite_team.database.transact(lambda c: campaigns.move(c, running.id, **decided))
    said = await page(browser, f"{running.public_id}/report")
    assert "Variant B won on 17 November 2026, 1.00 pm and goes to the rest." in said
    await sqlite_team.database.transact(lambda c: campaigns.move(c, running.id, winner=""))
    assert "No variant was better by 17 November 2026, 1.00 pm" in await page(
        browser, f"{running.public_id}/report"
    )


async def test_without_a_hold_out_it_is_said_that_nobody_can_tell(sqlite_team: Team) -> None:
    sent = await made(sqlite_team, variants=1, hold_out=0)
    said = await page(await sqlite_team.browser("marketer"), f"{sent.public_id}/report")
    assert "Nobody was held out, so it can't be told what it brought." in said
    assert "Variants" not in said.partition("<main")[2]


async def test_a_report_is_read_in_arabic_too(sqlite_team: Team) -> None:
    sent = await made(sqlite_team, 54)
    browser = await sqlite_team.browser("marketer", language="ar")
    said = await page(browser, f"{sent.public_id}/report")
    assert 'dir="rtl"' in said
    assert "وضع كل المستلمين" in said


async def test_what_arrived_is_told_where_the_channel_tells(sqlite_team: Team) -> None:
    sent = await made(sqlite_team, 54)
    browser = await sqlite_team.browser("marketer")

    async def arrived() -> list[str]:
        said = await page(browser, f"{sent.public_id}/report")
        return re.findall(r'data-label="(?:Messages|Arrived)" class="amount">([^<]*)<', said)

    assert await arrived() == ["42", "–"]
    await sqlite_team.database.transact(lambda c: campaign_histories.by_the_web_chat(c, sent, 12, NOON))
    assert await arrived() == ["42", "12"]
    rows = [row for row in await table(browser, f"{sent.public_id}/report.csv") if row["section"] == "channels"]
    assert [(row["of"], row["figure"], row["value"]) for row in rows] == [
        ("webchat", "left", "42"),
        ("webchat", "delivered", "12"),
    ]


async def test_the_figures_as_a_table_say_what_the_report_says(sqlite_team: Team) -> None:
    sent = await made(sqlite_team)
    browser = await sqlite_team.browser("marketer")
    rows = await table(browser, f"{sent.public_id}/report.csv")
    of = {(row["section"], row["of"], row["detail"], row["figure"]): row for row in rows}
    people = [int(row["value"]) for row in rows if row["section"] == "recipients" and row["figure"] == "people"]
    assert sum(people) == int(of["recipients", "", "", "all"]["value"]) == 270
    clicked = of["reactions", "", "", "clicked_share"]
    assert float(clicked["low"]) < float(clicked["value"]) < float(clicked["high"])
    assert of["uplift", "held", "difference", "bought"]["verdict"] == "higher"
    assert float(of["variants", "B", "difference", "clicked_difference"]["value"]) > 0
    assert "campaign.report_exported" in [action for _who, action in await sqlite_team.audited()]


async def test_every_recipient_is_in_their_table_and_no_spreadsheet_finds_a_formula(
    sqlite_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_export, "AT_ONCE", 50)
    sent = await made(sqlite_team)
    rows = await table(await sqlite_team.browser("marketer"), f"{sent.public_id}/recipients.csv")
    assert len({row["customer"] for row in rows}) == len(rows) == 270
    assert all(row["number"].startswith("'=N") for row in rows)
    assert {row["state"] for row in rows} == {"sent", "unknown", "failed", "skipped", "held"}
    assert {row["reason"] for row in rows if row["state"] == "skipped"} == {"The customer said stop."}
    assert {row["paid"] for row in rows} == {"0.00", "15.00"}
    assert "campaign.recipients_exported" in [action for _who, action in await sqlite_team.audited()]


@pytest.mark.parametrize("tail", ["report", "report.csv", "recipients.csv"])
async def test_there_is_no_report_of_what_is_not_there(sqlite_team: Team, tail: str) -> None:
    browser = await sqlite_team.browser("marketer")
    assert (await browser.get(f"/staff/campaigns/nobody-knows-it/{tail}")).status_code == 404


async def test_campaigns_are_compared_by_what_is_asked(sqlite_team: Team) -> None:
    first = await made(sqlite_team, 54, name="First")
    better = campaign_histories.figured
    second = await made(sqlite_team, 54, name="=Second")

    def favour(connection: Connection) -> None:
        connection.exec_driver_sql(
            f"UPDATE campaign_recipients SET clicked_at = sent_at WHERE campaign_id = {second.id}"
        )
        better(connection, second, NOON)
        campaigns.move(connection, first.id, started_at=STARTED + HOUR)

    await sqlite_team.database.transact(favour)
    browser = await sqlite_team.browser("marketer")
    assert [row["name"] for row in await table(browser, "compare.csv")] == ["First", "'=Second"]
    assert [row["name"] for row in await table(browser, "compare.csv?by=clicked")] == ["'=Second", "First"]
    said = await page(browser, "compare?by=clicked")
    assert said.index("=Second") < said.index("First")
    assert said.count('aria-current="true"') == 1
    assert (await browser.get("/staff/campaigns/compare?by=nonsense")).status_code == 200


async def test_a_campaign_that_was_never_figured_is_said_to_be_counted(sqlite_team: Team) -> None:
    await sqlite_team.database.transact(lambda c: campaign(c, NOON, name="Fresh"))
    assert "Being counted" in await page(await sqlite_team.browser("marketer"), "compare")


def told(**values: Any) -> Figures:
    """The figures of a campaign that is over, as far as advice asks for them."""
    usual: dict[str, Any] = {
        **dict.fromkeys(("public_id", "name", "kind", "state"), ""),
        "started_at": STARTED,
        "ended_at": STARTED + DAY,
        "ends_at": STARTED + DAY,
        "days": 1,
        "hold_out": 10,
        "currency": "MYR",
        "rates": Rates(1_000, 100),
    }
    return Figures(**usual | values)


@pytest.mark.parametrize(
    ("values", "advice"),
    [
        ({"rates": Rates()}, None),
        ({"ended_at": None}, texts.STILL_SENT),
        ({"parts": (insight.Part("failed", "", 3),), "ends_at": NOON + DAY}, texts.RETRY),
        ({"rates": Rates(1_000, 100, stopped=30)}, texts.MANY_STOPPED),
        ({"rates": Rates(9, 1)}, texts.TOO_FEW),
        ({"days": 30}, texts.WAIT),
        ({"hold_out": 0}, texts.HOLD_OUT),
        ({}, texts.MORE_HELD),
    ],
)
def test_what_to_do_next_is_the_first_thing_that_is_so(values: dict[str, Any], advice: Any) -> None:
    found = campaign_said.next_step(told(**values), NOON, dt.UTC)
    assert (found.text if found else None) == advice


def test_the_variant_that_did_better_is_named_the_first_one_too() -> None:
    def figures(connection: Connection, hits: tuple[int, int]) -> Figures:
        settings = Settings(variants=(Variant("a"), Variant("b")), winner=Winner())
        sent = campaign(connection, STARTED, contents={"A": CONTENT, "B": CONTENT}, settings=settings)
        for letter, clicked in zip("AB", hits, strict=True):
            for number in range(40):
                contact = add_contact(connection, f"{sent.id}{letter}{number}", NOON)
                at = STARTED if number < clicked else None
                recipient(connection, sent, contact, STARTED, variant=letter, clicked_at=at)
        return insight.figures(connection, sent, NOON)

    with ledger_in_memory() as connection:
        assert campaign_said.best(figures(connection, (5, 25))) == "B"
        assert campaign_said.best(figures(connection, (25, 5))) == "A"
        assert campaign_said.best(figures(connection, (9, 9))) == ""


def test_what_is_lost_has_a_minus_and_stands_alone_in_arabic() -> None:
    assert campaign_said.money(-1_234.4, "MYR", "en", signed=True) == "−RM12.34"
    assert campaign_said.money(0.2, "MYR", "en", signed=True) == "RM0.00"
    assert campaign_said.bare_points(-0.0312, "en") == "−3.1"
    assert campaign_said.bare_points(0.00001, "en") == "0"
    assert campaign_said.percent(0.0876, "ar").startswith("\u2066")
    assert campaign_said.percent(None, "en") == "–"


def test_the_figures_go_into_json_and_back() -> None:
    with ledger_in_memory() as connection:
        sent = campaign_histories.make(connection, STARTED, 54)
        found = insight.figures(connection, sent, NOON)
        assert msgspec.json.decode(msgspec.json.encode(found), type=Figures) == found
