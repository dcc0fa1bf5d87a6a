"""What dialogues tell is whole: every entry of a history, every rule of a programme, every shop's hours."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy.engine import Connection

from flows.points import LINES
from loyalty import explained, programme
from loyalty.explained import PeriodFact, ProductFact
from loyalty.opening import openings
from loyalty.programme import Branch, Earn, Hours, Interval, PeriodRule, ProductRule, Programme
from store import catalog
from store.catalog import Product
from store.database import Database
from store.ledger_kinds import COMING_IN, GOING_OUT, KINDS
from tests.conftest import NOON
from tests.handlers.house import TestHouse

DAY, NIGHT = (dt.time(9), dt.time(18)), (dt.time(20), dt.time(2))
TODAY = NOON.date()


def apply(connection: Connection, rules: Programme) -> None:
    programme.keep(connection, rules, text="", by="test", at=NOON)


def test_every_entry_that_a_member_sees_has_its_words() -> None:
    assert {KINDS[kind].told for kind in COMING_IN + GOING_OUT} <= set(LINES)


async def test_rules_of_products_name_what_is_sold_and_periods_that_are_over_are_not_told(
    database: Database,
) -> None:
    rules = Programme(
        earn=Earn(
            products=(
                ProductRule(sku="latte", extra=5),
                ProductRule(sku="gone", extra=5),
                ProductRule(category="cakes", multiplier=Decimal(2)),
                ProductRule(category="many", multiplier=Decimal(0)),
            ),
            periods=(
                PeriodRule("Last week", Decimal(2), ends=TODAY - dt.timedelta(days=1)),
                PeriodRule(
                    "Today", Decimal(3), {"ms": "Hari ini"}, ends=TODAY, weekdays=(1,), branches=("main", "closed")
                ),
            ),
        ),
        branches=(Branch("main", "Kopi Main Street"),),
    )
    sold = [("latte", "coffee"), ("tart", "cakes"), ("bun", "cakes"), *((f"m{n}", "many") for n in range(9))]

    def tell(connection: Connection) -> explained.Facts:
        apply(connection, rules)
        products = [Product(sku, sku.title(), {"ms": f"{sku} ms"}, kind, 100, "MYR") for sku, kind in sold]
        catalog.save_products(connection, products)
        return explained.facts(connection, TODAY, "ms")

    facts = await database.transact(tell)
    assert facts.products == (
        ProductFact(("latte ms",), Decimal(1), 5),
        ProductFact(("bun ms", "tart ms"), Decimal(2), 0),
        ProductFact(("many",), Decimal(0), 0),
    )
    today = PeriodFact("Hari ini", Decimal(3), None, TODAY, (1,), None, ("Kopi Main Street", "closed"))
    assert facts.periods == (today,)


async def test_shops_are_open_by_their_own_clocks_and_one_without_hours_is_not_told_of(database: Database) -> None:
    rules = Programme(
        branches=(
            Branch("kl", "Kuala Lumpur", timezone="Asia/Kuala_Lumpur", hours=Hours(week=((DAY,),) * 7)),
            Branch("dx", "Dubai", timezone="Asia/Dubai", hours=Hours(week=((NIGHT,),) * 7)),
            Branch("new", "Not open yet"),
        )
    )

    def tell(connection: Connection) -> list[tuple[str, bool, str]]:
        apply(connection, rules)
        told = openings(connection, NOON)
        return [(each.name, each.open, f"{each.until or each.opens:%H:%M}") for each in told]

    assert await database.transact(tell) == [("Kuala Lumpur", True, "18:00"), ("Dubai", False, "20:00")]


async def test_a_business_without_branches_tells_its_own_hours(sqlite_url: str) -> None:
    house = TestHouse(Database(sqlite_url))
    different: dict[str, tuple[Interval, ...]] = {"2026-12-25": (), "2027-12-25": ()}  # the latter is far away
    rules = Programme(business="Kopi", hours=Hours(week=((DAY,),) * 6 + ((),), days=different))
    await house.database.transact(lambda connection: apply(connection, rules))
    customer = house.customer()
    await customer.sends(customer.event("start"))
    told = "\n".join(await customer.types("opening hours"))
    assert "<b>Kopi</b> is open now, until 6.00 pm." in told
    assert "• Monday to Saturday: open 9.00 am to 6.00 pm\n• Sunday: closed" in told
    assert "• 25 December 2026: closed" in told
    assert "2027" not in told
    house.database.close()


async def test_thanks_leave_the_open_question_as_it_stands(sqlite_url: str) -> None:
    house = TestHouse(Database(sqlite_url))
    customer = house.customer()
    await customer.sends(customer.event("start"))
    await customer.types("menu")
    asked = dict(customer.buttons)
    assert await customer.types("thank you so much") == ["You're welcome. I'm here whenever you need me."]
    assert "These words work at any time" in (await customer.presses("Help"))[0]
    assert asked
    house.database.close()
