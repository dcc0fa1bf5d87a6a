"""How often customers buy is known after every purchase, and who is silent for too long is found."""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from outreach import rhythms
from store import members, purchases, refunds, tags
from store import rhythms as kept
from store.database import Database
from store.purchases import Purchase
from store.refunds import Refund
from store.rhythms import Bought
from store.tables import customer_rhythms
from tests.conftest import NOON
from tests.store.plans import plans_of
from tests.store.rows import add_contact

KL, DAY, TAG = ZoneInfo("Asia/Kuala_Lumpur"), dt.timedelta(days=1), "at risk"


def buy(connection: Connection, contact_id: int, *days_ago: int, amount: int = 1000, name: str = "") -> None:
    """A purchase on each of these days."""
    lines = [
        Purchase(f"{name}{contact_id}:{days}", contact_id, NOON - days * DAY, 1, amount, "MYR") for days in days_ago
    ]
    purchases.add(connection, lines)


def make_all(connection: Connection, now: dt.datetime = NOON) -> None:
    while rhythms.refresh(connection, "MYR", KL, now).more:
        pass


def rows(connection: Connection) -> dict[int, Any]:
    return {row.contact_id: row for row in connection.execute(sa.select(customer_rhythms))}


def plainly(days: list[int]) -> float | None:
    """The median of the gaps, counted on the fingers."""
    different = sorted(set(days))
    gaps = sorted(later - day for day, later in pairwise(different))
    if len(gaps) < 2:
        return None
    middle = len(gaps) // 2
    return float(gaps[middle]) if len(gaps) % 2 else (gaps[middle - 1] + gaps[middle]) / 2


@given(st.lists(st.integers(0, 900), min_size=1, max_size=40))
def test_the_usual_gap_is_the_median_between_days_of_purchases(days: list[int]) -> None:
    bought = [Bought(NOON - day * DAY, 100, "MYR") for day in days]
    made = rhythms.rhythm(1, bought, "MYR", KL)
    assert (made.gap_days, made.bought) == (plainly(days), len(set(days)))
    assert made.last_at == NOON - min(days) * DAY
    assert made.spent == 100 * sum(day < min(days) + 365 for day in days)
    if made.gap_days is None:
        assert made.silent_from is None
    else:
        assert made.silent_from == made.last_at + max(30, 2 * made.gap_days) * DAY


async def test_whoever_is_silent_for_twice_the_usual_gap_and_a_month_is_at_risk(database: Database) -> None:
    def play(connection: Connection) -> tuple[list[str], kept.Counted]:
        silent = add_contact(connection, "a", NOON, name="Silent")
        buy(connection, silent, 100, 80, 61)
        rare = add_contact(connection, "b", NOON, name="Rare", marketing="unasked")
        buy(connection, rare, 500, 300, 390)
        for name, days in (("Weekly", (35, 28, 21)), ("Patient", (300, 200, 140)), ("Twice", (300, 200))):
            buy(connection, add_contact(connection, name, NOON, name=name), *days)
        for name, known in (("Dead", {"deceased": True}), ("Gone", {"erased_at": NOON})):
            buy(connection, add_contact(connection, name, NOON, name=name, **known), 100, 80, 61)
        make_all(connection)
        found = kept.page(connection, TAG, NOON, None, 50)
        first = kept.page(connection, TAG, NOON, None, 1)[0]
        place = kept.Place(first.silent_from, first.contact_id)
        assert [first, *kept.page(connection, TAG, NOON, place, 50)] == found
        return [one.name for one in found], kept.count(connection, TAG, NOON)

    names, counted = await database.transact(play)
    assert names == ["Silent", "Rare"]
    assert counted == (2, 1, 0, 6000)


async def test_a_purchase_a_refund_and_a_joining_make_it_anew(database: Database) -> None:
    def play(connection: Connection) -> None:
        chat, card = add_contact(connection, "chat", NOON), add_contact(connection, "card", NOON, number="N-1")
        buy(connection, card, 90, 60, 30)
        make_all(connection)
        assert rows(connection)[card].gap_days == 30
        buy(connection, card, 25, name="again")
        make_all(connection)
        assert (rows(connection)[card].gap_days, rows(connection)[card].bought) == (30, 4)
        last = purchases.lock(connection, f"again{card}:25")
        assert last is not None
        refunds.add(connection, Refund("back", last.id, last.amount, 0, NOON))
        make_all(connection)
        assert (rows(connection)[card].last_at, rows(connection)[card].bought) == (NOON - 30 * DAY, 3)
        members.link(connection, chat, card, NOON)
        make_all(connection)
        assert {one: row.bought for one, row in rows(connection).items()} == {chat: 3}

    await database.transact(play)


async def test_all_are_tagged_once_and_the_tag_is_taken_off_again(database: Database) -> None:
    def play(connection: Connection) -> list[int]:
        for number in range(5):
            buy(connection, add_contact(connection, str(number), NOON), 100 + number, 80, 61)
        make_all(connection)
        counts = []
        while found := kept.untagged(connection, TAG, NOON, 2):
            counts.append(tags.add_to_many(connection, found, TAG, NOON))
        again = tags.add_to_many(connection, list(rows(connection)), TAG, NOON)
        tagged = kept.count(connection, TAG, NOON).tagged
        off = [tags.borne_by(connection, TAG, 50), tags.remove_from_many(connection, TAG, 50)]
        return [*counts, again, tagged, *off, tags.borne_by(connection, TAG, 50)]

    assert await database.transact(play) == [2, 2, 1, 0, 5, 5, 5, 0]


async def test_looking_for_the_silent_goes_by_index(sqlite_url: str) -> None:
    def scanned(connection: Connection) -> list[str]:
        one = add_contact(connection, "a", NOON)
        buy(connection, one, 100, 80, 61)

        def work() -> None:
            make_all(connection)
            kept.count(connection, TAG, NOON)
            kept.page(connection, TAG, NOON, kept.Place(NOON, 5), 50)
            tags.add_to_many(connection, kept.untagged(connection, TAG, NOON, 50), TAG, NOON)
            tags.borne_by(connection, TAG, 50)
            tags.remove_from_many(connection, TAG, 50)
            kept.any_kept(connection)
            refunds.add(connection, Refund("back", 1, 10, 0, NOON))

        plans = plans_of(connection, work)
        return [step for _sql, plan in plans for step in plan if step.startswith("SCAN")]

    database = Database(sqlite_url)
    found = await database.transact(scanned)
    whole = re.compile(r"SCAN (contacts|purchases|contact_tags|customer_rhythms)$")
    assert not [step for step in found if whole.match(step)], found
    database.close()
