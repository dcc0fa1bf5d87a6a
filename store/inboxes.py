"""The inbox's lists: which conversations stand in which view, in which order, and how many there are.

Open conversations stand in two stretches: those in which a customer waits, the longest wait first, and after them
those in which it is the customer's turn, the latest first. A list over several queues is merged from one stretch a
queue, each read by index, so that a page costs the same with ten open conversations and with ten thousand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias, get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.inbox_rows import Row, newest_of, rows
from store.tables import conversations, mentions, notes

View: TypeAlias = Literal["mine", "unassigned", "all", "snoozed", "mentions", "closed"]
VIEWS: tuple[View, ...] = get_args(View)
# As the indexes say it: SQLite compares the words.
_OPEN: sa.ColumnElement[bool] = sa.literal_column("conversations.state <> 'closed'")
_CLOSED: sa.ColumnElement[bool] = sa.literal_column("conversations.state = 'closed'")
_SNOOZED: sa.ColumnElement[bool] = sa.literal_column("conversations.state = 'snoozed'")
_C = conversations.c


class Place(NamedTuple):
    """After which conversation a page begins: whether a customer waits there, since when, when it moved, its id."""

    waits: bool
    at: dt.datetime
    moved_at: dt.datetime
    id: int


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for: a view of a member of staff, of these queues, of customers of one language or of all."""

    view: View
    staff_id: int
    queues: tuple[int, ...]
    language: str = ""


class Page(msgspec.Struct, frozen=True):
    """A page of a list, and where the next begins; None at the end."""

    rows: list[Row]
    next: Place | None


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """How many conversations stand in each view; `unassigned` by the queue's id.

    `unread` are those of one's own with something new, `mentions` the notes one has not seen yet.
    `attention` is what one should look at: both of these, and what waits for anybody in the queues that one serves.
    `requests` are cases that one should look at (`store.case_lists.pressing`).
    """

    mine: int
    unread: int
    mentions: int
    unassigned: dict[int, int]
    all: int
    snoozed: int
    attention: int
    requests: int = 0


def page(connection: Connection, asked: Asked, after: Place | None, limit: int) -> Page:
    """A page of a view: at most `limit` conversations after a place."""
    if asked.view == "mentions":
        return _mentioned(connection, asked.staff_id, after, limit)
    found = _places(connection, asked, after, limit)
    shown = {row.id: row for row in rows(connection, _C.id.in_([place.id for place in found]))}
    ordered = [shown[place.id] for place in found if place.id in shown]
    return Page(ordered, found[-1] if len(found) == limit else None)


def counts(connection: Connection, served: Mapping[int, Collection[int]]) -> dict[int, Counts]:
    """The figures of each of these members of staff, who serve these queues (none: all)."""
    states, figures = by_state(connection), own(connection, served)
    return {one: _summed(states, served[one], *figures[one]) for one in served}


def _summed(
    states: Mapping[tuple[str, int], int], served: Collection[int], mine: int, unread: int, mentioned: int
) -> Counts:
    unassigned = {queue_id: count for (state, queue_id), count in states.items() if state == "queued"}
    held = sum(count for (state, _queue), count in states.items() if state == "held")
    return Counts(
        mine=mine,
        unread=unread,
        mentions=mentioned,
        unassigned=unassigned,
        all=held + sum(unassigned.values()),
        snoozed=sum(count for (state, _queue), count in states.items() if state == "snoozed"),
        attention=unread + mentioned + sum(n for one, n in unassigned.items() if one in served or not served),
    )


def by_state(connection: Connection) -> dict[tuple[str, int], int]:
    """How many open conversations there are by state and queue; read from an index alone."""
    grouped = sa.select(_C.state, _C.queue_id, sa.func.count()).where(_OPEN).group_by(_C.state, _C.queue_id)
    return {(state, queue_id): count for state, queue_id, count in connection.execute(grouped)}


