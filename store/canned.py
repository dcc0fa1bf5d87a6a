"""Canned replies: what the team says often, kept once in every language it says it in."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import Language
from store.tables import canned_replies


class NewCanned(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody writes of a canned reply.

    `texts` are by language, a language without one is missing; `queue_id` None: it is offered everywhere.
    """

    shortcut: str
    title: str
    texts: dict[Language, str]
    queue_id: int | None = None
    active: bool = True


class Canned(NewCanned, frozen=True, kw_only=True):
    """A canned reply as it is kept; `uses` counts how often it was put into an answer that was sent."""

    public_id: str
    uses: int
    changed_at: dt.datetime


class ShortcutTaken(msgspec.Struct, frozen=True, tag=True):
    """Another reply, maybe one that is put away, has this shortcut."""

    shortcut: str
    title: str


class Saved(NamedTuple):
    """What was kept, and what it was before; None when it is new."""

    now: Canned
    before: Canned | None


_ROW = sa.select(*(canned_replies.c[name] for name in Canned.__struct_fields__))


def every(connection: Connection, *, active: bool = True) -> list[Canned]:
    """The replies by shortcut: those in use, or all of them where `active` is False."""
    found = _ROW.order_by(canned_replies.c.shortcut)
    if active:
        found = found.where(canned_replies.c.active)
    return [_read(row) for row in connection.execute(found)]


def find(connection: Connection, public_id: str) -> Canned | None:
    """The reply with this public id, put away or not."""
    row = connection.execute(_ROW.where(canned_replies.c.public_id == public_id)).one_or_none()
    return _read(row) if row else None


def save(
    connection: Connection, reply: NewCanned, now: dt.datetime, public_id: str | None = None
) -> Saved | ShortcutTaken | None:
    """Keep a new reply, or change the one with this public id; None when nobody has that id."""
    before = find(connection, public_id) if public_id else None
    if public_id and before is None:
        return None
    values = {name: getattr(reply, name) for name in NewCanned.__struct_fields__}
    taken = connection.execute(
        _ROW.where(
            canned_replies.c.shortcut == reply.shortcut, canned_replies.c.public_id.is_distinct_from(public_id)
        )
    ).one_or_none()
    if taken:
        return ShortcutTaken(reply.shortcut, taken.title)
    if before is None:
        public_id = secrets.token_urlsafe(12)
        connection.execute(canned_replies.insert().values(public_id=public_id, changed_at=now, **values))
    else:
        connection.execute(
            canned_replies.update().where(canned_replies.c.public_id == public_id).values(changed_at=now, **values)
        )
    assert public_id is not None
    kept = find(connection, public_id)
    assert kept is not None
    return Saved(kept, before)


def used(connection: Connection, public_id: str) -> None:
    """Count one more answer that was sent with this reply in it."""
    connection.execute(
        canned_replies.update()
        .where(canned_replies.c.public_id == public_id)
        .values(uses=canned_replies.c.uses + 1)
    )


def _read(row: sa.Row[tuple[object, ...]]) -> Canned:
    return msgspec.convert(dict(zip(Canned.__struct_fields__, row, strict=True)), Canned)
