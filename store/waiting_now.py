"""What waits for the team at this moment, counted from what is open alone."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import claims, conversations

# As the indexes say it: SQLite compares the words.
_OPEN: sa.ColumnElement[bool] = sa.literal_column("conversations.state <> 'closed'")
_SNOOZED: sa.ColumnElement[bool] = sa.literal_column("conversations.state = 'snoozed'")
_C = conversations.c


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Customers who wait for an answer: in how many conversations, and `since` when the first of them does.

    `unassigned` are those that nobody has. Of `late` ones a target is missed, of `soon` ones it nearly is.
    """

    waiting: int = 0
    unassigned: int = 0
    since: dt.datetime | None = None
    late: int = 0
    soon: int = 0


def by_queue(connection: Connection, now: dt.datetime) -> dict[int, Waiting]:
    """What waits in each queue, by its id; queues in which nothing is open are left out."""
    answer = sa.and_(_C.first_replied_at.is_(None), _C.first_due_at.is_not(None))
    solving = sa.and_(_C.resolve_left.is_(None), _C.resolve_due_at.is_not(None))
    late = sa.or_(sa.and_(answer, _C.first_due_at <= now), sa.and_(solving, _C.resolve_due_at <= now))
    soon = sa.or_(sa.and_(answer, _C.warned == "first"), sa.and_(solving, _C.warned == "resolve"))
    waits = _C.waiting_since.is_not(None)
    rows = connection.execute(
        sa.select(
            _C.queue_id,
            _count(waits).label("waiting"),
            _count(_C.state == "queued").label("unassigned"),
            sa.func.min(_C.waiting_since).label("since"),
            _count(late).label("late"),
            _count(sa.and_(soon, ~late)).label("soon"),
        )
        .where(_OPEN, _C.state.in_(("queued", "held")))
        .group_by(_C.queue_id)
    )
    found = (dict(row._mapping) for row in rows)
    return {each.pop("queue_id"): Waiting(**each) for each in found}


def of(connection: Connection, staff_id: int) -> int:
    """In how many of their conversations customers wait for this member of staff."""
    mine = _C.staff_id == staff_id, _C.state == "held", _C.waiting_since.is_not(None), _OPEN
    return connection.scalar(sa.select(sa.func.count()).where(*mine)) or 0


def back_by(connection: Connection, until: dt.datetime) -> int:
    """How many snoozed conversations come back before a moment."""
    back = _SNOOZED, _C.snoozed_until < until
    return connection.scalar(sa.select(sa.func.count()).where(*back)) or 0


def open_claims(connection: Connection, now: dt.datetime) -> tuple[int, int]:
    """How many claims of missing points are open, and of how many the promised moment has passed."""
    row = connection.execute(
        sa.select(sa.func.count(), _count(claims.c.promised_at < now)).where(
            claims.c.state == sa.literal_column("'open'")
        )
    ).one()
    return row[0], row[1]


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((condition, 1), else_=0)), 0)
