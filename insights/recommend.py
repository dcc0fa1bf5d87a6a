"""What to recommend to a customer, and why: their latest purchases times what each says of the other products.

The model (`insights.ease`) is fitted elsewhere and read from the store, a row for each product the customer bought,
so that any process can serve, and a purchase counts at once. Whoever bought nothing, or wants nothing made for them
alone, gets what is bought most.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal, NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from insights import habits, ranking
from insights.ranking import Scored, Taste
from insights.segments import EVERYBODY, segments_of
from loyalty import offers
from store import recommenders, tastes
from store.recommenders import Model, Row
from store.tastes import Item, Offered, Shopper

Place = Literal["asked", "alike", "cross_sell", "upsell", "offer"]
Why = Literal["bought", "refill", "popular", "alike", "offer"]

LOOKED_AT = 40  # products whose rules are looked at together
ENOUGH = 4  # times the size of the list, so that variety has something to choose from
REFILLS = 3  # one of so many places may go to what runs out
LIKE_COUNTS = 3.0  # as so many purchases, what was bought just now, when something is to go with it
PAGES = 15  # of LOOKED_AT, at most: whoever is so hard to please gets a shorter list
# Relevance: what runs out has 1, what purchases speak for a share of this, and the most bought of all the least.
SPOKEN_COUNTS = 0.9
OFFER_COUNTS = 0.1
POPULAR_COUNTS = 0.05


class Because(msgspec.Struct, frozen=True, kw_only=True):
    """The product that explains a recommendation: the purchase that weighs most, or what theirs is like."""

    product_id: int
    name: str
    names: Mapping[str, str] | None


class Recommended(msgspec.Struct, frozen=True, kw_only=True):
    """A product for somebody, and why.

    bought: `because` they bought that; refill: it is time for another; alike: it is like `because`; offer: it is on
    offer; popular: many buy it. `item.offer` is set when it is on offer, whatever the reason; `item.price` is what
    it costs now. `relevance` goes from 0 to 1 within a list.
    """

    item: Item
    why: Why
    because: Because | None
    relevance: float


class _Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is known before goods are looked at; `like` is the product `taste.like` itself."""

    shopper: Shopper
    taste: Taste
    offered: Mapping[int, Offered]
    place: Place
    size: int
    like: Item | None

    def worth_a_look(self, product_id: int) -> bool:
        """Whether a product may be fit, as far as its id tells."""
        had = self.taste.owned.get(product_id)
        return not (
            product_id in self.taste.unwanted
            or product_id == self.taste.like
            or (had is not None and (had.fresh or not had.repeatable))
            or (self.taste.only_offers and product_id not in self.offered)
        )


class _Hint(NamedTuple):
    """That a product may be of interest, and what makes it so; `by` is the product that speaks for it."""

    product_id: int
    why: Why
    relevance: float
    by: int | None = None


def recommend(
    connection: Connection,
    contact_id: int,
    *,
    size: int,
    now: dt.datetime,
    place: Place = "asked",
    like: int | None = None,
) -> tuple[Recommended, ...]:
    """At most `size` products for a contact, the best first.

    asked: whatever suits. alike: more like the product `like`, whatever it costs. cross_sell: what goes with
    `like`, bought just now (or with all they bought). upsell: dearer ones in the categories they buy in. offer:
    only what is on offer for them. Whoever wants nothing personalised gets what everybody buys, or what is like
    `like`, and their purchases are not read. Unknown contacts get nothing.
    """
    shopper = tastes.shopper(connection, contact_id)
    if shopper is None:
        return ()
    bought = tastes.bought(connection, contact_id) if shopper.personalised else []
    model = recommenders.newest(connection)
    speaking = {each.product_id for each in bought} | ({like} if like is not None else set())
    rows = recommenders.rows(connection, model.id, speaking) if model else []
    wish = _Wish(
        shopper=shopper,
        taste=Taste(
            owned=habits.owned(bought, {row.product_id: row.gap_days for row in rows if row.gap_days}, now),
            unwanted=tastes.unwanted(connection, contact_id),
            band=None if place == "alike" else habits.band(bought),
            steps=habits.dearer(bought) if place == "upsell" else None,
            like=like,
            only_offers=place == "offer",
        ),
        offered=tastes.offered(
            connection, shopper.tier if shopper.personalised else "", now, offers.read(connection).least_margin
        ),
        place=place,
        size=size,
        like=tastes.items(connection, [like]).get(like) if like is not None else None,
    )
    fit = _fit(connection, _hints(connection, model, rows, wish), wish)
    if place == "alike":  # whose like is asked for wants no variety
        chosen = sorted(fit, key=lambda each: -each[0].relevance)[:size]
    else:
        hints = {each.item.id: hint for each, hint in fit}
        chosen = [(each, hints[each.item.id]) for each in ranking.varied([each for each, _hint in fit], size)]
    return tuple(_told(each, hint, wish) for each, hint in chosen)


