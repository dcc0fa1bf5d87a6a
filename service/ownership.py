"""Who has a contact's conversation: the bot, the queue, a named person, nobody until a moment, or nobody at all.

One field says it, `contacts.owner`, and everything that wants to speak asks that field. Here alone it is changed,
and every change leaves a row that says when, by whom and why, in the transaction that makes it; the contact is
locked. `contacts.owner_until` is set while a conversation is snoozed, and at no other time.
"""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from store import desk
from store.contacts import BLOCKED, BOT, QUEUE, SNOOZED, Contact
from store.desk import Conversation
from store.transcript import HIDDEN
from talk.messages import Inbound

CUSTOMER, RULE = "customer", "rule"  # who changed it, where it was no member of staff
GIVEN_BACK, MENU, SPAM = "given_back", "menu", "spam"  # why a conversation closed, where it was not simply done


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
        found = _opened(
            connection, contact, now, parked, queue_id=queue_id, why=why, waiting_since=now, channel=channel
        )
    else:
        change = {"queue_id": queue_id, "state": "queued", "snoozed_until": None, "assigned_at": None}
        desk.change(connection, found.id, now, **change)
    _move(connection, contact, QUEUE, None, found.id, by, why, now)
    return found


def give(
    connection: Connection,
    contact: Contact,
    now: dt.datetime,
    person: Person,
    *,
    by: str,
    why: str,
    parked: Parked | None = None,
) -> Conversation:
    """Give the conversation to a person; one that the bot has is opened for them."""
    found = desk.open_of(connection, contact.id)
    if found is None:
        found = _opened(connection, contact, now, parked, queue_id=desk.general_queue(connection), why=why)
    desk.change(connection, found.id, now, state="held", staff_id=person.id, assigned_at=now, snoozed_until=None)
    _move(connection, contact, person.public_id, None, found.id, by, why, now)
    return found


def snooze(
    connection: Connection, contact: Contact, now: dt.datetime, until: dt.datetime, *, by: str, why: str
) -> None:
    """Let the open conversation rest until a moment, or until the customer writes; whoever has it keeps it."""
    found = desk.open_of(connection, contact.id)
    assert found is not None
    keeper = None if contact.owner == QUEUE else found.staff_id
    change = {"state": "snoozed", "snoozed_until": until, "staff_id": keeper, "look_at": until}
    desk.change(connection, found.id, now, **change)
    _move(connection, contact, SNOOZED, until, found.id, by, why, now)


def wake(connection: Connection, contact: Contact, now: dt.datetime, *, by: str, why: str) -> bool:
    """End the rest of a snoozed conversation: it goes back to who had it, or to its queue when they are away.

    False, and nothing changes, when it does not rest.
    """
    found = desk.open_of(connection, contact.id) if contact.owner == SNOOZED else None
    if found is None:
        return False
    keeper = desk.at_work(connection, found.staff_id)
    if keeper is not None and found.staff_id is not None:
        give(connection, contact, now, Person(found.staff_id, keeper[0]), by=by, why=why)
    else:
        want_person(connection, contact, now, by=by, why=why, queue_id=found.queue_id)
    desk.change(connection, found.id, now, look_at=now)  # its targets are looked at again
    return True


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
        done = {"closed_at": now, "closed_by": closed_by, "close_reason": why[:24], "snoozed_until": None}
        desk.change(connection, found.id, now, state="closed", waiting_since=None, look_at=None, unread=0, **done)
    _move(connection, contact, BOT, None, found.id if found else None, by, why, now)
    return found


def reopen(
    connection: Connection,
    contact: Contact,
    now: dt.datetime,
    found: Conversation,
    *,
    why: str,
    parked: Parked | None = None,
) -> None:
    """Open a closed conversation again, in the queue where it was: the customer has more to say.

    The contact must have no open one.
    """
    doing = msgspec.structs.asdict(parked) if parked else {"session_id": None, "flow": "", "step": ""}
    again = {"state": "queued", "closed_at": None, "closed_by": None, "close_reason": "", "waiting_since": now}
    done = {"reopened": found.reopened + 1, "assigned_at": None, "look_at": now, "language": contact.language}
    anew = {"resolve_due_at": None, "resolve_left": None, "warned": "", "escalated": ""}  # as if it had just begun
    desk.change(connection, found.id, now, **again, **done, **anew, **doing)
    _move(connection, contact, QUEUE, None, found.id, CUSTOMER, why, now)


def block(connection: Connection, contact: Contact, now: dt.datetime, *, by: str, why: str) -> None:
    """Answer this contact no more, neither bot nor people; what is open is closed."""
    close(connection, contact, now, by=by, why=why)
    _move(connection, contact, BLOCKED, None, None, by, why, now)


def unblock(connection: Connection, contact: Contact, now: dt.datetime, *, by: str, why: str) -> None:
    """Let the bot answer a blocked contact again."""
    if contact.owner == BLOCKED:
        _move(connection, contact, BOT, None, None, by, why, now)


def heard(connection: Connection, contact: Contact, now: dt.datetime, inbound: Inbound) -> None:
    """Keep in the open conversation that the customer said something; a platform's own events say nothing."""
    if inbound.kind not in HIDDEN:
        last = {"last_text": inbound.text[:200], "last_kind": inbound.kind, "channel": inbound.channel}
        desk.heard(connection, contact.id, now, **last)


def _opened(
    connection: Connection, contact: Contact, now: dt.datetime, parked: Parked | None, **values: object
) -> Conversation:
    doing = msgspec.structs.asdict(parked) if parked else {}
    return desk.open_new(connection, contact.id, now, language=contact.language, **values, **doing)


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
    desk.set_owner(connection, contact.id, owner, until)
    change = {"seq": contact.seq, "before": before, "after": owner, "until": until, "by": by, "why": why[:64]}
    desk.note_owner(connection, contact.id, now, conversation_id=conversation_id, **change)
