"""What the shop is made of: products and branches.

Names are kept in English with the other languages beside them; `loyalty.programme.named` picks one.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.media import File, keep_new
from store.prepared import Prepared, insert
from store.tables import branches, media, products

Names = Mapping[str, str]


class Product(NamedTuple):
    """Something sold; `price` and `cost` (None: not known) are in minor units of `currency`.

    `stock` of None: as many as are wanted. `refill_days` is how long one lasts, None: as purchases show. One that
    is not `repeatable` is bought once. `address` is its page in the shop.
    """

    sku: str
    name: str
    names: Names | None
    category: str
    price: int
    currency: str
    about: str = ""
    abouts: Names | None = None
    cost: int | None = None
    stock: int | None = None
    active: bool = True
    repeatable: bool = True
    refill_days: int | None = None
    address: str = ""


class Branch(NamedTuple):
    """A shop of the business."""

    code: str
    name: str
    city: str
    timezone: str


_PRODUCTS = Prepared(
    sa.select(*(products.c[name] for name in Product._fields)).where(among(products.c.sku, "skus"))
)
_PRODUCTS_AFTER = Prepared(
    sa.select(*(products.c[name] for name in Product._fields))
    .where(products.c.sku > sa.bindparam("after", type_=sa.String()))
    .order_by(products.c.sku)
    .limit(sa.bindparam("size", type_=sa.Integer()))
)
_IN_CATEGORY = Prepared(
    sa.select(*(products.c[name] for name in Product._fields))
    .where(products.c.category == sa.bindparam("category", type_=sa.String()))
    .order_by(products.c.sku)
    .limit(sa.bindparam("size", type_=sa.Integer()))
)
_PRODUCT_IDS = Prepared(sa.select(products.c.sku, products.c.id))
_BRANCH_IDS = Prepared(sa.select(branches.c.code, branches.c.id))
_PICTURED = Prepared(
    products.update()
    .where(products.c.sku == sa.bindparam("of_sku", type_=sa.String()))
    .values(picture_id=sa.bindparam("media_id", type_=sa.BigInteger()))
)
_PICTURE = Prepared(
    sa.select(media.c.id).where(
        media.c.digest == sa.bindparam("digest", type_=sa.String()),
        media.c.contact_id.is_(None),
        media.c.channel == sa.literal_column("''"),  # not what a visitor sent before they were known
    )
)


def branch_ids(connection: Connection) -> dict[str, int]:
    """Branches' ids by their codes."""
    return dict(_BRANCH_IDS.rows(connection))


def branch_names(connection: Connection) -> dict[str, str]:
    """What the branches are called, by code, in the order of their names."""
    found = sa.select(branches.c.code, branches.c.name).where(branches.c.active).order_by(branches.c.name)
    return {row.code: row.name for row in connection.execute(found)}


def categories(connection: Connection) -> tuple[str, ...]:
    """The categories of what is sold, by name."""
    found = sa.select(products.c.category).where(products.c.category != "", products.c.active).distinct()
    return tuple(connection.scalars(found.order_by(products.c.category)))


def save_branches(connection: Connection, saved: Sequence[Branch]) -> None:
    """Make these the branches: added, or changed where the code is known; others are closed."""
    others = branches.update().where(branches.c.active, branches.c.code.not_in([each.code for each in saved]))
    connection.execute(others.values(active=False))
    _save(connection, branches, "code", [{**each._asdict(), "active": True} for each in saved])


def product_ids(connection: Connection) -> dict[str, int]:
    """Every product's id by its sku."""
    return dict(_PRODUCT_IDS.rows(connection))


def find_products(connection: Connection, skus: Collection[str]) -> dict[str, Product]:
    """The products with these skus."""
    return {row[0]: Product(*row) for row in _PRODUCTS.rows(connection, skus=skus)}


def products_after(connection: Connection, after: str, size: int) -> list[Product]:
    """At most `size` products, sorted by sku, after the one with the sku `after`."""
    return [Product(*row) for row in _PRODUCTS_AFTER.rows(connection, after=after, size=size)]


def products_in(connection: Connection, category: str, size: int) -> list[Product]:
    """At most `size` products of a category, sorted by sku."""
    return [Product(*row) for row in _IN_CATEGORY.rows(connection, category=category, size=size)]


def save_products(connection: Connection, saved: Sequence[Product]) -> None:
    """Add products, or change those with the same sku."""
    _save(connection, products, "sku", [each._asdict() for each in saved])


def set_picture(connection: Connection, sku: str, png: bytes, now: dt.datetime) -> None:
    """Give a product its picture, a PNG; the same picture is kept once."""
    media_id = keep_picture(connection, f"{sku}.png", File.of("image/png", png), now)
    _PICTURED.run(connection, of_sku=sku, media_id=media_id)


def keep_picture(connection: Connection, name: str, file: File, now: dt.datetime) -> int:
    """Keep a picture of the business, which is no contact's; the id of the one that is there, if it is."""
    row = _PICTURE.row(connection, digest=file.digest)
    return int(row[0]) if row else keep_new(connection, file, now, public_id=secrets.token_urlsafe(12), name=name)


def keep_ours(connection: Connection, name: str, file: File, now: dt.datetime) -> str:
    """Keep a picture of the business as `keep_picture` does; its public id."""
    kept = keep_picture(connection, name, file, now)
    return str(connection.scalar(sa.select(media.c.public_id).where(media.c.id == kept)))


def _save(connection: Connection, table: sa.Table, key: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = insert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name != key}
    connection.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed), rows)
