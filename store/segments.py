"""Segments: saved conditions on customers, and lists of them. What a condition says is `outreach.segments`'."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among, insert_given, moment_text
from store.prepared import Prepared
from store.tables import contacts, segment_members, segments

MOST_AT_ONCE = 1_000  # contacts that are put into a list, or taken out of it, in one statement


class Segment(NamedTuple):
    """One segment; `condition` is a document as plain JSON, None of a list. `edit` counts its changes."""

    id: int
    public_id: str
    name: str
    condition: Any
    edit: int
    by: str
    created_at: dt.datetime
    changed_at: dt.datetime
    removed_at: dt.datetime | None


class NameTaken(msgspec.Struct, frozen=True, tag=True):
    """Another segment has this name."""

    public_id: str


class Stale(msgspec.Struct, frozen=True, tag=True):
    """Somebody changed it meanwhile; `edit` is what it has now."""

    edit: int


_ROW = sa.select(*(segments.c[name] for name in Segment._fields))
_PUT = Prepared(
    insert_given(segment_members, "segment_id", "contact_id", "at").on_conflict_do_nothing(
        index_elements=["segment_id", "contact_id"]
    )
)
_TAKE = Prepared(
    segment_members.delete().where(
        segment_members.c.segment_id == sa.bindparam("segment"), among(segment_members.c.contact_id, "contacts")
    )
)


def add(connection: Connection, *, name: str, condition: Any, by: str, now: dt.datetime) -> Segment | NameTaken:
    """A new segment; without a condition it is a list that nobody is on."""
    if taken := _named(connection, name):
        return NameTaken(taken[0].public_id)
    made = connection.execute(
        segments.insert()
        .values(
            public_id=secrets.token_urlsafe(12),
            name=name,
            condition=condition,
            by=by,
            created_at=now,
            changed_at=now,
        )
        .returning(*_ROW.selected_columns)
    ).one()
    return Segment(*made)


def save(
    connection: Connection, segment_id: int, *, name: str, condition: Any, edit: int, now: dt.datetime
) -> Segment | NameTaken | Stale:
    """Change a segment's name and condition, which whoever saves saw with this `edit`; a list stays one.

    Raises ValueError where a list would become a condition, or a condition a list, and LookupError for no segment.
    """
    kept = one(connection, segment_id, lock=True)
    if kept is None:
        raise LookupError(f"there is no segment {segment_id}")
    if kept.edit != edit:
        return Stale(kept.edit)
    if (kept.condition is None) != (condition is None):
        raise ValueError("a list stays a list, and a condition a condition")
    if taken := [each for each in _named(connection, name) if each.id != segment_id]:
        return NameTaken(taken[0].public_id)
    return _changed(connection, segment_id, now, name=name, condition=condition)


def remove(connection: Connection, segment_id: int, now: dt.datetime) -> Segment:
    """Put a segment away: it is offered no more; campaigns that name it keep it."""
    return _changed(connection, segment_id, now, removed_at=now)


def restore(connection: Connection, segment_id: int, now: dt.datetime) -> Segment | NameTaken:
    """Offer a segment again that was put away."""
    kept = one(connection, segment_id, lock=True)
    taken = [each for each in _named(connection, kept.name) if each.id != segment_id] if kept else []
    return NameTaken(taken[0].public_id) if taken else _changed(connection, segment_id, now, removed_at=None)


def find(connection: Connection, public_id: str, *, lock: bool = False) -> Segment | None:
    """The segment with this public id, put away or not; locked until the transaction ends if asked."""
    return _first(connection, segments.c.public_id == public_id, lock)


def one(connection: Connection, segment_id: int, *, lock: bool = False) -> Segment | None:
    """The segment with this id, put away or not; locked until the transaction ends if asked."""
    return _first(connection, segments.c.id == segment_id, lock)


def called(connection: Connection, name: str) -> list[Segment]:
    """Those with this name that are not put away: one, unless two were made at the same moment."""
    return _named(connection, name)


def every(connection: Connection, *, removed: bool = False) -> list[Segment]:
    """The segments that are offered, by name; those that were put away instead if asked."""
    gone = segments.c.removed_at.is_not(None) if removed else segments.c.removed_at.is_(None)
    return [Segment(*row) for row in connection.execute(_ROW.where(gone).order_by(segments.c.name, segments.c.id))]


def put_on(connection: Connection, segment_id: int, contact_ids: Collection[int], now: dt.datetime) -> int:
    """Put contacts on a list, MOST_AT_ONCE at most; how many were not on it."""
    if not contact_ids:
        return 0
    at = moment_text(now)
    return _PUT.run(connection, given=[(segment_id, contact_id, at) for contact_id in sorted(contact_ids)])


def take_off(connection: Connection, segment_id: int, contact_ids: Collection[int]) -> int:
    """Take contacts off a list, MOST_AT_ONCE at most; how many were on it."""
    return _TAKE.run(connection, segment=segment_id, contacts=list(contact_ids)) if contact_ids else 0


def members_after(connection: Connection, segment_id: int, after: int, most: int) -> list[int]:
    """The ids of the next contacts on a list, those who are gone by now among them."""
    members = segment_members.c
    found = sa.select(members.contact_id).where(members.segment_id == segment_id, members.contact_id > after)
    return list(connection.scalars(found.order_by(members.contact_id).limit(most)))


def clear(connection: Connection, segment_id: int, most: int) -> int:
    """Take the first contacts off a list, so many at most; how many they were."""
    mine = segment_members.c.segment_id == segment_id
    some = sa.select(segment_members.c.contact_id).where(mine).order_by(segment_members.c.contact_id).limit(most)
    return connection.execute(
        segment_members.delete().where(mine, segment_members.c.contact_id.in_(some.scalar_subquery()))
    ).rowcount


def touch(connection: Connection, segment_id: int, now: dt.datetime) -> None:
    """Note that a list's members changed."""
    connection.execute(segments.update().where(segments.c.id == segment_id).values(changed_at=now))


class Listed(NamedTuple):
    """A contact on a list, by what a file or another system knows them by."""

    contact_id: int
    public_id: str
    number: str | None
    name: str


def listed(connection: Connection, segment_id: int, after: int, most: int) -> Sequence[Listed]:
    """The contacts of a list who are there, by id, after this one."""
    found = (
        sa.select(contacts.c.id, contacts.c.public_id, contacts.c.number, contacts.c.name)
        .join(segment_members, segment_members.c.contact_id == contacts.c.id)
        .where(
            segment_members.c.segment_id == segment_id,
            segment_members.c.contact_id > after,
            contacts.c.erased_at.is_(None),
            contacts.c.merged_into.is_(None),
            contacts.c.deceased.is_(sa.false()),
        )
        .order_by(segment_members.c.contact_id)
        .limit(most)
    )
    return [Listed(*row) for row in connection.execute(found)]


def _named(connection: Connection, name: str) -> list[Segment]:
    called = _ROW.where(segments.c.name == name, segments.c.removed_at.is_(None)).order_by(segments.c.id)
    return [Segment(*row) for row in connection.execute(called)]


def _changed(connection: Connection, segment_id: int, now: dt.datetime, **values: Any) -> Segment:
    changed = segments.update().where(segments.c.id == segment_id)
    changed = changed.values({**values, "edit": segments.c.edit + 1, "changed_at": now})
    return Segment(*connection.execute(changed.returning(*_ROW.selected_columns)).one())


def _first(connection: Connection, which: sa.ColumnElement[bool], lock: bool) -> Segment | None:
    found = _ROW.where(which)
    row = connection.execute(found.with_for_update() if lock else found).one_or_none()
    return Segment(*row) if row else None
