"""How members of staff serve customers, as it is set for each."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import staff


class Serving(msgspec.Struct, frozen=True):
    """In which languages (none: whatever comes), how many at a time, and their number in Telegram."""

    languages: tuple[str, ...]
    capacity: int
    telegram: str


def read(connection: Connection, staff_id: int) -> Serving:
    """How somebody serves."""
    columns = staff.c.languages, staff.c.capacity, staff.c.telegram
    row = connection.execute(sa.select(*columns).where(staff.c.id == staff_id)).one()
    return Serving(tuple(row.languages or ()), row.capacity, row.telegram or "")


def save(connection: Connection, staff_id: int, serving: Serving) -> None:
    """Set it."""
    values = {
        "languages": list(serving.languages) or None,
        "capacity": serving.capacity,
        "telegram": serving.telegram or None,
    }
    connection.execute(staff.update().where(staff.c.id == staff_id).values(values))


def is_taken(connection: Connection, telegram: str, but: int) -> bool:
    """Whether somebody else has this number in Telegram."""
    other = sa.exists().where(staff.c.telegram == telegram, staff.c.id != but)
    return bool(connection.scalar(sa.select(other)))
