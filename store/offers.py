"""Offers: a product for less, for a while; and who waits to hear of one."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared, insert
from store.tables import Utc, offer_watches, offers, products

LISTED = 100


class Offer(NamedTuple):
    """An offer; `price` is in minor units of its product's currency; `segment` is a tier's code, or empty."""

    id: int
    public_id: str
    product_id: int
    price: int
    segment: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    by: str
    withdrawn_at: dt.datetime | None


class Listed(NamedTuple):
    """An offer as the team's page lists it, with what it is of; money is in minor units of `currency`."""

    offer: Offer
    sku: str
    name: str
    usual: int
    cost: int | None
    currency: str
    waiting: int  # customers who asked to hear of it


_O = offers.c
_OFFER = tuple(_O[name] for name in Offer._fields)
_WATCH = Prepared(
    insert(offer_watches)
    .values(
        contact_id=sa.bindparam("contact_id"),
        product_id=sa.bindparam("product_id"),
        at=sa.bindparam("at", type_=Utc()),
    )
    .on_conflict_do_nothing()
    .returning(offer_watches.c.product_id)
)


def add(
    connection: Connection,
    product_id: int,
    *,
    price: int,
    segment: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: str,
) -> Offer:
    """Keep an offer. What an offer may be is decided in `outreach.offers`."""
    new = offers.insert().values(
        public_id=secrets.token_urlsafe(12),
        product_id=product_id,
        price=price,
        segment=segment,
        starts_at=starts_at,
        ends_at=ends_at,
        by=by,
    )
    return Offer(*connection.execute(new.returning(*_OFFER)).one())


def find(connection: Connection, public_id: str) -> Offer | None:
    """The offer with this public id."""
    row = connection.execute(sa.select(*_OFFER).where(_O.public_id == public_id)).one_or_none()
    return Offer(*row) if row else None


def overlapping(
    connection: Connection, product_id: int, segment: str, starts_at: dt.datetime, ends_at: dt.datetime
) -> Offer | None:
    """An offer of the product to the same people at the same time."""
    same = _O.product_id == product_id, _O.segment == segment, _O.withdrawn_at.is_(None)
    at_once = _O.starts_at < ends_at, _O.ends_at > starts_at
    row = connection.execute(sa.select(*_OFFER).where(*same, *at_once).limit(1)).one_or_none()
    return Offer(*row) if row else None


def withdraw(connection: Connection, public_id: str, now: dt.datetime | None) -> bool:
    """End an offer now, or take that back with `now` of None; whether there is one."""
    changed = offers.update().where(_O.public_id == public_id).values(withdrawn_at=now)
    return connection.execute(changed).rowcount == 1


def listed(connection: Connection, now: dt.datetime) -> list[Listed]:
    """The offers that run or are to come, the next to end first; then those that are over, the newest first."""
    waiting = (
        sa.select(sa.func.count())
        .select_from(offer_watches)
        .where(offer_watches.c.product_id == _O.product_id)
        .scalar_subquery()
    )
    about = (products.c.sku, products.c.name, products.c.price, products.c.cost, products.c.currency, waiting)
    over = sa.or_(_O.ends_at <= now, _O.withdrawn_at.is_not(None))
    found = (
        sa.select(*_OFFER, *about)
        .select_from(offers.join(products, products.c.id == _O.product_id))
        .order_by(over, sa.case((over, None), else_=_O.ends_at), _O.ends_at.desc(), _O.id.desc())
        .limit(LISTED)
    )
    size = len(Offer._fields)
    return [Listed(Offer(*row[:size]), *row[size:]) for row in connection.execute(found)]


def watch(connection: Connection, contact_id: int, product_id: int, at: dt.datetime) -> bool:
    """Have the contact told when the product is on offer; False when they asked for it before."""
    return _WATCH.row(connection, contact_id=contact_id, product_id=product_id, at=at) is not None


def unwatch(connection: Connection, contact_id: int, product_id: int) -> None:
    """Tell the contact no more of offers of the product."""
    theirs = offer_watches.c.contact_id == contact_id, offer_watches.c.product_id == product_id
    connection.execute(offer_watches.delete().where(*theirs))


def to_tell(connection: Connection, now: dt.datetime) -> Offer | None:
    """An offer that runs and of which not all who wait for it were told; the oldest."""
    unheard = sa.exists().where(
        offer_watches.c.product_id == _O.product_id, offer_watches.c.contact_id > _O.told_to
    )
    runs = _O.starts_at <= now, _O.ends_at > now, _O.withdrawn_at.is_(None)
    row = connection.execute(sa.select(*_OFFER).where(*runs, unheard).order_by(_O.id).limit(1)).one_or_none()
    return Offer(*row) if row else None


def waiting(connection: Connection, offer: Offer, most: int) -> list[int]:
    """Some of the contacts who wait for the offer and were not told of it, in their order."""
    told = sa.select(_O.told_to).where(_O.id == offer.id).with_for_update()
    after = connection.scalar(told)
    theirs = offer_watches.c.product_id == offer.product_id, offer_watches.c.contact_id > after
    found = sa.select(offer_watches.c.contact_id).where(*theirs).order_by(offer_watches.c.contact_id).limit(most)
    return list(connection.scalars(found))


def told(connection: Connection, offer: Offer, last: int) -> None:
    """Everybody up to this contact was told of the offer."""
    connection.execute(offers.update().where(_O.id == offer.id).values(told_to=last))
