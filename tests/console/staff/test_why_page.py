"""Why a customer got something, or not: searched by customer, campaign, kind, answer, reason and day, and saved."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from sqlalchemy.engine import Connection

from store import audit
from store.tables import campaigns, verdicts
from tests.conftest import NOON
from tests.console.staff.team import Team
from tests.store.campaign_rows import add_campaign, add_recipient
from tests.store.rows import add_contact

pytestmark = pytest.mark.slow

HOUR = dt.timedelta(hours=1)
PAGE = "/staff/why"


async def with_answers(team: Team) -> None:
    """Ali was put off and then passed over by a campaign; Mei got it and is held out of another."""

    def add(connection: Connection) -> None:
        ali = add_contact(
            connection, "1", NOON, public_id="ali", name="Ali <b>", number="C-1", phone="+60123456789"
        )
        mei = add_contact(connection, "2", NOON, public_id="mei", name="=Mei")
        spring = add_campaign(connection, "Spring sale", NOON, public_id="spring")
        later = {"kind": "greeting", "subject": "birthday:1", "verdict": "later", "reason": "quiet hours"}
        connection.execute(verdicts.insert().values(contact_id=ali, at=NOON, until=NOON + HOUR, **later))
        never = {"kind": "offer", "subject": "offer:1", "verdict": "never", "reason": "too late: daily limit"}
        connection.execute(verdicts.insert().values(contact_id=mei, at=NOON + HOUR, **never))
        add_recipient(connection, spring, ali, state="skipped", reason="public holiday", due_at=NOON + 2 * HOUR)
        add_recipient(connection, spring, mei, state="sent", sent_at=NOON + 3 * HOUR)

    await team.database.transact(add)


async def saved(team: Team, **asked: str) -> list[tuple[str, str, str]]:
    browser = await team.browser("marketer")
    table = await browser.get(f"{PAGE}.csv", params=asked)
    rows = csv.DictReader(io.StringIO(table.text.removeprefix("\ufeff")))
    return [(row["customer"], row["answer"], row["reason"]) for row in rows]


QUIET = ("ali", "later", "quiet hours")
LATE = ("mei", "never", "too late: daily limit")
HOLIDAY = ("ali", "never", "public holiday")
SENT = ("mei", "now", "")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, [LATE, QUIET]),
        ({"q": "C-1"}, [HOLIDAY, QUIET]),
        ({"q": "012-345 6789"}, [HOLIDAY, QUIET]),
        ({"q": "ali"}, [HOLIDAY, QUIET]),
        ({"q": "nobody at all"}, []),
        ({"campaign": "spring"}, [HOLIDAY, SENT]),
        ({"campaign": "spring", "answer": "never"}, [HOLIDAY]),
        ({"campaign": "spring", "q": "mei"}, [SENT]),
        ({"reason": "daily limit"}, [LATE]),
        ({"reason": "no such reason", "kind": "nonsense", "answer": "maybe", "campaign": "none"}, [LATE, QUIET]),
        ({"kind": "greeting"}, [QUIET]),
        ({"since": "2026-11-22"}, []),
        ({"until": "2026-11-21", "q": "ali", "kind": "offer"}, [HOLIDAY]),
    ],
)
async def test_what_is_asked_for_is_shown_and_saved(
    sqlite_team: Team, asked: dict[str, str], found: list[tuple[str, str, str]]
) -> None:
    await with_answers(sqlite_team)
    assert await saved(sqlite_team, **asked) == found
    page = (await (await sqlite_team.browser("support")).get(PAGE, params=asked)).text
    for row, words in ((HOLIDAY, "It was a public holiday where"), (QUIET, "<bdi>It was quiet hours.</bdi>")):
        assert (f"{words}" in page.partition("<tbody>")[2]) == (row in found)


async def test_a_customer_and_a_campaign_are_told_in_words(sqlite_team: Team) -> None:
    await with_answers(sqlite_team)
    page = (await (await sqlite_team.browser("owner")).get(f"{PAGE}?q=ali")).text
    for words in ("Ali &lt;b&gt;", "Spring sale", "Passed over", "Put off", "Greeting", "Until"):
        assert words in page
    late = (await (await sqlite_team.browser("owner")).get(f"{PAGE}?q=mei")).text
    assert "It was too late for it to be of use. There had been enough on that day." in late
    assert "There is no such customer." in (await (await sqlite_team.browser("owner")).get(f"{PAGE}?q=zzz")).text


async def test_the_customers_page_tells_campaigns_too(sqlite_team: Team) -> None:
    await with_answers(sqlite_team)
    browser = await sqlite_team.browser("support")
    passed_over = (await browser.get("/staff/customers/ali")).text
    for words in (
        "Not sent: Spring sale",
        "It was a public holiday where the customer lives.",
        "Put off: Greeting",
    ):
        assert words in passed_over
    assert "Sent: Spring sale" in (await browser.get("/staff/customers/mei")).text


async def test_nothing_yet_is_said_so(sqlite_team: Team) -> None:
    page = (await (await sqlite_team.browser("owner")).get(PAGE)).text
    assert "Nothing has been judged yet" in page


async def test_pages_follow_one_another_and_leave_nothing_out(sqlite_team: Team) -> None:
    await with_answers(sqlite_team)

    def many(connection: Connection) -> None:
        spring = connection.scalar(campaigns.select().with_only_columns(campaigns.c.id))
        assert spring is not None
        for number in range(120):
            contact = add_contact(connection, f"x{number}", NOON, number=f"N-{number:03}")
            add_recipient(connection, spring, contact, state="skipped", reason="no consent")

    await sqlite_team.database.transact(many)
    owner = await sqlite_team.browser("owner")
    seen, way = list[str](), f"{PAGE}?campaign=spring&reason=no+consent"
    while way:
        page = (await owner.get(way)).text
        body = page.partition("<tbody>")[2].partition("</tbody>")[0]
        seen += [part.partition("<")[0] for part in body.split('<bdi dir="ltr">')[1:]]
        more = page.partition('<a class="button" href="/staff/why?')[2].partition('"')[0]
        way = f"{PAGE}?{more.replace('&amp;', '&')}" if "after=" in more else ""
    assert seen == [f"N-{number:03}" for number in range(120)]
    assert (await owner.get(f"{PAGE}?after=nonsense")).status_code == 404


async def test_who_saves_the_table_is_noted_and_it_holds_no_formulas(sqlite_team: Team) -> None:
    await with_answers(sqlite_team)
    owner = await sqlite_team.browser("owner")
    table = await owner.get(f"{PAGE}.csv?q=mei")
    assert "'=Mei" in table.text
    assert table.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in table.headers["Content-Disposition"]
    last = (await sqlite_team.database.read(lambda c: audit.search(c, audit.Wanted(), None, 1)))[0]
    assert (last.action, last.after) == ("verdicts.exported", {"rows": 2, "q": "mei"})
