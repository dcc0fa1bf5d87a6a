"""Offers: what may be one, and which one a customer has.

A product is never offered below its margin: `least_margin` is the share of the price, in percent, that must be left
when the product's cost is paid. It is asked when an offer is made and each time it is shown, for costs rise.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta
from sqlalchemy.engine import Connection

from store import choices, offers
from store.catalog import Product
from store.offers import Offer

NAME = "offers"


class Rules(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the house has set about offers and suggestions.

    With `cross_sell` a customer who bought is told, `after_hours` later, what goes with it; those of the `upsell`
    tiers of something better instead.
    """

    least_margin: Annotated[int, Meta(ge=0, le=95)] = 10
    cross_sell: bool = False
    after_hours: Annotated[int, Meta(ge=1, le=240)] = 24
    upsell: tuple[str, ...] = ()


class CostUnknown(msgspec.Struct, frozen=True, tag=True):
    """Nobody has told what the product costs, so nobody can say whether the offer would lose money."""


class BelowMargin(msgspec.Struct, frozen=True, tag=True):
    """The price would be below `least`, the lowest that leaves the margin, in minor units."""

    least: int


class NotLess(msgspec.Struct, frozen=True, tag=True):
    """The price is not below the usual one."""


class NoTime(msgspec.Struct, frozen=True, tag=True):
    """It would end before it begins, or has ended."""


class Taken(msgspec.Struct, frozen=True, tag=True):
    """Another offer of the product runs for the same people at that time."""

    other: str  # its public id


Refusal: TypeAlias = CostUnknown | BelowMargin | NotLess | NoTime | Taken


def read(connection: Connection) -> Rules:
    """The rules as they hold now."""
    return msgspec.convert(choices.read(connection, NAME) or {}, Rules)


def save(connection: Connection, rules: Rules, now: dt.datetime) -> None:
    """Set the rules. Raises msgspec.ValidationError for a value out of bounds."""
    plain = msgspec.to_builtins(rules)
    msgspec.convert(plain, Rules)
    choices.save(connection, NAME, plain, now)


def least_price(cost: int, least_margin: int) -> int:
    """The lowest price, in the cost's minor units, that leaves `least_margin` percent of itself: cost / (1 - m)."""
    return -(-cost * 100 // (100 - least_margin))


def make(
    connection: Connection,
    product_id: int,
    product: Product,
    *,
    price: int,
    segment: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: str,
    now: dt.datetime,
) -> Offer | Refusal:
    """Offer a product for `price` minor units to a tier (empty: to everybody) from one moment to another."""
    if ends_at <= max(starts_at, now):
        return NoTime()
    if price >= product.price:
        return NotLess()
    if product.cost is None:
        return CostUnknown()
    if price < (least := least_price(product.cost, read(connection).least_margin)):
        return BelowMargin(least)
    if other := offers.overlapping(connection, product_id, segment, starts_at, ends_at):
        return Taken(other.public_id)
    return offers.add(
        connection, product_id, price=price, segment=segment, starts_at=starts_at, ends_at=ends_at, by=by
    )
