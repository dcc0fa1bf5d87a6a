"""Conversations that people have with customers, row by row: opened, changed, closed; and who had them when."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import conversations, owner_changes, queues

State: TypeAlias = Literal["queued", "held", "snoozed", "closed"]
GENERAL = "general"  # the topic of whatever has no other


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """One conversation with the team, as its row says; `staff_id` is who has it or had it last."""

    id: int
    public_id: str
    contact_id: int
    queue_id: int
    state: State
    staff_id: int | None
    language: str
    channel: str
    why: str
    session_id: int | None
    flow: str
    step: str
    opened_at: dt.datetime
    moved_at: dt.datetime
    unread: int
    waiting_since: dt.datetime | None
    assigned_at: dt.datetime | None
    snoozed_until: dt.datetime | None
    first_due_at: dt.datetime | None
    first_replied_at: dt.datetime | None
    resolve_due_at: dt.datetime | None
    answer_promised_at: dt.datetime | None
    closed_at: dt.datetime | None
    close_reason: str
    reopened: int
    rating: int | None


_ROW = sa.select(*(conversations.c[name] for name in Conversation.__struct_fields__))


def open_of(connection: Connection, contact_id: int) -> Conversation | None:
    """The contact's open conversation with the team."""
    return _one(connection, conversations.c.contact_id == contact_id, conversations.c.state != "closed")


def last_closed(connection: Connection, contact_id: int) -> Conversation | None:
    """The contact's conversation that was closed last."""
    closed = conversations.c.contact_id == contact_id, conversations.c.state == "closed"
    return _one(connection, *closed, conversations.c.merged_into.is_(None))


def find(connection: Connection, public_id: str) -> Conversation | None:
    """The conversation with this public id."""
    return _one(connection, conversations.c.public_id == public_id)


def open_new(connection: Connection, contact_id: int, now: dt.datetime, **values: object) -> Conversation:
    """Open a conversation for a contact, who is locked and has no other open one."""
    fresh = {"public_id": secrets.token_urlsafe(12), "state": "queued", "opened_at": now, "moved_at": now}
    made = connection.execute(conversations.insert().values({**fresh, "contact_id": contact_id, **values}))
    assert made.inserted_primary_key is not None
    found = _one(connection, conversations.c.id == made.inserted_primary_key[0])
    assert found is not None
    return found


def change(connection: Connection, conversation_id: int, now: dt.datetime, **values: object) -> None:
    """Change columns of a conversation; it moved `now`."""
    connection.execute(
        conversations.update().where(conversations.c.id == conversation_id).values(moved_at=now, **values)
    )


def queue_of_topic(connection: Connection, topic: str) -> int:
    """The id of the queue for a topic, of the general one where there is none or it is closed."""
    general = sa.select(queues.c.id).where(queues.c.topic == GENERAL)
    found = sa.select(queues.c.id).where(queues.c.topic == topic, queues.c.active)
    queue_id: int | None = connection.scalar(found) or connection.scalar(general)
    assert queue_id is not None
    return queue_id


def note_owner(connection: Connection, contact_id: int, now: dt.datetime, **values: Any) -> None:
    """Add who has the contact's conversation from now on, and why."""
    connection.execute(owner_changes.insert().values(contact_id=contact_id, at=now, **values))


def _one(connection: Connection, *which: sa.ColumnElement[bool]) -> Conversation | None:
    row = connection.execute(_ROW.where(*which).order_by(conversations.c.id.desc()).limit(1)).one_or_none()
    return Conversation(**row._mapping) if row else None
