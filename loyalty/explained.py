"""The programme's rules as they are told to a customer: plain facts, which a dialogue puts into sentences."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec
from sqlalchemy.engine import Connection

from locales.formats import Money
from loyalty import programme
from loyalty.programme import PeriodRule, ProductRule, Programme, decimals, named
from store import catalog


class ProductFact(msgspec.Struct, frozen=True):
    """What a product, or a category of them, earns: `times` as much, and `extra` points a piece."""

    name: str
    times: Decimal
    extra: int


class PeriodFact(msgspec.Struct, frozen=True):
    """When purchases earn `times` as much: days, weekdays (0 is Monday), times of day, branches by name."""

    name: str
    times: Decimal
    starts: dt.date | None
    ends: dt.date | None
    weekdays: tuple[int, ...]
    hours: tuple[dt.time, dt.time] | None
    branches: tuple[str, ...]


class TierFact(msgspec.Struct, frozen=True):
    """A tier, the points it takes, and how many times as much its members earn."""

    name: str
    points: int
    times: Decimal


class Facts(msgspec.Struct, frozen=True):
    """Everything a customer may want to know of how points work; see `loyalty.programme` for what each means."""

    points: int
    every: Money
    products: tuple[ProductFact, ...]
    periods: tuple[PeriodFact, ...]
    pending_days: int
    expiry_months: int | None
    tiers: tuple[TierFact, ...]
    window: Literal["rolling", "calendar"]
    keep_months: int
    fall: Literal["one", "earned"]


def facts(connection: Connection, today: dt.date, language: str) -> Facts:
    """The rules that hold, without periods that are over by `today`; names are in `language`."""
    rules = programme.read(connection)
    return Facts(
        points=rules.earn.points,
        every=unit_of(rules),
        products=_products(connection, rules.earn.products, language),
        periods=tuple(
            _period(rules, each) for each in rules.earn.periods if each.ends is None or each.ends >= today
        ),
        pending_days=rules.earn.pending_days,
        expiry_months=rules.earn.expiry_months,
        tiers=tuple(
            TierFact(named(each.name, each.names, language), each.threshold, each.multiplier)
            for each in rules.tiers.levels
        ),
        window=rules.tiers.window,
        keep_months=rules.tiers.keep_months,
        fall=rules.tiers.fall,
    )


def unit_of(rules: Programme) -> Money:
    """The whole amount that earns the programme's points."""
    return Money(rules.earn.every or 10 ** decimals(rules.currency), rules.currency)


def _products(connection: Connection, rules: tuple[ProductRule, ...], language: str) -> tuple[ProductFact, ...]:
    known = catalog.find_products(connection, [each.sku for each in rules if each.sku])
    names = {sku: named(product.name, product.names, language) for sku, product in known.items()}
    # A product that is not sold (any more) is nothing to tell of.
    told = [(each, names.get(each.sku) if each.sku else each.category) for each in rules]
    return tuple(ProductFact(name, each.multiplier, each.extra) for each, name in told if name)


def _period(rules: Programme, period: PeriodRule) -> PeriodFact:
    names = {branch.code: branch.name for branch in rules.branches}
    return PeriodFact(
        period.name,
        period.multiplier,
        period.starts,
        period.ends,
        period.weekdays,
        period.hours,
        tuple(names.get(code, code) for code in period.branches),
    )
