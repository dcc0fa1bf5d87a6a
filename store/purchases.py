"""What customers bought. A purchase is added once: its key makes it known again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import rhythms
from store.many import among, insert_given, moment_text
from store.prepared import Prepared
from store.tables import branches, products, purchases


class Purchase(NamedTuple):
    """One purchase of a contact; `amount` is in minor units of `currency`, `at` an aware moment.

    `receipt` is the order number as `loyalty.receipts.compared` has it, by which claims of missing points find it.
    `source` is the way it came in: till, api, claim; empty for a list that was imported.
    """

    key: str
    contact_id: int
    at: dt.datetime
    quantity: int
    amount: int
    currency: str
    product_id: int | None = None
    branch_id: int | None = None
    receipt: str = ""
    source: str = ""


class Stored(NamedTuple):
    """A purchase as it is kept."""

    at: dt.datetime
    quantity: int
    amount: int
    currency: str


class Kept(NamedTuple):
    """What a refund needs to know of a purchase; amounts are in minor units."""

    id: int
    contact_id: int
    at: dt.datetime
    amount: int
    refunded: int


_FIND = Prepared(
    sa.select(purchases.c.key, *(purchases.c[name] for name in Stored._fields)).where(
        among(purchases.c.key, "keys")
    )
)
_ELSEWHERE = Prepared(
    sa.select(purchases.c.receipt)
    .where(
        among(purchases.c.receipt, "receipts"),
        # The index leaves out purchases without a receipt, and its words must stand here for it to serve.
        purchases.c.receipt != sa.literal_column("''"),
        purchases.c.source != sa.literal_column("''"),
        sa.or_(purchases.c.amount == 0, purchases.c.refunded < purchases.c.amount),
    )
    .distinct()
)
_LOCK = Prepared(
    sa.select(*(purchases.c[name] for name in Kept._fields))
    .where(purchases.c.key == sa.bindparam("key"))
    .with_for_update()
)
_GOODS = Prepared(sa.select(products.c.id, products.c.sku, products.c.category).where(among(products.c.id, "ids")))
_PLACES = Prepared(
    sa.select(branches.c.id, branches.c.code, branches.c.timezone).where(among(branches.c.id, "ids"))
)
_ADD = Prepared(insert_given(purchases, *Purchase._fields).returning(purchases.c.key, purchases.c.id))


def find(connection: Connection, keys: Collection[str]) -> dict[str, Stored]:
    """The purchases with these keys."""
    return {row[0]: Stored(*row[1:]) for row in _FIND.rows(connection, keys=keys)}


def credited_elsewhere(connection: Connection, receipts: Collection[str]) -> set[str]:
    """Which of the receipts had their points by another way than a list; those refunded whole had none."""
    return {receipt for (receipt,) in _ELSEWHERE.rows(connection, receipts=receipts)} if receipts else set()


def goods(connection: Connection, product_ids: Collection[int]) -> dict[int | None, tuple[str, str]]:
    """What products are, by their ids: sku and category."""
    return {row[0]: (row[1], row[2]) for row in _GOODS.rows(connection, ids=product_ids)}


def places(connection: Connection, branch_ids: Collection[int]) -> dict[int | None, tuple[str, ZoneInfo | None]]:
    """What branches are, by their ids: code and clock, if they have one of their own."""
    rows = _PLACES.rows(connection, ids=branch_ids)
    return {branch_id: (code, ZoneInfo(name) if name else None) for branch_id, code, name in rows}


def lock(connection: Connection, key: str) -> Kept | None:
    """The purchase with this key, locked until the transaction ends."""
    row = _LOCK.row(connection, key=key)
    return Kept(*row) if row else None


def add(connection: Connection, added: Collection[Purchase]) -> dict[str, int]:
    """Add purchases whose keys are new; their ids by key."""
    rhythms.soil(connection, {each.contact_id for each in added})
    rows = [(key, contact_id, moment_text(at), *rest) for key, contact_id, at, *rest in added]
    return dict(_ADD.rows(connection, given=rows))
