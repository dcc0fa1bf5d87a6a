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

FEW = 6


class ProductFact(msgspec.Struct, frozen=True):
    """What products earn: `times` as much, and `extra` points a piece. A category of many is named itself."""

    names: tuple[str, ...]
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
            _period(rules, each, language) for each in rules.earn.periods if each.ends is None or each.ends >= today
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
    told = ((each, _names(connection, each, language)) for each in rules)
    # A product that is not sold (any more) is nothing to tell of.
    return tuple(ProductFact(names, each.multiplier, each.extra) for each, names in told if names)


def _names(connection: Connection, rule: ProductRule, language: str) -> tuple[str, ...]:
    if rule.sku:
        found = list(catalog.find_products(connection, [rule.sku]).values())
    else:
        found = catalog.products_in(connection, rule.category, FEW + 1)
    if not rule.sku and not 0 < len(found) <= FEW:
        return (rule.category,)
    return tuple(named(each.name, each.names, language) for each in found)


def _period(rules: Programme, period: PeriodRule, language: str) -> PeriodFact:
    names = {branch.code: branch.name for branch in rules.branches}
    return PeriodFact(
        named(period.name, period.names, language),
        period.multiplier,
        period.starts,
        period.ends,
        period.weekdays,
        period.hours,
        tuple(names.get(code, code) for code in period.branches),
    )
