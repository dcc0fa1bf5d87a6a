"""What may be recommended to somebody, and in which order: rules and variety, as pure functions.

Variety is maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): each place goes to the product with the
most of `RELEVANCE` times its relevance less the rest times its likeness to what stands there already; two products
are alike when they are of one category.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Literal

import msgspec

from insights.habits import Band, Owned
from store.tastes import Item

RELEVANCE = 0.7
SHARE = 0.4  # of a list that one category may have

Unfit = Literal["not_sold", "sold_out", "unwanted", "itself", "owned", "enough", "price", "not_offered"]


class Taste(msgspec.Struct, frozen=True, kw_only=True):
    """What the rules know of somebody: what they have and do not want, and which prices suit them.

    `steps`, where given, are the only prices that do, by category. `like` is the product they look at.
    `only_offers` leaves the rest of the goods out.
    """

    owned: Mapping[int, Owned] = {}
    unwanted: Collection[int] = frozenset()
    band: Band | None = None
    steps: Mapping[str, Band] | None = None
    like: int | None = None
    only_offers: bool = False


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A product, and how much it would interest somebody, from 0 to 1."""

    item: Item
    relevance: float


def unfit(item: Item, taste: Taste) -> Unfit | None:
    """Why a product is not recommended to somebody; None: it may be."""
    product, had = item.product, taste.owned.get(item.id)
    reasons: tuple[tuple[bool, Unfit], ...] = (
        (not product.active, "not_sold"),
        (product.stock is not None and product.stock <= 0, "sold_out"),
        (item.id in taste.unwanted, "unwanted"),
        (item.id == taste.like, "itself"),
        (taste.only_offers and item.offer is None, "not_offered"),
        (had is not None and not product.repeatable, "owned"),
        (had is not None and had.fresh, "enough"),
        (not _suits(item, taste), "price"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def varied(scored: Sequence[Scored], size: int) -> list[Scored]:
    """The `size` of them to show, the first first; no category has more than its share while there are others."""
    most = max(1, math.ceil(SHARE * size))
    left = sorted(scored, key=lambda each: (-each.relevance, each.item.id))
    chosen: list[Scored] = []
    seen: Counter[str] = Counter()
    while left and len(chosen) < size:
        open_to = [each for each in left if not _category(each) or seen[_category(each)] < most] or left
        best = max(open_to, key=lambda each: _marginal(each, seen))  # of equals the first, which is more relevant
        left.remove(best)
        chosen.append(best)
        seen[_category(best)] += 1
    return chosen


def _suits(item: Item, taste: Taste) -> bool:
    if taste.steps is not None:
        step = taste.steps.get(item.product.category)
        return step is not None and step.holds(item.price, item.product.currency)
    # What they buy anyway suits them, whatever it costs.
    return taste.band is None or item.id in taste.owned or taste.band.holds(item.price, item.product.currency)


def _category(scored: Scored) -> str:
    return scored.item.product.category


def _marginal(scored: Scored, seen: Mapping[str, int]) -> float:
    category = _category(scored)
    alike = 1.0 if category and seen.get(category) else 0.0
    return RELEVANCE * scored.relevance - (1 - RELEVANCE) * alike
