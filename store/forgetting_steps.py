"""What every step of forgetting a contact has in common: it deletes or blanks some rows, and may be done again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.absorption import family

AT_ONCE = 200
GONE = "erased"

Step: TypeAlias = Callable[[Connection, int], bool]
"""Takes a connection and the contact's id; returns whether there may be more."""


def delete(table: sa.Table) -> Step:
    """Delete some of the contact's rows; whether there may be more."""
    key = table.c.contact_id if "id" not in table.c else table.c.id

    def step(connection: Connection, contact_id: int) -> bool:
        some = sa.select(key).where(of(table, contact_id)).limit(AT_ONCE)
        return connection.execute(table.delete().where(key.in_(some.scalar_subquery()))).rowcount == AT_ONCE

    return step


def blank(table: sa.Table, what_is_left: sa.ColumnElement[bool], **values: Any) -> Step:
    """Take what is personal out of some of the contact's rows; whether there may be more."""

    def step(connection: Connection, contact_id: int) -> bool:
        some = sa.select(table.c.id).where(of(table, contact_id), what_is_left).limit(AT_ONCE)
        emptied = table.update().where(table.c.id.in_(some.scalar_subquery())).values(**values)
        return connection.execute(emptied).rowcount == AT_ONCE

    return step


def of(table: sa.Table, contact_id: int) -> sa.ColumnElement[bool]:
    """The rows of the contact and of all that were taken over by it."""
    return table.c.contact_id.in_(family(contact_id).scalar_subquery())
