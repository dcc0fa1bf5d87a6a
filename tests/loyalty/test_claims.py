"""Claims of missing points: a receipt brings points once, whoever asks and however often."""

from __future__ import annotations

import asyncio
import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from loyalty import claims, ledger, programme, purchases, receipts
from loyalty.claims import (
    AlreadyCredited,
    AlreadyYours,
    Approved,
    Credited,
    Filed,
    NotOpen,
    NotYours,
    Refused,
    TooMany,
    TooOld,
)
from loyalty.programme import Earn, Hours, Programme
from store.database import Database
from store.purchases import Purchase
from store.tables import due
from tests.conftest import NOON
from tests.loyalty.members import make_contacts

LOCAL = NOON.astimezone(ZoneInfo("Asia/Kuala_Lumpur"))
OPEN = ((dt.time(9), dt.time(18)),)


def filed(connection: Connection, contact_id: int, receipt: str = "R-1") -> Filed:
    claim = claims.file(connection, contact_id, receipt, "", LOCAL)
    assert isinstance(claim, Filed)
    return claim


def approve(connection: Connection, number: str, at: dt.datetime = NOON) -> object:
    return claims.approve(connection, number, 1250, at, None, None, NOON)


@pytest.mark.parametrize("other", ["rc 1001 / 7", "RC-1001-7", "rc10017", "RC–١٠٠١–٧", " #RC.1001.7 "])
def test_a_receipt_is_known_again_however_it_is_written(other: str) -> None:
    assert receipts.compared(other) == "RC10017"


@given(st.text())
def test_comparing_what_was_compared_changes_nothing(text: str) -> None:
    once = receipts.compared(text)
    assert len(once) <= receipts.LENGTH
    assert receipts.compared(once) == once


async def test_a_claim_is_approved_once_brings_points_and_is_told(database: Database) -> None:
    def work(connection: Connection) -> tuple[object, object, int, list[object]]:
        (member,) = make_contacts(connection, 1)
        number = filed(connection, member).number
        first, second = approve(connection, number), approve(connection, number)
        balance = ledger.account_of(connection, member, LOCAL, "en").balance
        return first, second, balance, list(connection.execute(sa.select(due.c.flow, due.c.args)))

    first, second, balance, told = await database.transact(work)
    assert (first, second, balance) == (Approved(12), NotOpen("approved"), 12)
    assert [(row.flow, row.args["points"]) for row in told] == [("claim_decided", 12)]  # type: ignore[attr-defined]


async def test_a_receipt_whose_days_of_waiting_are_over_brings_points_that_can_be_spent(database: Database) -> None:
    def work(connection: Connection) -> tuple[int, int]:
        programme.keep(connection, Programme(earn=Earn(pending_days=7)), text="", by="owner", at=NOON)
        (member,) = make_contacts(connection, 1)
        for days, receipt in ((8, "R-1"), (2, "R-2")):
            approve(connection, filed(connection, member, receipt).number, NOON - dt.timedelta(days=days))
        account = ledger.account_of(connection, member, LOCAL, "en")
        return account.balance, account.pending

    assert await database.transact(work) == (12, 12)


async def test_a_refused_receipt_may_be_claimed_again(database: Database) -> None:
    def work(connection: Connection) -> tuple[object, object]:
        (member,) = make_contacts(connection, 1)
        number = filed(connection, member).number
        refused = claims.refuse(connection, number, "It cannot be read.", None, NOON)
        return refused, claims.file(connection, member, "R-1", "", LOCAL)

    refused, again = await database.transact(work)
    assert refused == Refused()
    assert isinstance(again, Filed)


async def test_a_receipt_is_not_claimed_twice_and_nothing_is_told_of_others(database: Database) -> None:
    def work(connection: Connection) -> tuple[object, ...]:
        mine, yours = make_contacts(connection, 2)
        first = filed(connection, mine)
        bought = Purchase("p", yours, NOON, 1, 500, "MYR", receipt="R2")
        purchases.record(connection, [bought], programme.read(connection))
        open_again = claims.file(connection, mine, "r 1", "", LOCAL)
        by_another = claims.file(connection, yours, "R1", "", LOCAL)
        credited, others = (claims.file(connection, who, "R-2", "", LOCAL) for who in (yours, mine))
        approve(connection, first.number)
        return first, open_again, by_another, credited, others, claims.file(connection, mine, "R1", "", LOCAL)

    first, open_again, by_another, credited, others, approved = await database.transact(work)
    assert isinstance(first, Filed)
    assert open_again == AlreadyYours(first.number, first.promised_at, credited=False)
    assert by_another == others == NotYours()
    assert credited == AlreadyCredited(NOON)
    assert approved == AlreadyYours(first.number, first.promised_at, credited=True)


async def test_points_that_came_meanwhile_are_not_given_again(database: Database) -> None:
    def work(connection: Connection) -> tuple[object, object]:
        (member,) = make_contacts(connection, 1)
        number = filed(connection, member).number
        bought = Purchase("till", member, NOON, 1, 1250, "MYR", receipt="R1")
        purchases.record(connection, [bought], programme.read(connection))
        return approve(connection, number), claims.refuse(connection, number, "Credited already.", None, NOON)

    assert await database.transact(work) == (Credited(), Refused())


async def test_an_old_receipt_is_not_approved_and_claims_have_a_bound(database: Database) -> None:
    def work(connection: Connection) -> tuple[object, object]:
        (member,) = make_contacts(connection, 1)
        number = filed(connection, member).number
        old = approve(connection, number, NOON - dt.timedelta(days=31))
        for other in range(2, claims.OPEN_AT_MOST + 1):
            filed(connection, member, f"R-{other}")
        return old, claims.file(connection, member, "R-9", "", LOCAL)

    old, more = await database.transact(work)
    assert old == TooOld(dt.date(2026, 10, 22))
    assert more == TooMany(claims.OPEN_AT_MOST)


async def test_of_many_who_claim_one_receipt_at_once_one_has_it(database: Database) -> None:
    members = await database.transact(lambda connection: make_contacts(connection, 8))

    async def claim(member: int) -> object:
        return await database.transact(lambda connection: claims.file(connection, member, "R-1", "", LOCAL))

    answers = await asyncio.gather(*(claim(member) for member in members))
    assert sum(isinstance(answer, Filed) for answer in answers) == 1
    assert sum(answer == NotYours() for answer in answers) == 7


async def test_of_many_decisions_at_once_one_holds(database: Database) -> None:
    def prepare(connection: Connection) -> str:
        return filed(connection, make_contacts(connection, 1)[0]).number

    number = await database.transact(prepare)

    def decide(connection: Connection, place: int) -> object:
        if place % 2:
            return approve(connection, number)
        return claims.refuse(connection, number, "No.", None, NOON)

    async def decided(place: int) -> object:
        return await database.transact(lambda connection: decide(connection, place))

    answers = await asyncio.gather(*(decided(place) for place in range(8)))
    assert sum(not isinstance(answer, NotOpen) for answer in answers) == 1


def test_a_promise_counts_the_days_on_which_the_business_is_open() -> None:
    week = (OPEN, OPEN, OPEN, OPEN, OPEN, (), ())
    monday = LOCAL + dt.timedelta(days=2)  # NOON is a Saturday
    shop = Programme(hours=Hours(week, {monday.date().isoformat(): ()}))
    assert claims.promise(shop, LOCAL).date() == dt.date(2026, 11, 25)
