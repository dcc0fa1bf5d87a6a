"""What a purchase earns and when that expires."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.programme import Earn, PeriodRule, ProductRule, Programme, decimals
from loyalty.rules import DAY, ONE, Sale, expiry_of, in_period, points_for, product_rule
from tests.conftest import NOON


def rules(currency: str = "MYR", points: int = 1, months: int | None = 12) -> Programme:
    return Programme(currency=currency, earn=Earn(points=points, expiry_months=months))


@pytest.mark.parametrize(
    ("currency", "points", "amount", "earned"),
    [
        ("MYR", 1, 1250, 12),
        ("MYR", 1, 99, 0),
        ("MYR", 10, 1299, 120),
        ("VND", 1, 85_000, 85_000),
        ("KWD", 2, 1_999, 2),
        ("MYR", 1, 0, 0),
    ],
)
def test_whole_units_of_the_currency_earn_points(currency: str, points: int, amount: int, earned: int) -> None:
    assert points_for(rules(currency, points), Sale(amount, currency, NOON)) == earned


def test_another_currency_earns_nothing() -> None:
    assert points_for(rules("MYR"), Sale(10_000, "USD", NOON)) == 0


def test_a_currency_nobody_listed_has_two_decimals() -> None:
    assert decimals("CHF") == 2


@pytest.mark.parametrize(
    ("earned", "months", "gone"),
    [
        ("2026-11-21", 12, "2027-11-21"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2028-02-29", 12, "2029-02-28"),
        ("2026-12-15", 1, "2027-01-15"),
        ("2026-01-31", 1, "2026-02-28"),
    ],
)
def test_points_expire_calendar_months_later(earned: str, months: int, gone: str) -> None:
    at = dt.datetime.fromisoformat(f"{earned}T13:45:00+00:00")
    assert expiry_of(rules(months=months), at) == dt.datetime.fromisoformat(f"{gone}T13:45:00+00:00")


def test_without_months_points_never_expire() -> None:
    assert expiry_of(rules(months=None), dt.datetime.now(dt.UTC)) is None


TUESDAY = dt.datetime(2026, 11, 24, 15, 0, tzinfo=dt.UTC)
MONDAY = TUESDAY - DAY
COFFEE = ProductRule(category="coffee", multiplier=Decimal("1.5"), extra=2)
CAFE = Programme(earn=Earn(products=(COFFEE,), periods=(PeriodRule("Tuesdays", Decimal(2), weekdays=(1,)),)))
GOLD = Decimal("1.25")


@pytest.mark.parametrize(
    ("sale", "tier", "points"),
    [
        (Sale(1_290, "MYR", MONDAY, category="tea"), ONE, 12),
        (Sale(1_290, "MYR", MONDAY, category="tea"), GOLD, 15),
        (Sale(1_100, "MYR", MONDAY, 2, category="coffee"), ONE, 20),
        (Sale(1_100, "MYR", TUESDAY, 2, category="coffee"), GOLD, 45),
        (Sale(1_100, "USD", TUESDAY, 2, category="coffee"), GOLD, 0),
    ],
)
def test_what_is_set_combines_as_the_table_says(sale: Sale, tier: Decimal, points: int) -> None:
    assert points_for(CAFE, sale, tier) == points


def test_a_rule_for_a_product_goes_before_one_for_its_category() -> None:
    beans = ProductRule(sku="beans", multiplier=Decimal(0))
    assert product_rule((COFFEE, beans), "beans", "coffee") is beans
    assert product_rule((COFFEE, beans), "flat", "coffee") is COFFEE
    assert product_rule((COFFEE, beans), "flat", "tea") is None


@pytest.mark.parametrize(
    ("period", "at", "falls"),
    [
        (PeriodRule("day", ONE, starts=TUESDAY.date(), ends=TUESDAY.date()), "2026-11-24T23:59", True),
        (PeriodRule("day", ONE, starts=TUESDAY.date(), ends=TUESDAY.date()), "2026-11-25T00:00", False),
        (PeriodRule("weekend", ONE, weekdays=(5, 6)), "2026-11-21T12:00", True),
        (PeriodRule("weekend", ONE, weekdays=(5, 6)), "2026-11-23T12:00", False),
        (PeriodRule("noon", ONE, hours=(dt.time(12), dt.time(14))), "2026-11-24T12:00", True),
        (PeriodRule("noon", ONE, hours=(dt.time(12), dt.time(14))), "2026-11-24T14:00", False),
        (PeriodRule("friday night", ONE, weekdays=(4,), hours=(dt.time(22), dt.time(2))), "2026-11-28T01:59", True),
        (
            PeriodRule("friday night", ONE, weekdays=(4,), hours=(dt.time(22), dt.time(2))),
            "2026-11-27T01:59",
            False,
        ),
        (PeriodRule("here", ONE, branches=("KL",)), "2026-11-24T12:00", True),
        (PeriodRule("there", ONE, branches=("GT",)), "2026-11-24T12:00", False),
    ],
)
def test_a_period_is_of_days_weekdays_hours_and_branches(period: PeriodRule, at: str, falls: bool) -> None:
    assert in_period(period, dt.datetime.fromisoformat(f"{at}:00+08:00"), "KL") is falls


multipliers = st.decimals(0, 5, places=2)
amounts = st.integers(0, 10**12)


@given(amounts, amounts, multipliers, multipliers, st.integers(1, 50))
def test_more_money_and_a_higher_tier_never_earn_less(
    amount: int, more: int, tier: Decimal, better: Decimal, quantity: int
) -> None:
    def points(amount: int, tier: Decimal) -> int:
        return points_for(CAFE, Sale(amount, "MYR", TUESDAY, quantity, category="coffee"), tier)

    assert 0 <= points(amount, tier) <= points(amount + more, tier)
    assert points(amount, tier) <= points(amount, tier + better)


@given(amounts, multipliers)
def test_only_what_is_below_a_whole_point_falls_away(amount: int, tier: Decimal) -> None:
    exact = Fraction(tier) * (amount // 100)
    assert points_for(Programme(), Sale(amount, "MYR", NOON), tier) == math.floor(exact)
