"""Who has a contact's conversation: the bot, the queue, a named person, nobody until a moment, or nobody at all.

One field says it, `contacts.owner`, and everything that wants to speak asks that field. Here alone it is changed,
and every change leaves a row that says when, by whom and why, in the transaction that makes it; the contact is
locked.
"""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from store import desk
from store.contacts import BLOCKED, BOT, QUEUE, SNOOZED, Contact
from store.desk import GENERAL, Conversation

CUSTOMER, RULE = "customer", "rule"  # who changed it, where it was no member of staff


class Person(msgspec.Struct, frozen=True):
    """A member of staff who has, or gets, a conversation."""

    id: int
    public_id: str


class Parked(msgspec.Struct, frozen=True):
    """What the bot was doing when a person was wanted: the session, its flow, and the step it stands at."""

    session_id: int
    flow: str
    step: str


def want_person(
    connection: Connection,
    contact: Contact,
    now: dt.datetime,
    *,
    why: str,
    queue_id: int,
    by: str = CUSTOMER,
    parked: Parked | None = None,
    channel: str = "",
) -> Conversation:
    """Put the conversation into a queue; the open conversation, or a new one."""
    found = desk.open_of(connection, contact.id)
    if found is None:
        doing = msgspec.structs.asdict(parked) if parked else {}
        found = desk.open_new(
            connection,
            contact.id,
            now,
            queue_id=queue_id,
            language=contact.language,
            why=why,
            waiting_since=now,
            channel=channel,
            **doing,
        )
    else:
        desk.change(connection, found.id, now, queue_id=queue_id, state="queued", snoozed_until=None)
    _move(connection, contact, QUEUE, None, found.id, by, why, now)
    return found


def give(
    connection: Connection, contact: Contact, now: dt.datetime, person: Person, *, by: str, why: str
) -> Conversation:
    """Give the conversation to a person; one that the bot has is opened for them."""
    found = desk.open_of(connection, contact.id)
    if found is None:
        queue_id = desk.queue_of_topic(connection, GENERAL)
        found = desk.open_new(connection, contact.id, now, queue_id=queue_id, language=contact.language, why=why)
    desk.change(connection, found.id, now, state="held", staff_id=person.id, assigned_at=now, snoozed_until=None)
    _move(connection, contact, person.public_id, None, found.id, by, why, now)
    return found


def snooze(
    connection: Connection, contact: Contact, now: dt.datetime, until: dt.datetime, *, by: str, why: str
) -> None:
    """Let the open conversation rest until a moment, or until the customer writes; whoever has it keeps it."""
    found = desk.open_of(connection, contact.id)
    assert found is not None
    desk.change(connection, found.id, now, state="snoozed", snoozed_until=until)
    _move(connection, contact, SNOOZED, until, found.id, by, why, now)


def close(
    connection: Connection,
    contact: Contact,
    now: dt.datetime,
    *,
    by: str,
    why: str,
    closed_by: int | None = None,
) -> Conversation | None:
    """Give the contact back to the bot and close the open conversation, which is returned as it was."""
    found = desk.open_of(connection, contact.id)
    if found is not None:
        done = {"closed_at": now, "closed_by": closed_by, "close_reason": why[:24]}
        desk.change(connection, found.id, now, state="closed", waiting_since=None, look_at=None, unread=0, **done)
    _move(connection, contact, BOT, None, found.id if found else None, by, why, now)
    return found


def block(connection: Connection, contact: Contact, now: dt.datetime, *, by: str, why: str) -> None:
    """Answer this contact no more, neither bot nor people; what is open is closed."""
    close(connection, contact, now, by=by, why=why)
    _move(connection, contact, BLOCKED, None, None, by, why, now)


def _move(
    connection: Connection,
    contact: Contact,
    owner: str,
    until: dt.datetime | None,
    conversation_id: int | None,
    by: str,
    why: str,
    now: dt.datetime,
) -> None:
    if (contact.owner, contact.owner_until) == (owner, until):
        return
    before, contact.owner, contact.owner_until = contact.owner, owner, until
    change = {"seq": contact.seq, "before": before, "after": owner, "until": until, "by": by, "why": why[:64]}
    desk.note_owner(connection, contact.id, now, conversation_id=conversation_id, **change)
