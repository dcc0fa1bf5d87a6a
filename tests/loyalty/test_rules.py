"""What a purchase earns and when that expires."""

from __future__ import annotations

import datetime as dt

import pytest

from loyalty.programme import Earn, Programme, decimals
from loyalty.rules import Sale, expiry_of, points_for
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
