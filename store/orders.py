"""Orders as the shop's systems know them: the lines that purchases are kept as, found by the order's number."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.prepared import Prepared
from store.tables import products, purchases


class Line(NamedTuple):
    """One line of an order, kept as the purchase with this key; amounts are in minor units."""

    key: str
    contact_id: int
    sku: str
    quantity: int
    amount: int
    currency: str
    refunded: int


_LINES = (
    sa.select(
        purchases.c.key,
        purchases.c.contact_id,
        sa.func.coalesce(products.c.sku, ""),
        *(purchases.c[name] for name in ("quantity", "amount", "currency", "refunded")),
    )
    .select_from(purchases.outerjoin(products, products.c.id == purchases.c.product_id))
    .order_by(purchases.c.id)
)
_BY_RECEIPT = Prepared(
    _LINES.where(
        purchases.c.receipt == sa.bindparam("receipt", type_=sa.String()),
        # The index leaves out purchases without a receipt, and its words must stand here for it to serve.
        purchases.c.receipt != sa.literal_column("''"),
    )
)
_BY_KEY = Prepared(_LINES.where(among(purchases.c.key, "keys")))
_PRODUCTS = Prepared(sa.select(products.c.sku, products.c.id).where(among(products.c.sku, "skus")))


def lines(connection: Connection, receipt: str, keys: Collection[str]) -> list[Line]:
    """An order's lines: those of its receipt (as `loyalty.receipts.compared` has it), or else those by these keys.

    Lists of purchases that were imported before receipts were kept are known by their keys alone.
    """
    found = _BY_RECEIPT.rows(connection, receipt=receipt) if receipt else []
    return [Line(*row) for row in found or _BY_KEY.rows(connection, keys=keys)]


def product_ids(connection: Connection, skus: Collection[str]) -> dict[str, int]:
    """The ids of the products with these skus."""
    return dict(_PRODUCTS.rows(connection, skus=skus)) if skus else {}
