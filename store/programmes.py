"""The versions of the programme: append-only, the newest one holds. What it says is `loyalty.programme`'s."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared
from store.tables import programmes


class Version(NamedTuple):
    """One version: its number, the file's text, who applied it and when."""

    id: int
    text: str
    by: str
    at: dt.datetime


_RULES = sa.type_coerce(programmes.c.rules, sa.Text)
_NEWEST = Prepared(sa.select(_RULES).order_by(programmes.c.id.desc()).limit(1))


def newest(connection: Connection) -> str | None:
    """The rules that hold, as JSON; None before any were applied."""
    row = _NEWEST.row(connection)
    return row[0] if row else None


def lock_newest(connection: Connection) -> str | None:
    """The text of the version that holds, None before any; nobody else adds one until the transaction ends."""
    last = sa.select(programmes.c.id).order_by(programmes.c.id.desc()).limit(1).with_for_update()
    connection.execute(last).all()
    # Read anew: whoever had the lock may have added one.
    return connection.scalar(sa.select(programmes.c.text).order_by(programmes.c.id.desc()).limit(1))


def append(connection: Connection, *, text: str, rules: Any, by: str, at: dt.datetime) -> None:
    """Add a version, which holds from now on."""
    connection.execute(programmes.insert().values(text=text, rules=rules, by=by[:64], at=at))


def version(connection: Connection, number: int) -> Version | None:
    """One version by its number."""
    columns = (programmes.c[name] for name in Version._fields)
    row = connection.execute(sa.select(*columns).where(programmes.c.id == number)).one_or_none()
    return Version(*row) if row else None


def history(connection: Connection, limit: int = 50) -> list[Version]:
    """The last versions, newest first."""
    columns = (programmes.c[name] for name in Version._fields)
    rows = connection.execute(sa.select(*columns).order_by(programmes.c.id.desc()).limit(limit))
    return [Version(*row) for row in rows]