def own(connection: Connection, staff_ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
    """Of each of these: how many conversations they have, how many with something new, and mentions not seen."""
    held = (
        sa.select(_C.staff_id, sa.func.count(), sa.func.sum(sa.case((_C.unread > 0, 1), else_=0)))
        .where(_C.staff_id.in_(staff_ids), _C.state == "held", _OPEN)
        .group_by(_C.staff_id)
    )
    unseen = (
        sa.select(mentions.c.staff_id, sa.func.count())
        .where(mentions.c.staff_id.in_(staff_ids), mentions.c.seen_at.is_(None))
        .group_by(mentions.c.staff_id)
    )
    mentioned = {row[0]: row[1] for row in connection.execute(unseen)}
    found = {staff_id: (count, unread) for staff_id, count, unread in connection.execute(held)}
    return {one: (*found.get(one, (0, 0)), mentioned.get(one, 0)) for one in staff_ids}


def _places(connection: Connection, asked: Asked, after: Place | None, limit: int) -> list[Place]:
    if asked.view == "closed":
        return _timed(connection, _C.closed_at, (_CLOSED, *_spoken(asked)), after, limit, newest=True)
    if asked.view == "snoozed":
        return _timed(connection, _C.snoozed_until, (_SNOOZED, *_spoken(asked)), after, limit, newest=False)
    if asked.view == "mine":
        stretches: list[tuple[sa.ColumnElement[bool], ...]] = [(_C.staff_id == asked.staff_id, _C.state == "held")]
    else:
        states = ("queued",) if asked.view == "unassigned" else ("queued", "held")
        stretches = [(_C.state == state, _C.queue_id == one) for state in states for one in asked.queues]
    found: list[Place] = []
    if after is None or after.waits:
        found = _merged(connection, asked, stretches, after, limit, waits=True)
        after = None
    if len(found) < limit:
        found += _merged(connection, asked, stretches, after, limit - len(found), waits=False)
    return found


def _merged(
    connection: Connection,
    asked: Asked,
    stretches: Sequence[tuple[sa.ColumnElement[bool], ...]],
    after: Place | None,
    limit: int,
    *,
    waits: bool,
) -> list[Place]:
    """The first of several stretches together: who waits, the longest first, or the others, the latest first."""
    if not stretches:
        return []
    key = sa.tuple_(_C.waiting_since, _C.moved_at, _C.id) if waits else sa.tuple_(_C.moved_at, _C.id)
    order = (
        (_C.waiting_since, _C.moved_at, _C.id)
        if waits
        # Within the rows that wait for nobody the first says nothing; PostgreSQL needs it to see the index's order.
        else (_C.waiting_since.desc(), _C.moved_at.desc(), _C.id.desc())
    )
    wanted = [_OPEN, _C.waiting_since.is_not(None) if waits else _C.waiting_since.is_(None), *_spoken(asked)]
    if after is not None:
        seen = (after.at, after.moved_at, after.id) if waits else (after.moved_at, after.id)
        wanted.append(key > seen if waits else key < seen)
    parts = [
        sa.select(_C.waiting_since, _C.moved_at, _C.id)
        .where(*which, *wanted)
        .order_by(*order)
        .limit(limit)
        .subquery()
        .select()
        for which in stretches
    ]
    found = [Place(waits, at or moved, moved, one) for at, moved, one in connection.execute(sa.union_all(*parts))]
    if waits:
        return sorted(found, key=lambda place: (place.at, place.moved_at, place.id))[:limit]
    return sorted(found, key=lambda place: (place.moved_at, place.id), reverse=True)[:limit]


def _timed(
    connection: Connection,
    column: sa.Column[dt.datetime],
    which: Sequence[sa.ColumnElement[bool]],
    after: Place | None,
    limit: int,
    *,
    newest: bool,
) -> list[Place]:
    """Conversations by one moment: the latest first, or the earliest."""
    key = sa.tuple_(column, _C.id)
    query = sa.select(column, _C.moved_at, _C.id).where(*which)
    if after is not None:
        seen = (after.at, after.id)
        query = query.where(key < seen if newest else key > seen)
    query = query.order_by(column.desc(), _C.id.desc()) if newest else query.order_by(column, _C.id)
    return [Place(False, at, moved, one) for at, moved, one in connection.execute(query.limit(limit))]


def _mentioned(connection: Connection, staff_id: int, after: Place | None, limit: int) -> Page:
    """Conversations in which somebody is mentioned, the latest note first; what they have not seen is unread."""
    query = (
        sa.select(mentions.c.note_id, mentions.c.seen_at, notes.c.contact_id, notes.c.at)
        .join(notes, notes.c.id == mentions.c.note_id)
        .where(mentions.c.staff_id == staff_id)
        .order_by(mentions.c.note_id.desc())
    )
    if after is not None:
        query = query.where(mentions.c.note_id < after.id)
    found = connection.execute(query.limit(limit)).all()
    shown = newest_of(connection, {row.contact_id for row in found})
    listed = [
        shown[contact_id] for contact_id in dict.fromkeys(row.contact_id for row in found) if contact_id in shown
    ]
    more = Place(False, found[-1].at, found[-1].at, found[-1].note_id) if len(found) == limit else None
    return Page(listed, more)


def _spoken(asked: Asked) -> list[sa.ColumnElement[bool]]:
    return [_C.language == asked.language] if asked.language else []
