"""Everybody's purchases, read in pages to learn from; each page is a short look, so that nobody waits for the rest.

Left out are people whose data are gone, and those who want nothing personalised: what they buy serves nobody else's
list either.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared
from store.tables import accounts, contacts, preferences, products, purchases
from store.tastes import NOT_PAID_BACK


class Person(NamedTuple):
    """Somebody, by what popularity is told apart."""

    id: int
    kind: str
    city: str
    tier: str
    language: str


class Line(NamedTuple):
    """A purchase that was not paid back whole; `id` is the place from which the next page goes on."""

    id: int
    contact_id: int
    product_id: int
    at: dt.datetime


_AFTER = sa.bindparam("after", type_=sa.BigInteger())
_SIZE = sa.bindparam("size", type_=sa.Integer())
_PEOPLE = Prepared(
    sa.select(
        contacts.c.id,
        contacts.c.kind,
        contacts.c.city,
        sa.func.coalesce(accounts.c.tier, "").label("tier"),
        contacts.c.language,
    )
    .select_from(
        contacts.outerjoin(accounts, accounts.c.contact_id == contacts.c.id).outerjoin(
            preferences, preferences.c.contact_id == contacts.c.id
        )
    )
    .where(
        contacts.c.id > _AFTER,
        contacts.c.erased_at.is_(None),
        contacts.c.merged_into.is_(None),
        sa.or_(preferences.c.personalised.is_(None), preferences.c.personalised),
    )
    .order_by(contacts.c.id)
    .limit(_SIZE)
)
_LINES = Prepared(
    sa.select(*(purchases.c[name] for name in Line._fields))
    .where(purchases.c.id > _AFTER, purchases.c.product_id.is_not(None), NOT_PAID_BACK)
    .order_by(purchases.c.id)
    .limit(_SIZE)
)
_LAST = Prepared(sa.select(sa.func.max(purchases.c.id)))
_GOODS = Prepared(sa.select(products.c.id).order_by(products.c.id))


def people_after(connection: Connection, after: int, size: int) -> list[Person]:
    """At most `size` people whose ids come after one, by id."""
    return [Person(*row) for row in _PEOPLE.rows(connection, after=after, size=size)]


def lines_after(connection: Connection, after: int, size: int) -> list[Line]:
    """At most `size` purchases of products whose ids come after one, by id; anybody's."""
    return [Line(*row) for row in _LINES.rows(connection, after=after, size=size)]


def last_line(connection: Connection) -> int:
    """The id of the last purchase; 0 when there is none. How far reading has to go."""
    row = _LAST.row(connection)
    return int(row[0] or 0) if row else 0


def goods(connection: Connection) -> list[int]:
    """Every product's id, in order."""
    return [row[0] for row in _GOODS.rows(connection)]
