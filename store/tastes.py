"""What is known of a customer's tastes when something is recommended to them, and the goods it may be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.catalog import Names, Product
from store.many import among
from store.prepared import Prepared
from store.tables import Utc, accounts, contacts, media, not_interested, offers, preferences, products, purchases

MOST_READ = 300  # purchases of one customer, the latest


class Shopper(NamedTuple):
    """Who it is for; not `personalised`: they want to be shown what everybody is."""

    kind: str
    language: str
    city: str
    tier: str
    personalised: bool


class Bought(NamedTuple):
    """A purchase that was not paid back whole; `paid` is in minor units of `currency`."""

    product_id: int
    name: str
    names: Names | None
    category: str
    repeatable: bool
    refill_days: int | None
    at: dt.datetime
    quantity: int
    paid: int
    currency: str


class Offered(NamedTuple):
    """A product for less just now; `price` is in minor units of the product's currency."""

    id: int
    price: int
    ends_at: dt.datetime


class Item(NamedTuple):
    """A product that may be recommended; `picture` is its public id, `offer` what holds of it for the customer."""

    id: int
    product: Product
    picture: str | None
    offer: Offered | None = None

    @property
    def price(self) -> int:
        """What it costs now, in minor units."""
        return self.product.price if self.offer is None else self.offer.price


_CONTACT = sa.bindparam("contact_id", type_=sa.BigInteger())
_SHOPPER = Prepared(
    sa.select(
        *(contacts.c[name] for name in ("kind", "language", "city")),
        sa.func.coalesce(accounts.c.tier, "").label("tier"),
        preferences.c.personalised,
    )
    .select_from(
        contacts.outerjoin(accounts, accounts.c.contact_id == contacts.c.id).outerjoin(
            preferences, preferences.c.contact_id == contacts.c.id
        )
    )
    .where(contacts.c.id == _CONTACT)
)
NOT_PAID_BACK = sa.or_(purchases.c.refunded == 0, purchases.c.refunded < purchases.c.amount)
_BOUGHT = Prepared(
    sa.select(
        purchases.c.product_id,
        *(products.c[name] for name in ("name", "names", "category", "repeatable", "refill_days")),
        *(purchases.c[name] for name in ("at", "quantity")),
        (purchases.c.amount - purchases.c.refunded).label("paid"),
        purchases.c.currency,
    )
    .select_from(purchases.join(products, products.c.id == purchases.c.product_id))
    .where(purchases.c.contact_id == _CONTACT, NOT_PAID_BACK)
    .order_by(purchases.c.at.desc())
    .limit(MOST_READ)
)
_UNWANTED = Prepared(sa.select(not_interested.c.product_id).where(not_interested.c.contact_id == _CONTACT))
_NOW = sa.bindparam("now", type_=Utc())
_OFFERED = Prepared(
    sa.select(offers.c.product_id, offers.c.id, offers.c.price, offers.c.ends_at)
    .select_from(offers.join(products, products.c.id == offers.c.product_id))
    .where(
        # Costs and prices may have changed since it was made; the margin is `loyalty.offers.least_price`'s.
        offers.c.price < products.c.price,
        offers.c.price * (100 - sa.bindparam("least_margin", type_=sa.Integer())) >= products.c.cost * 100,
        offers.c.ends_at > _NOW,
        offers.c.starts_at <= _NOW,
        offers.c.withdrawn_at.is_(None),
        sa.or_(offers.c.segment == "", offers.c.segment == sa.bindparam("tier", type_=sa.String())),
    )
    .order_by(offers.c.price.desc(), offers.c.id)
)
_ITEM = (products.c.id, media.c.public_id, *(products.c[name] for name in Product._fields))
_ITEMS_OF = sa.select(*_ITEM).select_from(products.outerjoin(media, media.c.id == products.c.picture_id))
_ITEMS = Prepared(_ITEMS_OF.where(among(products.c.id, "ids")))
_IN_CATEGORY = Prepared(
    sa.select(products.c.id)
    .where(products.c.category == sa.bindparam("category", type_=sa.String()), products.c.active)
    .order_by(products.c.id)
    .limit(sa.bindparam("size", type_=sa.Integer()))
)


def shopper(connection: Connection, contact_id: int) -> Shopper | None:
    """Who the contact is as a customer."""
    row = _SHOPPER.row(connection, contact_id=contact_id)
    return None if row is None else Shopper(row[0], row[1], row[2], row[3], row[4] is not False)


def bought(connection: Connection, contact_id: int) -> list[Bought]:
    """The latest purchases of a contact, at most MOST_READ, the latest first."""
    return [Bought(*row) for row in _BOUGHT.rows(connection, contact_id=contact_id)]


def unwanted(connection: Connection, contact_id: int) -> frozenset[int]:
    """The products a contact is not interested in."""
    return frozenset(row[0] for row in _UNWANTED.rows(connection, contact_id=contact_id))


def offered(connection: Connection, tier: str, now: dt.datetime, least_margin: int) -> dict[int, Offered]:
    """What is on offer now for members of a tier, by product; of several the lowest price.

    An offer that does not leave `least_margin` percent of its price above the product's cost is none.
    """
    found = _OFFERED.rows(connection, tier=tier, now=now, least_margin=least_margin)
    return {product_id: Offered(*offer) for product_id, *offer in found}


def items(connection: Connection, product_ids: Collection[int]) -> dict[int, Item]:
    """These products, by their ids, without what is on offer."""
    found = _ITEMS.rows(connection, ids=product_ids)
    return {row[0]: Item(row[0], Product(*row[2:]), row[1]) for row in found}


def in_category(connection: Connection, category: str, size: int) -> list[int]:
    """The ids of at most `size` active products of a category."""
    return [row[0] for row in _IN_CATEGORY.rows(connection, category=category, size=size)]