def _hints(connection: Connection, model: Model | None, rows: Sequence[Row], wish: _Wish) -> Iterator[_Hint]:
    """Every product that may be of interest, the most interesting first; some more than once."""
    yield from _refills(wish)
    yield from _spoken_for(model, rows, wish)
    yield from (_Hint(product_id, "offer", OFFER_COUNTS) for product_id in wish.offered)
    if wish.place == "alike" and wish.like is not None:
        same = tastes.in_category(connection, wish.like.product.category, LOOKED_AT)
        yield from (_Hint(product_id, "alike", POPULAR_COUNTS, wish.like.id) for product_id in same)
        return
    popular = _popular(model, wish.shopper)
    for place, product_id in enumerate(popular):
        yield _Hint(product_id, "popular", POPULAR_COUNTS * (1 - place / len(popular)))


def _refills(wish: _Wish) -> Iterator[_Hint]:
    if wish.place not in ("asked", "offer"):
        return
    due = [each for each in wish.taste.owned.values() if each.due]
    due.sort(key=lambda each: (abs(each.since / (each.cycle or 1) - 1), each.product_id))
    for each in due[: max(1, wish.size // REFILLS)]:
        yield _Hint(each.product_id, "refill", 1.0, each.product_id)


def _spoken_for(model: Model | None, rows: Sequence[Row], wish: _Wish) -> Iterator[_Hint]:
    """What the model's rows speak for: that of `like` alone, or all, what was bought just now counting more."""
    like, alike = wish.taste.like, wish.place == "alike"
    counted = [
        (row.product_id, row.weights, LIKE_COUNTS if row.product_id == like else 1.0)
        for row in rows
        if row.product_id == like or not alike
    ]
    if model is None or not counted:
        return
    from insights import weights  # numpy takes a tenth of a second to import

    for product_id, share, by in weights.said(model.items, counted):
        yield _Hint(product_id, "alike" if alike else "bought", SPOKEN_COUNTS * share, by)


def _popular(model: Model | None, shopper: Shopper) -> Sequence[int]:
    """What is bought most where somebody belongs, then what everybody buys."""
    if model is None:
        return ()
    mine = segments_of(shopper.kind, shopper.city, shopper.tier, shopper.language) if shopper.personalised else ()
    own = next((model.popular[name] for name in mine if name in model.popular), ())
    return list(dict.fromkeys([*own, *model.popular.get(EVERYBODY, ())]))


def _fit(connection: Connection, hints: Iterator[_Hint], wish: _Wish) -> list[tuple[Scored, _Hint]]:
    """The products that may be shown, of the first so many that are worth a look."""
    seen: set[int] = set()
    fit: list[tuple[Scored, _Hint]] = []
    for _page in range(PAGES):
        page = list(islice(_new(hints, seen, wish), LOOKED_AT))
        found = tastes.items(connection, [hint.product_id for hint in page])
        for hint in page:
            if (item := found.get(hint.product_id)) is not None:
                item = item._replace(offer=wish.offered.get(item.id))
                if ranking.unfit(item, wish.taste) is None:
                    fit.append((Scored(item=item, relevance=hint.relevance), hint))
        if len(page) < LOOKED_AT or len(fit) >= ENOUGH * wish.size:
            break
    return fit


def _new(hints: Iterator[_Hint], seen: set[int], wish: _Wish) -> Iterator[_Hint]:
    for hint in hints:
        if hint.product_id not in seen and wish.worth_a_look(hint.product_id):
            seen.add(hint.product_id)
            yield hint


def _told(scored: Scored, hint: _Hint, wish: _Wish) -> Recommended:
    why = "offer" if hint.why == "popular" and scored.item.offer is not None else hint.why
    because: Because | None = None
    if hint.by is not None:
        if (had := wish.taste.owned.get(hint.by)) is not None:
            because = Because(product_id=had.product_id, name=had.name, names=had.names)
        elif wish.like is not None:
            product = wish.like.product
            because = Because(product_id=wish.like.id, name=product.name, names=product.names)
    return Recommended(item=scored.item, why=why, because=because, relevance=scored.relevance)
