"""Queues: where conversations wait for the team, by topic and language, and who serves which."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection
from typing import Any, Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.desk import GENERAL
from store.tables import conversations, queues, staff_queues

Assign: TypeAlias = Literal["hand", "round_robin", "least_busy"]
ASSIGN: tuple[Assign, ...] = ("hand", "round_robin", "least_busy")
MOVED_AT_ONCE = 500  # conversations, when a queue is closed


class Queue(msgspec.Struct, frozen=True, kw_only=True):
    """A queue: `topic` says what comes into it, `languages` whose customers it takes (none: everybody's).

    `hours` is a document as in a programme, null for the team's. Targets are in minutes of those hours.
    """

    topic: str
    names: dict[str, str]
    languages: tuple[str, ...] = ()
    hours: dict[str, Any] | None = None
    assign: Assign = "hand"
    first_minutes: int = 30
    resolve_minutes: int = 480
    position: int = 0
    active: bool = True
    public_id: str = ""
    id: int = 0


_QUEUE = sa.select(*(queues.c[name] for name in Queue.__struct_fields__))


def every(connection: Connection) -> list[Queue]:
    """All queues in their order, those that are closed last."""
    return _many(connection, _QUEUE.order_by(queues.c.active.desc(), queues.c.position, queues.c.id))


def find(connection: Connection, public_id: str) -> Queue | None:
    """The queue with this public id."""
    return next(iter(_many(connection, _QUEUE.where(queues.c.public_id == public_id))), None)


def one(connection: Connection, queue_id: int) -> Queue:
    """The queue with this id. Raises KeyError when there is none."""
    found = _many(connection, _QUEUE.where(queues.c.id == queue_id))
    if not found:
        raise KeyError(queue_id)
    return found[0]


def of_topic(connection: Connection, topic: str) -> list[Queue]:
    """The open queues of a topic and the general ones, in their order."""
    wanted = _QUEUE.where(queues.c.topic.in_({topic, GENERAL}), queues.c.active)
    return _many(connection, wanted.order_by(queues.c.position, queues.c.id))


def name_of(queue: Queue, language: str) -> str:
    """What the queue is called in a language, in English where it has no name there."""
    return queue.names.get(language) or queue.names.get("en") or queue.topic


def save(connection: Connection, queue: Queue) -> Queue:
    """Make a queue (one without an id) or change it; the queue as it is kept."""
    values = {name: getattr(queue, name) for name in Queue.__struct_fields__ if name not in ("id", "public_id")}
    values["languages"] = list(queue.languages)
    if queue.id:
        connection.execute(queues.update().where(queues.c.id == queue.id).values(values))
        return queue
    public_id = secrets.token_urlsafe(12)
    made = connection.execute(queues.insert().values({**values, "public_id": public_id}))
    assert made.inserted_primary_key is not None
    return msgspec.structs.replace(queue, id=made.inserted_primary_key[0], public_id=public_id)


def members(connection: Connection, queue_id: int) -> set[int]:
    """The ids of those who serve this queue by name; who serves no queue by name serves all."""
    return set(connection.scalars(sa.select(staff_queues.c.staff_id).where(staff_queues.c.queue_id == queue_id)))


def set_members(connection: Connection, queue_id: int, staff_ids: Collection[int]) -> None:
    """Let these, and nobody else, serve the queue by name."""
    before, after = members(connection, queue_id), set(staff_ids)
    gone = staff_queues.c.queue_id == queue_id, staff_queues.c.staff_id.in_(before - after)
    connection.execute(staff_queues.delete().where(*gone))
    new = [{"queue_id": queue_id, "staff_id": staff_id} for staff_id in sorted(after - before)]
    if new:
        connection.execute(staff_queues.insert(), new)


def served_by(connection: Connection, staff_id: int) -> set[int]:
    """The ids of the queues that somebody serves by name; none: all of them."""
    return set(connection.scalars(sa.select(staff_queues.c.queue_id).where(staff_queues.c.staff_id == staff_id)))


def close(connection: Connection, queue: Queue, now: dt.datetime) -> None:
    """Close a queue: nothing comes into it any more, and what is in it moves to the general one.

    Raises ValueError for a general queue: whatever has no other topic must have a place.
    """
    if queue.topic == GENERAL and not queue.languages:
        raise ValueError("The general queue takes whatever no other queue takes, and cannot be closed.")
    connection.execute(queues.update().where(queues.c.id == queue.id).values(active=False))
    clear_closed(connection, now)


def clear_closed(connection: Connection, now: dt.datetime) -> None:
    """Move conversations out of closed queues into the general one, as many as one transaction bears."""
    open_for_all = queues.c.topic == GENERAL, queues.c.active
    general = sa.select(queues.c.id).where(*open_for_all).order_by(queues.c.id).limit(1)
    moved = conversations.update().where(conversations.c.id.in_(_left_over().limit(MOVED_AT_ONCE)))
    connection.execute(moved.values(queue_id=general.scalar_subquery(), moved_at=now))


def any_left_over(connection: Connection) -> bool:
    """Whether there are conversations in closed queues."""
    return connection.scalar(_left_over().limit(1)) is not None


def _left_over() -> sa.Select[tuple[int]]:
    closed = sa.select(queues.c.id).where(queues.c.active.is_(sa.false()))
    held = conversations.c.state.in_(("queued", "held", "snoozed")), sa.text("conversations.state <> 'closed'")
    return sa.select(conversations.c.id).where(*held, conversations.c.queue_id.in_(closed))


def _many(connection: Connection, statement: sa.Select[Any]) -> list[Queue]:
    return [Queue(**{**row._mapping, "languages": tuple(row.languages)}) for row in connection.execute(statement)]
