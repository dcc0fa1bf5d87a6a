"""Conversations that people have with customers, row by row: opened, changed, closed; and who had them when."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.contacts import BOT
from store.staff import SERVING
from store.tables import (
    Utc,
    contacts,
    conversation_labels,
    conversations,
    notes,
    owner_changes,
    promises,
    queues,
    staff,
)

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
    closed_by: int | None
    close_reason: str
    reopened: int
    rating: int | None
    merged_into: int | None


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


def fold(connection: Connection, folded: Conversation, kept: Conversation, now: dt.datetime) -> None:
    """Make a closed conversation a part of an open one of the same contact: what belongs to it goes along."""
    labelled = conversation_labels.c.conversation_id
    doubled = sa.select(conversation_labels.c.label_id).where(labelled == kept.id).scalar_subquery()
    twice = conversation_labels.c.label_id.in_(doubled)
    connection.execute(conversation_labels.delete().where(labelled == folded.id, twice))
    for table in (conversation_labels, notes, promises):
        of_folded = table.update().where(table.c.conversation_id == folded.id)
        connection.execute(of_folded.values(conversation_id=kept.id))
    change(connection, folded.id, now, merged_into=kept.id)
    change(connection, kept.id, now, opened_at=min(folded.opened_at, kept.opened_at))


def general_queue(connection: Connection) -> int:
    """The id of the queue for whatever has no other."""
    general = sa.select(queues.c.id).where(queues.c.topic == GENERAL).order_by(queues.c.position, queues.c.id)
    queue_id: int = connection.execute(general.limit(1)).scalar_one()
    return queue_id


def heard(connection: Connection, contact_id: int, now: dt.datetime, **last: object) -> None:
    """The customer said something in the open conversation: `last` are its `last_*` columns and `channel`."""
    waits = sa.func.coalesce(conversations.c.waiting_since, sa.bindparam("waits", now, type_=Utc()))
    counted = {"unread": conversations.c.unread + 1, "waiting_since": waits, "last_at": now, "moved_at": now}
    connection.execute(_open(contact_id).values({**counted, "last_by": "customer", **last}))


def answered(connection: Connection, contact_id: int, now: dt.datetime, text: str) -> None:
    """The team said something in the open conversation: it is the customer's turn."""
    first = sa.func.coalesce(conversations.c.first_replied_at, sa.bindparam("first", now, type_=Utc()))
    nobody_waits = {"unread": 0, "waiting_since": None, "first_replied_at": first}
    last = {"last_text": text[:200], "last_kind": "text", "last_by": "staff", "last_at": now, "moved_at": now}
    connection.execute(_open(contact_id).values({**nobody_waits, **last}))


def _open(contact_id: int) -> sa.Update:
    return conversations.update().where(
        conversations.c.contact_id == contact_id, sa.text("conversations.state <> 'closed'")
    )


def at_work(connection: Connection, staff_id: int | None) -> tuple[str, str] | None:
    """Public id and name of a member of staff who can be given a conversation; None for one who is away or left."""
    works = sa.select(staff.c.public_id, staff.c.name).where(
        staff.c.id == staff_id, staff.c.active, staff.c.away.is_(sa.false()), staff.c.role.in_(SERVING)
    )
    row = connection.execute(works).one_or_none() if staff_id is not None else None
    return (row.public_id, row.name) if row else None


def set_owner(connection: Connection, contact_id: int, owner: str, until: dt.datetime | None) -> None:
    """Write who has the contact's conversation; `service.ownership` alone decides it."""
    connection.execute(contacts.update().where(contacts.c.id == contact_id).values(owner=owner, owner_until=until))


def had(connection: Connection, conversation_id: int, public_id: str) -> bool:
    """Whether this member of staff has or had the conversation."""
    theirs = owner_changes.c.conversation_id == conversation_id, owner_changes.c.after == public_id
    return bool(connection.scalar(sa.select(sa.exists().where(*theirs))))


def left_the_bot(connection: Connection, conversation_id: int) -> dt.datetime | None:
    """When the conversation came from the bot to the team last."""
    left = owner_changes.c.conversation_id == conversation_id, owner_changes.c.before == BOT
    found: dt.datetime | None = connection.scalar(
        sa.select(owner_changes.c.at).where(*left).order_by(owner_changes.c.id.desc()).limit(1)
    )
    return found


def note_owner(connection: Connection, contact_id: int, now: dt.datetime, **values: Any) -> None:
    """Add who has the contact's conversation from now on, and why."""
    connection.execute(owner_changes.insert().values(contact_id=contact_id, at=now, **values))


def _one(connection: Connection, *which: sa.ColumnElement[bool]) -> Conversation | None:
    row = connection.execute(_ROW.where(*which).order_by(conversations.c.id.desc()).limit(1)).one_or_none()
    return Conversation(**row._mapping) if row else None
