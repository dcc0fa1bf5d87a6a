"""What was recommended to whom, what they did with it, and what they do not want to see again."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from itsdangerous import BadSignature, Signer
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import not_interested, products, purchases, shown_products

PATH = "/go"  # of the links that lead to the shop
CREDITED = dt.timedelta(days=30)  # how long after a product was shown its purchase counts as coming from that


class Shown(NamedTuple):
    """A product that was shown to a contact: where (asked, alike, cross_sell, upsell, offer), and why."""

    id: int
    public_id: str
    contact_id: int
    product_id: int
    offer_id: int | None
    place: str
    why: str
    at: dt.datetime


class Purchased(NamedTuple):
    """A purchase of a product by somebody who may be told what goes with it."""

    contact_id: int
    product_id: int
    at: dt.datetime


class Tally(NamedTuple):
    """What became of what was shown: of how many products, how many were looked at in the shop, and bought."""

    place: str
    shown: int
    clicked: int
    bought: int


_S = shown_products.c
_SHOWN = tuple(_S[name] for name in Shown._fields)


def keep(
    connection: Connection,
    contact_id: int,
    shown: Sequence[tuple[int, int | None, str]],
    *,
    key: str,
    place: str,
    at: dt.datetime,
) -> list[str]:
    """Note products (id, offer's id, why) shown now; their public ids in order, by one key the same ones."""
    rows = [
        {
            "public_id": secrets.token_urlsafe(12),
            "key": f"{key}:{number}",
            "contact_id": contact_id,
            "product_id": product_id,
            "offer_id": offer_id,
            "place": place,
            "why": why,
            "at": at,
        }
        for number, (product_id, offer_id, why) in enumerate(shown)
    ]
    if not rows:
        return []
    connection.execute(insert(shown_products).values(rows).on_conflict_do_nothing(index_elements=["key"]))
    kept = sa.select(_S.key, _S.public_id).where(_S.key.in_([row["key"] for row in rows]))
    by_key = {row.key: row.public_id for row in connection.execute(kept)}
    return [by_key[row["key"]] for row in rows]


def link(secret: bytes, address: str, public_id: str) -> str:
    """The address, below where the world reaches us, that counts and leads on to the product's page in the shop."""
    return f"{address.rstrip('/')}{PATH}/{_signer(secret).sign(public_id).decode()}"


def read_link(secret: bytes, token: str) -> str | None:
    """The public id that a link names; None when the link is not ours."""
    try:
        return _signer(secret).unsign(token.encode()).decode()
    except (BadSignature, UnicodeError):
        return None


def _signer(secret: bytes) -> Signer:
    return Signer(secret, salt="sapa.go", digest_method=hashlib.sha256)


def find(connection: Connection, public_id: str) -> Shown | None:
    """What was shown under this public id."""
    row = connection.execute(sa.select(*_SHOWN).where(_S.public_id == public_id)).one_or_none()
    return Shown(*row) if row else None


def address(connection: Connection, public_id: str) -> str | None:
    """The page in the shop of the product that was shown under this public id; None when there is none."""
    of_shown = products.c.id == sa.select(_S.product_id).where(_S.public_id == public_id).scalar_subquery()
    return connection.scalar(sa.select(products.c.address).where(of_shown)) or None


def clicked(connection: Connection, public_id: str, now: dt.datetime) -> str | None:
    """Count that somebody went to look at the product; its page in the shop, None when there is none."""
    found = address(connection, public_id)
    if found is not None:
        first = sa.func.coalesce(_S.clicked_at, sa.bindparam("first", now, type_=_S.clicked_at.type))
        count = shown_products.update().where(_S.public_id == public_id)
        connection.execute(count.values(clicks=_S.clicks + 1, clicked_at=first))
    return found


def refuse(connection: Connection, contact_id: int, product_id: int, at: dt.datetime) -> None:
    """The contact does not want to see the product again."""
    new = insert(not_interested).values(contact_id=contact_id, product_id=product_id, at=at)
    connection.execute(new.on_conflict_do_nothing())


def take_back(connection: Connection, contact_id: int, product_id: int) -> None:
    """The contact may be shown the product again."""
    theirs = not_interested.c.contact_id == contact_id, not_interested.c.product_id == product_id
    connection.execute(not_interested.delete().where(*theirs))


def credit(connection: Connection, first: int, last: int) -> None:
    """Note which purchases with ids in (first, last] bought what was shown in the 30 days before them."""
    bought = (
        sa.select(purchases.c.contact_id, purchases.c.product_id, purchases.c.at)
        .distinct()
        .join(
            shown_products,
            sa.and_(_S.contact_id == purchases.c.contact_id, _S.product_id == purchases.c.product_id),
        )
        .where(purchases.c.id > first, purchases.c.id <= last, _S.at <= purchases.c.at, _S.bought_at.is_(None))
        .order_by(purchases.c.at)
    )
    for contact_id, product_id, at in connection.execute(bought).all():
        theirs = _S.contact_id == contact_id, _S.product_id == product_id, _S.bought_at.is_(None)
        lately = _S.at <= at, _S.at >= at - CREDITED
        connection.execute(shown_products.update().where(*theirs, *lately).values(bought_at=at))


def bought(connection: Connection, first: int, last: int, since: dt.datetime) -> list[Purchased]:
    """The purchases with ids in (first, last] of products, made from `since` on; not those paid back whole."""
    kept = sa.or_(purchases.c.refunded == 0, purchases.c.refunded < purchases.c.amount)
    found = (
        sa.select(*(purchases.c[name] for name in Purchased._fields))
        .where(purchases.c.id > first, purchases.c.id <= last, purchases.c.at >= since)
        .where(purchases.c.product_id.is_not(None), kept)
        .order_by(purchases.c.id)
    )
    return [Purchased(*row) for row in connection.execute(found)]


def tallies(connection: Connection, since: dt.datetime) -> list[Tally]:
    """What became of what was shown since a moment, by the place where it was."""
    counted = (
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(sa.case((_S.clicks > 0, 1), else_=0)), 0),
        sa.func.coalesce(sa.func.sum(sa.case((_S.bought_at.is_not(None), 1), else_=0)), 0),
    )
    found = sa.select(_S.place, *counted).where(_S.at >= since).group_by(_S.place).order_by(_S.place)
    return [Tally(place, *map(int, figures)) for place, *figures in connection.execute(found)]
