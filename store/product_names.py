"""Products as customers know them: those they bought, and those that are called something like what they type."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import products, purchases
from talk.reading.normal import fold

LOOKED_THROUGH = 10_000


class Named(NamedTuple):
    """A product and its name in a language."""

    id: int
    name: str


def bought_lately(connection: Connection, contact_id: int, language: str, most: int) -> list[Named]:
    """The products that a contact bought last, each once, the latest first."""
    last = sa.func.max(purchases.c.at).label("last")
    theirs = (
        sa.select(purchases.c.product_id, last)
        .where(purchases.c.contact_id == contact_id, purchases.c.product_id.is_not(None))
        .group_by(purchases.c.product_id)
        .order_by(last.desc(), purchases.c.product_id.desc())
        .limit(most)
        .subquery()
    )
    found = sa.select(products.c.id, products.c.name, products.c.names).join(
        theirs, theirs.c.product_id == products.c.id
    )
    rows = connection.execute(found.order_by(theirs.c.last.desc(), products.c.id.desc()))
    return [Named(row.id, _name(row, language)) for row in rows]


def alike(connection: Connection, typed: str, language: str, most: int) -> list[Named]:
    """Products whose name, in any language, has all that was typed in it; the shortest name first."""
    wanted = fold(typed).split()
    if not wanted:
        return []
    some = sa.select(products.c.id, products.c.name, products.c.names).where(products.c.active)
    found = []
    for row in connection.execute(some.order_by(products.c.id).limit(LOOKED_THROUGH)):
        names = [fold(name) for name in (row.name, *(row.names or {}).values())]
        fitting = [name for name in names if all(word in name for word in wanted)]
        if fitting:
            found.append((min(map(len, fitting)), row.id, Named(row.id, _name(row, language))))
    return [named for _length, _id, named in sorted(found)[:most]]


def _name(row: Any, language: str) -> str:
    name: str = (row.names or {}).get(language) or row.name
    return name
