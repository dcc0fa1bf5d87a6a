"""Refunds of purchases: each part once, by its key."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import rhythms
from store.prepared import Prepared, insert
from store.tables import purchases, refunds


class Refund(NamedTuple):
    """A refunded part of a purchase: its amount in minor units, and the points taken back, a debt included."""

    key: str
    purchase_id: int
    amount: int
    points: int
    at: dt.datetime


class Taken(NamedTuple):
    """What has been refunded of a purchase: in how many parts, and the points taken back for them."""

    parts: int
    points: int


_FIND = Prepared(
    sa.select(*(refunds.c[name] for name in Refund._fields)).where(refunds.c.key == sa.bindparam("key"))
)
_SUM = Prepared(
    sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(refunds.c.points), 0)).where(
        refunds.c.purchase_id == sa.bindparam("purchase_id", type_=sa.BigInteger())
    )
)
_ADD = Prepared(
    insert(refunds).values({name: sa.bindparam(name, type_=refunds.c[name].type) for name in Refund._fields})
)
_MARK = Prepared(
    purchases.update()
    .where(purchases.c.id == sa.bindparam("purchase_id", type_=sa.BigInteger()))
    .values(refunded=purchases.c.refunded + sa.bindparam("more", type_=sa.BigInteger()))
)


def find(connection: Connection, key: str) -> Refund | None:
    """The refund with this key."""
    row = _FIND.row(connection, key=key)
    return Refund(*row) if row else None


def of(connection: Connection, purchase_id: int) -> Taken:
    """What has been refunded of a purchase so far."""
    row = _SUM.row(connection, purchase_id=purchase_id)
    assert row is not None
    return Taken(int(row[0]), int(row[1]))


def add(connection: Connection, refund: Refund) -> None:
    """Keep a new refund, and mark its amount at the purchase."""
    _ADD.run(connection, **refund._asdict())
    _MARK.run(connection, purchase_id=refund.purchase_id, more=refund.amount)
    rhythms.soil_of_purchase(connection, refund.purchase_id)
