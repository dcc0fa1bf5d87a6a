"""Purchases earn once, and a refund takes their points back wherever they are; both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty import ledger, purchases
from loyalty.ledger import Earning, KeyReused
from loyalty.programme import Branch, Earn, PeriodRule, ProductRule, Programme
from loyalty.purchases import Purchase, Recorded, Refunded, TooMuch, UnknownPurchase
from loyalty.refunds import points_until
from store import catalog
from store.database import Database
from tests.loyalty.members import make_contacts, moment, spend

RULES = Programme(earn=Earn(points=1, every=10))


async def buyer(database: Database) -> int:
    return (await database.transact(lambda connection: make_contacts(connection, 1)))[0]


async def buy(
    database: Database, contact: int, amount: int, key: str = "p", rules: Programme = RULES, day: int = 0
) -> Recorded:
    bought = Purchase(key, contact, moment(day), 1, amount, "MYR")
    return await database.transact(lambda connection: purchases.record(connection, [bought], rules))


async def refund(
    database: Database, amount: int | None = None, key: str = "r", of: str = "p", day: int = 1
) -> Refunded | UnknownPurchase | TooMuch:
    return await database.transact(
        lambda connection: purchases.refund(connection, of, amount, key=key, at=moment(day))
    )


async def pockets(database: Database, contact: int, day: int = 1) -> tuple[int, int, int]:
    account = await database.read(lambda connection: ledger.account_of(connection, contact, moment(day)))
    assert await database.read(ledger.audit) == []
    return account.balance, account.pending, account.debt


async def pay(database: Database, contact: int, points: int, key: str = "s") -> None:
    await database.transact(lambda connection: spend(connection, contact, points, key=key, at=moment(0)))


async def test_a_purchase_made_twice_earns_once(database: Database) -> None:
    contact = await buyer(database)
    assert await asyncio.gather(*(buy(database, contact, 1_000) for _ in range(4))) != []
    assert await buy(database, contact, 1_000) == Recorded(0, 1, 0)
    assert await pockets(database, contact) == (100, 0, 0)


async def test_a_refund_takes_the_points_of_its_purchase_once(database: Database) -> None:
    contact = await buyer(database)
    await buy(database, contact, 1_000)
    assert await refund(database) == Refunded(100, 0, 1_000)
    assert await refund(database) == Refunded(100, 0, 1_000)
    assert await refund(database, key="r2") == TooMuch(0)
    assert await pockets(database, contact) == (0, 0, 0)


async def test_parts_take_what_the_whole_takes_and_never_more_than_the_amount(database: Database) -> None:
    contact = await buyer(database)
    await buy(database, contact, 1_000, rules=Programme(earn=Earn(points=7, every=1_000)))
    taken = [await refund(database, part, f"r{place}") for place, part in enumerate((300, 300, 500, 400))]
    assert taken == [Refunded(2, 0, 300), Refunded(2, 0, 300), TooMuch(400), Refunded(3, 0, 400)]
    assert await pockets(database, contact) == (0, 0, 0)


async def test_a_refund_under_a_key_of_another_one_is_an_error(database: Database) -> None:
    contact = await buyer(database)
    await buy(database, contact, 1_000)
    await buy(database, contact, 1_000, "q")
    await refund(database, 100)
    with pytest.raises(KeyReused):
        await refund(database, 200)
    with pytest.raises(KeyReused):
        await refund(database, 100, of="q")
    with pytest.raises(ValueError, match="minor unit"):
        await refund(database, 0, "r2")
    assert await refund(database, of="unheard-of", key="r3") == UnknownPurchase()


async def test_what_was_spent_is_owed_and_repaid_from_the_next_points_before_they_can_be_spent(
    database: Database,
) -> None:
    contact = await buyer(database)
    await buy(database, contact, 1_000)
    await pay(database, contact, 70)
    assert await refund(database) == Refunded(100, 70, 1_000)
    assert await refund(database) == Refunded(100, 70, 1_000)
    assert await pockets(database, contact) == (0, 0, 70)
    await buy(database, contact, 500, "q", day=1)
    assert await pockets(database, contact) == (0, 0, 20)
    gift = Earning("g", contact, 30, moment(1), gift=True)
    await database.transact(lambda connection: ledger.earn(connection, [gift]))
    assert await pockets(database, contact) == (10, 0, 0)
    lines = (await database.read(lambda connection: ledger.history(connection, contact, 1, 20))).lines
    assert [(line.kind, line.points) for line in lines] == [
        ("gift", 30), ("earn", 50), ("owe", -70), ("reverse", -30), ("spend", -70), ("earn", 100),
    ]  # fmt: skip


async def test_pending_points_are_taken_first_then_the_purchases_own_then_the_oldest(database: Database) -> None:
    contact = await buyer(database)
    waiting = Programme(earn=Earn(points=1, every=10, pending_days=5))
    await buy(database, contact, 300, "old")
    await buy(database, contact, 1_000, rules=waiting)
    await buy(database, contact, 200, "own", day=-1)
    assert await refund(database, 400) == Refunded(40, 0, 400)
    assert await pockets(database, contact) == (50, 60, 0)
    await refund(database, key="r2", of="own")
    assert await pockets(database, contact) == (30, 60, 0)
    await database.transact(lambda connection: ledger.mature(connection, moment(6)))
    await pay(database, contact, 80)
    assert await refund(database, key="r3", day=6) == Refunded(60, 50, 600)
    assert await pockets(database, contact, 6) == (0, 0, 50)


async def test_points_that_expired_are_not_taken_again(database: Database) -> None:
    contact = await buyer(database)
    short = Programme(earn=Earn(points=1, every=10, expiry_months=1))
    await buy(database, contact, 1_000, rules=short)
    await pay(database, contact, 60)
    await database.transact(lambda connection: ledger.expire(connection, moment(40)))
    assert await refund(database, 500, "r1", day=41) == Refunded(10, 10, 500)
    assert await refund(database, 500, "r2", day=41) == Refunded(50, 50, 500)
    assert await pockets(database, contact, 41) == (0, 0, 60)


async def test_points_past_their_time_are_not_taken_though_they_are_still_there(database: Database) -> None:
    contact = await buyer(database)
    await buy(database, contact, 1_000, rules=Programme(earn=Earn(points=1, every=10, expiry_months=1)))
    assert await refund(database, day=41) == Refunded(0, 0, 1_000)


async def test_held_points_are_owed_and_come_back_against_the_debt(database: Database) -> None:
    contact = await buyer(database)
    await buy(database, contact, 1_000)
    await database.transact(
        lambda connection: ledger.hold(connection, contact, 100, key="h", at=moment(0), until=moment(1))
    )
    assert await refund(database) == Refunded(100, 100, 1_000)
    assert await database.transact(lambda connection: ledger.release_expired(connection, moment(1))) == 1
    assert await pockets(database, contact) == (0, 0, 0)


async def test_one_refund_pressed_many_times_and_many_parts_at_once_never_exceed_the_amount(
    database: Database,
) -> None:
    contact = await buyer(database)
    await buy(database, contact, 1_000)
    same = await asyncio.gather(*(refund(database, 300, "same") for _ in range(8)))
    assert same == [Refunded(30, 0, 300)] * 8
    parts = await asyncio.gather(*(refund(database, 200, f"part{number}") for number in range(8)))
    assert sum(isinstance(part, Refunded) for part in parts) == 3
    assert await pockets(database, contact) == (10, 0, 0)


async def test_a_purchase_earns_by_product_and_by_the_branchs_clock(database: Database) -> None:
    contact = await buyer(database)
    rules = Programme(
        earn=Earn(
            every=100,
            products=(ProductRule(category="coffee", multiplier=Decimal(2), extra=5),),
            periods=(PeriodRule("early", Decimal(3), hours=(dt.time(6), dt.time(8))),),
        ),
        branches=(Branch("KL", "Kuala Lumpur", timezone="Asia/Kuala_Lumpur"), Branch("DX", "Dubai")),
    )
    products = [catalog.Product("flat", "Flat white", None, "coffee", 900, "MYR")]
    branches = [
        catalog.Branch("KL", "KL", "", "Asia/Kuala_Lumpur"),
        catalog.Branch("DX", "Dubai", "", "Asia/Dubai"),
    ]
    await database.transact(lambda connection: catalog.save_products(connection, products))
    await database.transact(lambda connection: catalog.save_branches(connection, branches))
    sold = await database.read(catalog.product_ids)
    shops = await database.read(catalog.branch_ids)
    seven_in_dubai = dt.datetime(2026, 11, 21, 3, tzinfo=dt.UTC)
    bought = [
        Purchase("a", contact, seven_in_dubai, 2, 1_000, "MYR", sold["flat"], shops["DX"]),
        Purchase("b", contact, seven_in_dubai, 2, 1_000, "MYR", None, shops["KL"]),
        Purchase("c", contact, seven_in_dubai, 1, 1_000, "USD", sold["flat"], shops["DX"]),
    ]
    assert await database.read(lambda connection: purchases.foreseen(connection, bought, rules)) == 80
    assert (await database.transact(lambda connection: purchases.record(connection, bought, rules))).points == 80
    points = await database.read(lambda connection: [purchases.points_of(connection, key) for key in "abc"])
    assert points == [70, 10, 0]


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_parts_of_any_size_add_up_to_the_whole(points: int, parts: list[int]) -> None:
    amount = sum(parts)
    shares = [points_until(points, sum(parts[:count]), amount) for count in range(len(parts) + 1)]
    assert shares[0] == 0
    assert shares[-1] == points
    assert shares == sorted(shares)
