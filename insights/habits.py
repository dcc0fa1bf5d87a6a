"""What a customer's purchases say of how they buy: what they have, what they pay, and when something runs out."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

import msgspec

from store.tastes import Bought

FEW = 3  # purchases, and days of buying one thing; from fewer nobody can tell what is usual
BELOW, ABOVE = 3.0, 2.0  # how far from what is usual a price may be, as a factor
EARLY, LATE = 0.9, 3.0  # of a cycle: when it is time for a refill, and when they have turned to something else
RESTED = 30.0  # days after which something may be bought again whose cycle nobody knows


class Owned(msgspec.Struct, frozen=True, kw_only=True):
    """A product somebody bought. `cycle` is after how many days they need it again, `since` how many have passed.

    `own_cycle` says that it is their own habit.
    """

    product_id: int
    name: str
    names: Mapping[str, str] | None
    category: str
    repeatable: bool
    since: float
    cycle: float | None

    @property
    def due(self) -> bool:
        """Whether it is time for a refill."""
        return self.repeatable and self.cycle is not None and EARLY <= self.since / self.cycle <= LATE

    @property
    def fresh(self) -> bool:
        """Whether they have enough of it now."""
        return self.since < (RESTED if self.cycle is None else EARLY * self.cycle)


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """The prices that suit somebody, in minor units of `currency`, both ends included."""

    currency: str
    least: float
    most: float

    def holds(self, price: int, currency: str) -> bool:
        """Whether a price suits; of another currency nobody can say, and it does."""
        return currency != self.currency or self.least <= price <= self.most


def owned(bought: Sequence[Bought], gaps: Mapping[int, int], now: dt.datetime) -> dict[int, Owned]:
    """What somebody has by these purchases, the latest first; by product.

    `gaps` are the days after which people buy products again. Somebody's own median gap counts before how long the
    shop says one lasts (times how many they took), and that before everybody's.
    """
    lines: dict[int, list[Bought]] = defaultdict(list)
    for each in bought:
        lines[each.product_id].append(each)
    return {product_id: _owned(each, gaps.get(product_id), now) for product_id, each in lines.items()}


def band(bought: Sequence[Bought]) -> Band | None:
    """Around what somebody usually pays for one: from a third of the median to twice the dearest tenth.

    None for fewer than three purchases. Only those in the currency of the latest one count.
    """
    prices = _unit_prices(bought)
    if len(prices) < FEW:
        return None
    usual, dear = median(prices), prices[(9 * (len(prices) - 1) + 9) // 10]
    return Band(currency=bought[0].currency, least=usual / BELOW, most=dear * ABOVE)


def dearer(bought: Sequence[Bought]) -> dict[str, Band]:
    """For each category somebody buys in, the prices of one step up: above the median, at most three times it."""
    by_category: dict[str, list[Bought]] = defaultdict(list)
    for each in bought:
        by_category[each.category].append(each)
    steps: dict[str, Band] = {}
    for category, lines in by_category.items():
        usual = median(_unit_prices(lines) or [0])
        steps[category] = Band(currency=lines[0].currency, least=usual + 1, most=usual * 3)
    return steps


def _owned(lines: Sequence[Bought], everybodys: int | None, now: dt.datetime) -> Owned:
    latest = lines[0]
    return Owned(
        product_id=latest.product_id,
        name=latest.name,
        names=latest.names,
        category=latest.category,
        repeatable=latest.repeatable,
        since=max(0.0, (now - latest.at) / dt.timedelta(days=1)),
        cycle=_cycle(lines, everybodys),
    )


def _cycle(lines: Sequence[Bought], everybodys: int | None) -> float | None:
    days = sorted({each.at.date() for each in lines})
    if len(days) >= FEW:
        return float(median((later - day).days for day, later in pairwise(days)))
    latest = lines[0]
    if latest.refill_days:
        return float(latest.refill_days * max(1, latest.quantity))
    return float(everybodys) if everybodys else None


def _unit_prices(bought: Sequence[Bought]) -> list[float]:
    currency = bought[0].currency if bought else ""
    return sorted(
        each.paid / each.quantity for each in bought if each.currency == currency and each.quantity > 0 < each.paid
    )
