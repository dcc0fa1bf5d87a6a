"""Verdicts and recipients of campaigns are searched together, in pages that leave nothing out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import outbox, why_not
from store.database import Database
from store.recipients import FAR
from store.tables import campaign_recipients, contacts, verdicts
from store.tables import outbox as messages
from store.why_not import Found, Tally, Wanted
from tests.conftest import NOON
from tests.store.campaign_rows import add_campaign, add_recipient
from tests.store.plans import plans_of
from tests.store.rows import add_contact, message

HOUR = dt.timedelta(hours=1)


def verdict(connection: Connection, contact: int, reason: str, at: dt.datetime, **more: Any) -> None:
    row = {"kind": "offer", "subject": f"offer:{reason}", "verdict": "never", "reason": reason, "at": at} | more
    connection.execute(verdicts.insert().values(contact_id=contact, **row))


class House:
    """Ali and Mei, with verdicts and two campaigns."""

    def __init__(self, connection: Connection) -> None:
        self.ali = add_contact(connection, "ali", NOON, public_id="ali", name="Ali", number="C-1")
        self.mei = add_contact(connection, "mei", NOON, public_id="mei", name="Mei")
        self.spring = add_campaign(connection, "Spring", NOON)
        self.summer = add_campaign(connection, "Summer", NOON + 9 * HOUR, kind="news")
        verdict(connection, self.ali, "opted out", NOON)
        verdict(connection, self.mei, "too late: quiet hours", NOON + HOUR)
        verdict(connection, self.ali, "quiet hours", NOON + 2 * HOUR, verdict="later", until=NOON + 3 * HOUR)
        verdict(connection, self.ali, "", NOON + 4 * HOUR, verdict="now", kind="greeting")
        late = {"due_at": NOON + 2 * HOUR, "state": "skipped", "reason": "too late: daily limit"}
        add_recipient(connection, self.spring, self.ali, **late)
        add_recipient(connection, self.spring, self.mei, state="sent", sent_at=NOON + 5 * HOUR)
        add_recipient(connection, self.summer, self.ali, state="waiting", due_at=FAR)
        add_recipient(connection, self.summer, self.mei, state="held", due_at=NOON + 6 * HOUR)


def told(found: list[Found]) -> list[tuple[str, str, str, str]]:
    return [(each.contact, each.subject.partition(":")[0], each.answer, each.reason) for each in found]


def in_pages(connection: Connection, wanted: Wanted, size: int) -> list[Found]:
    found, after = list[Found](), ""
    while True:
        page = why_not.page(connection, wanted, after, size)
        assert page is not None
        found += page.rows
        after = page.after
        if not after:
            return found


async def test_of_a_customer_everything_is_told_the_newest_first(database: Database) -> None:
    def work(connection: Connection) -> list[tuple[str, str, str, str]]:
        house = House(connection)
        return told(in_pages(connection, Wanted([house.ali]), 100))

    assert await database.transact(work) == [
        ("ali", "Summer", "later", ""),
        ("ali", "offer", "now", ""),
        ("ali", "Spring", "never", "too late: daily limit"),
        ("ali", "offer", "later", "quiet hours"),
        ("ali", "offer", "never", "opted out"),
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["", "quiet hours", "too late: quiet hours", "opted out"]),
        ({"answer": "never"}, ["too late: quiet hours", "opted out"]),
        ({"reason": "quiet hours"}, ["quiet hours", "too late: quiet hours"]),
        ({"reason": "too late"}, ["too late: quiet hours"]),
        ({"kind": "greeting"}, [""]),
        ({"since": NOON + 2 * HOUR, "until": NOON + 4 * HOUR}, ["quiet hours"]),
        ({"campaign": "spring"}, ["too late: daily limit", ""]),
        ({"campaign": "spring", "answer": "now"}, [""]),
        ({"campaign": "summer"}, ["", "held out"]),
        ({"campaign": "summer", "reason": "held out"}, ["held out"]),
        ({"campaign": "summer", "kind": "offer"}, []),
        ({"campaign": "spring", "who": ["mei"]}, [""]),
        ({"who": ["ali", "mei"], "answer": "never"}, ["held out", "too late: daily limit"]),
        ({"who": ["ali", "mei"], "kind": "news"}, ["", "held out"]),
    ],
)
async def test_what_is_wanted_is_found_whatever_the_size_of_the_pages(
    database: Database, wanted: dict[str, Any], found: list[str]
) -> None:
    def work(connection: Connection) -> None:
        house = House(connection)
        asked = dict(wanted)
        who = asked.pop("who", None)
        campaign = asked.pop("campaign", "")
        exact = Wanted(
            None if who is None else [getattr(house, name) for name in who],
            getattr(house, campaign) if campaign else None,
            **asked,
        )
        whole = in_pages(connection, exact, 100)
        assert [each.reason for each in whole if not who or each.campaign] == found
        for size in (1, 2, 3):
            assert in_pages(connection, exact, size) == whole

    await database.transact(work)


async def test_a_message_in_the_outbox_says_how_far_it_is(database: Database) -> None:
    def work(connection: Connection) -> tuple[list[tuple[str, str, str]], list[Tally]]:
        house = House(connection)
        outbox.put(connection, [message(house.ali, "ali", NOON, kind="offer", lane=outbox.MARKETING)])
        made = connection.scalar(sa.select(messages.c.id))
        mine = campaign_recipients.c.contact_id == house.ali, campaign_recipients.c.campaign_id == house.summer
        put = {"state": "put", "message_id": made, "due_at": NOON}
        connection.execute(campaign_recipients.update().where(*mine).values(put))
        page = why_not.page(connection, Wanted(campaign_id=house.summer), "", 10)
        assert page is not None
        states = [(each.contact, each.answer, each.state) for each in page.rows]
        return states, why_not.tallies(connection, house.summer, 3)

    assert await database.transact(work) == (
        [("ali", "now", "queued"), ("mei", "never", "held")],
        [Tally("held", "held out", 1, ("mei",)), Tally("queued", "", 1, ("C-1",))],
    )


async def test_who_was_taken_over_is_found_with_who_took_them(database: Database) -> None:
    def work(connection: Connection) -> set[int]:
        house = House(connection)
        connection.execute(contacts.update().where(contacts.c.id == house.mei).values(merged_into=house.ali))
        return set(why_not.everybody(connection, [house.ali])) - {house.ali, house.mei}

    assert await database.transact(work) == set()


async def test_what_is_asked_for_is_found_by_indexes(sqlite_url: str) -> None:
    def sought(connection: Connection) -> list[str]:
        house = House(connection)
        wishes = (Wanted([house.ali]), Wanted(campaign_id=house.spring), Wanted([house.ali], house.spring))
        plans = [plans_of(connection, lambda: why_not.page(connection, wanted, "", 5)) for wanted in wishes]  # noqa: B023
        return [step for some in plans for _sql, plan in some for step in plan if step.startswith("SCAN")]

    database = Database(sqlite_url)
    assert await database.transact(sought) == []
    database.close()


@pytest.mark.parametrize("after", ["x", "WzFd", "WyJhIiwxLDJd", "bnVsbA", "WzFlOTld", "Wy0xXQ", "WzFdWzFd"])
async def test_what_is_no_place_of_the_search_is_refused(database: Database, after: str) -> None:
    def work(connection: Connection) -> object:
        house = House(connection)
        return why_not.page(connection, Wanted([house.ali]), after, 10)

    assert await database.transact(work) is None
