"""Answers that somebody began to write and has not sent: there again in whatever browser they open next."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import drafts


def keep(connection: Connection, staff_id: int, contact_id: int, text: str, now: dt.datetime) -> None:
    """Keep what somebody writes to a contact in place of what was kept before; an empty text drops it."""
    if not text:
        drop(connection, staff_id, contact_id)
        return
    new = insert(drafts).values(staff_id=staff_id, contact_id=contact_id, text=text, at=now)
    connection.execute(
        new.on_conflict_do_update(index_elements=["staff_id", "contact_id"], set_={"text": text, "at": now})
    )


def drop(connection: Connection, staff_id: int, contact_id: int) -> None:
    """Forget what somebody began to write to a contact."""
    connection.execute(drafts.delete().where(drafts.c.staff_id == staff_id, drafts.c.contact_id == contact_id))


def of(connection: Connection, staff_id: int, contact_id: int) -> str:
    """What somebody began to write to a contact; empty when there is nothing."""
    kept = sa.select(drafts.c.text).where(drafts.c.staff_id == staff_id, drafts.c.contact_id == contact_id)
    return connection.scalar(kept) or ""
