"""The conversation as the team sees it: what was said on every channel, what became of it, notes and owners.

It is read in stretches of places (`seq`). Places are given under the contact's lock; notes and changes of owner
stand after the place that was the last when they came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import notes
from store.prepared import Prepared
from store.tables import inbox, outbox, owner_changes, staff
from store.tables import notes as note_rows
from store.talk_line import Line
from store.talk_messages import (
    Said,
    files_of,
    heard_after,
    heard_lines,
    heard_rows,
    said_after,
    said_lines,
    said_rows,
)
from store.transcript import NEWEST


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """Lines in order; `first` and `last` are the places between which they stand, `more` when there are earlier."""

    lines: list[Line]
    first: int = 0
    last: int = 0
    more: bool = False


def before(connection: Connection, contact_id: int, seq: int, limit: int) -> Stretch:
    """The last `limit` places before the place `seq`."""
    tables = (inbox, outbox, note_rows)
    places = sa.union(
        *(
            sa.select(table.c.seq)
            .where(table.c.contact_id == contact_id, table.c.seq < seq)
            .order_by(table.c.seq.desc())
            .limit(limit)
            .subquery()
            .select()
            for table in tables
        )
    )
    found = sorted(connection.scalars(places), reverse=True)[:limit]
    if not found:
        return Stretch(lines=_changes(connection, contact_id, 0, seq))
    more = len(found) == limit and found[-1] > 1
    first, last = found[-1], found[0]
    return _between(connection, contact_id, first, NEWEST if seq == NEWEST else last, last, more)


def after(connection: Connection, contact_id: int, seq: int) -> Stretch:
    """Everything from the place after `seq` on."""
    heard, said = heard_after(connection, contact_id, seq), said_after(connection, contact_id, seq)
    changes = _OWNERS_OF.rows(connection, contact_id=contact_id)
    lines = _lines(connection, contact_id, heard, said, seq + 1, NEWEST, [_owner(_Change(*row)) for row in changes])
    return Stretch(lines=lines, first=seq + 1, last=max([seq, *(line.seq for line in lines)]))


def _between(connection: Connection, contact_id: int, first: int, until: int, last: int, more: bool) -> Stretch:
    heard = heard_rows(connection, contact_id, first, until)
    said = said_rows(connection, contact_id, first, until)
    changes = _changes(connection, contact_id, first if more else 0, until)
    lines = _lines(connection, contact_id, heard, said, first, until, changes)
    return Stretch(lines=lines, first=first, last=max([last, *(line.seq for line in lines)]), more=more)


def _lines(
    connection: Connection,
    contact_id: int,
    heard: Sequence[Any],
    said: Sequence[Said],
    first: int,
    until: int,
    changes: list[Line],
) -> list[Line]:
    """All of it in order."""
    files = files_of(connection, contact_id, [*(row.details for row in heard), *(one.row.payload for one in said)])
    lines = [
        *heard_lines(heard, said, files, until),
        *said_lines(connection, contact_id, said, files, until),
        *(_note(note) for note in notes.between(connection, contact_id, first, until)),
        *changes,
    ]
    order = {"you": 0, "bot": 1, "person": 1, "note": 2, "owner": 3}
    lines.sort(key=lambda line: (line.seq, order[line.speaker], line.at, line.id))
    return lines


# Notes and owners


class _Change(NamedTuple):
    id: int
    seq: int
    after: str
    why: str
    at: dt.datetime
    author: str
    owner_name: str


_BY, _TO = staff.alias("by"), staff.alias("to")
_OWNERS = sa.select(
    *(owner_changes.c[name] for name in ("id", "seq", "after", "why", "at")),
    sa.func.coalesce(_BY.c.name, "").label("author"),
    sa.func.coalesce(_TO.c.name, "").label("owner_name"),
).select_from(
    owner_changes.outerjoin(_BY, owner_changes.c.by == sa.literal("staff:") + _BY.c.public_id).outerjoin(
        _TO, _TO.c.public_id == owner_changes.c.after
    )
)
_OWNERS_OF = Prepared(
    _OWNERS.where(owner_changes.c.contact_id == sa.bindparam("contact_id")).order_by(owner_changes.c.id)
)


def _note(note: notes.Note) -> Line:
    return Line(
        id=f"note-{note.id}",
        seq=note.seq,
        speaker="note",
        at=note.at,
        text=escape(note.text, quote=False),
        author=note.author,
    )


def changes_after(connection: Connection, contact_id: int, change: int) -> list[Line]:
    """The changes of owner after the one with this id."""
    return _owners(connection, owner_changes.c.contact_id == contact_id, owner_changes.c.id > change)


def _changes(connection: Connection, contact_id: int, first: int, until: int) -> list[Line]:
    here = owner_changes.c.seq >= first, owner_changes.c.seq <= until
    return _owners(connection, owner_changes.c.contact_id == contact_id, *here)


def _owners(connection: Connection, *which: sa.ColumnElement[bool]) -> list[Line]:
    rows = connection.execute(_OWNERS.where(*which).order_by(owner_changes.c.id))
    return [_owner(_Change._make(row)) for row in rows]


def _owner(change: _Change) -> Line:
    return Line(
        id=f"owner-{change.id:09d}",
        seq=change.seq,
        speaker="owner",
        at=change.at,
        what=change.why,
        author=change.author,
        owner=change.after,
        owner_name=change.owner_name,
    )
