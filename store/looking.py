"""Who of the team has whose conversation open, and who of them is typing: told again every few seconds."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import looking, staff

LOOKS_FOR = dt.timedelta(seconds=45)  # a page tells every fifteen seconds, a tab in the background less often
TYPES_FOR = dt.timedelta(seconds=8)


class Looker(msgspec.Struct, frozen=True):
    """A colleague who has the conversation open right now."""

    public_id: str
    name: str
    typing: bool


def look(connection: Connection, contact_id: int, staff_id: int, now: dt.datetime, *, typing: bool = False) -> None:
    """Note that somebody looks at a contact's conversation, and whether they type."""
    told = {"at": now, "typed_at": now} if typing else {"at": now}
    new = insert(looking).values(contact_id=contact_id, staff_id=staff_id, **told)
    connection.execute(new.on_conflict_do_update(index_elements=["contact_id", "staff_id"], set_=told))


def leave(connection: Connection, contact_id: int, staff_id: int) -> None:
    """Somebody closed the conversation's page."""
    connection.execute(looking.delete().where(looking.c.contact_id == contact_id, looking.c.staff_id == staff_id))


def others(connection: Connection, contact_id: int, staff_id: int, now: dt.datetime) -> list[Looker]:
    """Which colleagues of `staff_id` look at a contact's conversation right now, by name."""
    rows = connection.execute(
        sa.select(staff.c.public_id, staff.c.name, looking.c.typed_at)
        .join(staff, staff.c.id == looking.c.staff_id)
        .where(looking.c.contact_id == contact_id, looking.c.staff_id != staff_id, looking.c.at > now - LOOKS_FOR)
        .order_by(staff.c.name, staff.c.id)
    )
    return [Looker(one, name, typed is not None and typed > now - TYPES_FOR) for one, name, typed in rows]
