"""What the house has set on its pages, by name: one small document for each concern."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import choices


def read(connection: Connection, name: str) -> Any:
    """The document of this name; None when it was never set."""
    return connection.scalar(sa.select(choices.c.value).where(choices.c.name == name))


def save(connection: Connection, name: str, value: Any, now: dt.datetime) -> None:
    """Set the document of this name; `value` is plain JSON."""
    new = insert(choices).values(name=name, value=value, changed_at=now)
    kept = {"value": new.excluded.value, "changed_at": new.excluded.changed_at}
    connection.execute(new.on_conflict_do_update(index_elements=["name"], set_=kept))
