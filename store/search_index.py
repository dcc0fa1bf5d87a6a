"""Keeping the words of messages and notes: a bounded number at a time, outside of the customers' turns.

Rows are taken in the order of their ids, from a mark on. On PostgreSQL a smaller id may commit after a larger one,
so the mark passes only rows that are older than any transaction lasts (`SETTLED`); those behind it are looked at
again each time, and a line that is there already stays as it is. Rows are read under a lock that forgetting their
text waits for: what was read is indexed before it is forgotten, and then forgotten, too.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import marks
from store.outbox import MARKETING
from store.prepared import insert
from store.search import Source, words_of
from store.tables import inbox, notes, outbox, search_lines
from store.transcript import HIDDEN
from talk.split import plain

SETTLED = dt.timedelta(seconds=30)  # longer than any transaction: locks are waited for five seconds
CHUNK = 200
_AT = {"inbox": inbox.c.at, "outbox": outbox.c.created_at, "note": notes.c.at}
_TEXT: dict[Source, sa.Column[Any]] = {"inbox": inbox.c.text, "outbox": outbox.c.payload, "note": notes.c.text}
_WHICH: dict[Source, tuple[sa.ColumnElement[bool], ...]] = {
    "inbox": (
        inbox.c.contact_id.is_not(None),
        inbox.c.seq.is_not(None),
        inbox.c.text != "",
        inbox.c.kind.not_in(HIDDEN),
    ),
    "outbox": (outbox.c.seq.is_not(None), outbox.c.author != "bot", outbox.c.lane < MARKETING),
    "note": (notes.c.text != "",),
}
SOURCES: tuple[Source, ...] = ("inbox", "outbox", "note")


def index_some(connection: Connection, source: Source, now: dt.datetime, limit: int = CHUNK) -> bool:
    """Index at most `limit` rows of a source that are not yet; whether there may be more."""
    at, text = _AT[source], _TEXT[source]
    table = at.table
    _since, mark = marks.lock(connection, f"words of {source}", now)
    known = sa.exists().where(search_lines.c.source == source, search_lines.c.row_id == table.c.id)
    wanted = (
        sa.select(table.c.id, table.c.contact_id, table.c.seq, at, text)
        .where(table.c.id > mark, *_WHICH[source], ~known)
        .order_by(table.c.id)
        .limit(limit)
        .with_for_update(read=True, of=table)
    )
    rows = connection.execute(wanted).all()
    if rows:
        lines = [_line(source, *row) for row in rows]
        connection.execute(insert(search_lines).on_conflict_do_nothing(index_elements=["source", "row_id"]), lines)
    _move(connection, source, mark, rows[-1].id if len(rows) == limit else None, now)
    return len(rows) == limit


def _line(source: Source, row_id: int, contact_id: int, seq: int, at: dt.datetime, said: Any) -> dict[str, object]:
    text = plain(said.get("text", "")) if isinstance(said, dict) else said
    where = {"source": source, "row_id": row_id, "contact_id": contact_id, "seq": seq, "at": at}
    return {**where, "words": words_of(text)}


def _move(connection: Connection, source: Source, mark: int, until: int | None, now: dt.datetime) -> None:
    """Move the mark past what has settled, up to the last row that was read where there are more."""
    at = _AT[source]
    table = at.table
    settled = sa.select(table.c.id).where(table.c.id > mark, at < now - SETTLED)
    if until is not None:
        settled = settled.where(table.c.id <= until)
    passed = connection.scalar(settled.order_by(table.c.id.desc()).limit(1))
    if passed is not None:
        marks.move(connection, f"words of {source}", now, passed)
