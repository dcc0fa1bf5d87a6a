"""Private notes: what the team writes to itself at a place in a conversation, and whom it mentions."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared, insert
from store.tables import mentions, notes, staff


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A note; `author` is the name of who wrote it, `seq` the place in the conversation after which it stands."""

    id: int
    public_id: str
    staff_id: int
    author: str
    seq: int
    text: str
    at: dt.datetime


_NOTE = sa.select(
    notes.c.id,
    notes.c.public_id,
    notes.c.staff_id,
    staff.c.name.label("author"),
    notes.c.seq,
    notes.c.text,
    notes.c.at,
).select_from(notes.join(staff, staff.c.id == notes.c.staff_id))
_BETWEEN = Prepared(
    _NOTE.where(
        notes.c.contact_id == sa.bindparam("contact_id"),
        notes.c.seq >= sa.bindparam("first"),
        notes.c.seq <= sa.bindparam("last"),
    ).order_by(notes.c.seq, notes.c.id)
)


def new_id() -> str:
    """A public id for a note."""
    return secrets.token_urlsafe(12)


def find(connection: Connection, public_id: str) -> Note | None:
    """The note with this public id."""
    row = connection.execute(_NOTE.where(notes.c.public_id == public_id)).one_or_none()
    return Note(**row._mapping) if row else None


def add(
    connection: Connection,
    public_id: str,
    contact_id: int,
    conversation_id: int | None,
    staff_id: int,
    seq: int,
    text: str,
    mentioned: Collection[int],
    now: dt.datetime,
) -> Note:
    """Keep a note at the place `seq`; `mentioned` are ids of colleagues, who see it in their inbox."""
    values = {
        "public_id": public_id,
        "contact_id": contact_id,
        "conversation_id": conversation_id,
        "staff_id": staff_id,
        "seq": seq,
        "text": text,
        "at": now,
    }
    note_id = connection.scalar(notes.insert().values(values).returning(notes.c.id))
    rows = [{"note_id": note_id, "staff_id": one} for one in sorted(set(mentioned) - {staff_id})]
    if rows:
        connection.execute(insert(mentions).values(rows))
    return Note(**connection.execute(_NOTE.where(notes.c.id == note_id)).one()._mapping)


def between(connection: Connection, contact_id: int, first: int, last: int) -> list[Note]:
    """The contact's notes from the place `first` to the place `last`, both included, in order."""
    rows = _BETWEEN.rows(connection, contact_id=contact_id, first=first, last=last)
    return [Note(**dict(zip(Note.__struct_fields__, row, strict=True))) for row in rows]


def see(connection: Connection, contact_id: int, staff_id: int, now: dt.datetime) -> bool:
    """Somebody looks at the conversation: notes that mention them are seen; whether any was not before."""
    theirs = sa.select(notes.c.id).where(notes.c.contact_id == contact_id)
    unseen = (mentions.c.staff_id == staff_id, mentions.c.seen_at.is_(None), mentions.c.note_id.in_(theirs))
    return connection.execute(mentions.update().where(*unseen).values(seen_at=now)).rowcount > 0
