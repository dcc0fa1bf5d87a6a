"""Who gets a conversation that waits: whoever served the customer last, then by the rule of its queue.

Locks are taken in one order: the contact, its conversation, then members of staff by their ids. Whoever chooses
holds those who might be chosen, so that two conversations that arrive at once do not both fill the last place.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.engine import Connection

from service import ownership, rules
from service.ownership import RULE, Person
from store import queues, serving
from store.contacts import Contact
from store.queues import Assign, Queue
from store.serving import Server

TOUCH = dt.timedelta(seconds=45)  # how exactly it is known when somebody was there
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


def assign(connection: Connection, contact: Contact, queue: Queue, now: dt.datetime) -> Server | None:
    """Give the conversation, which waits in `queue`, to whoever it belongs to; None when it stays there.

    The contact is locked.
    """
    last = serving.last_server(connection, contact.id)
    by_hand = queue.assign == "hand"
    if by_hand and last is None:
        return None
    servers = serving.lock_servers(connection, queue.id, since(connection, now), last if by_hand else None)
    chosen = choose(servers, queue.assign, contact.language, last)
    if chosen is None:
        return None
    ownership.give(connection, contact, now, Person(chosen.id, chosen.public_id), by=RULE, why="assigned")
    serving.note_assigned(connection, chosen.id, now)
    return chosen


def choose(servers: Sequence[Server], mode: Assign, language: str, last: int | None) -> Server | None:
    """Who of those that are there gets it: only somebody who holds fewer than they can.

    `last` served the customer before. Who speaks the customer's language goes before others; who named no language
    takes whatever comes.
    """
    able = [each for each in servers if each.held < each.capacity]
    known = next((each for each in able if each.id == last), None)
    if known is not None or mode == "hand":
        return known
    speaking = [each for each in able if not each.languages or language in each.languages] or able
    busy = mode == "least_busy"
    return min(
        speaking, key=lambda each: (each.held if busy else 0, each.assigned_at or _NEVER, each.id), default=None
    )


def since(connection: Connection, now: dt.datetime) -> dt.datetime:
    """Who was seen after this moment is there."""
    return now - dt.timedelta(minutes=rules.read(connection).away_minutes)


def seen(connection: Connection, staff_id: int, now: dt.datetime) -> bool:
    """Note that a member of staff has a page open; whether that was written, which is seldom needed."""
    return serving.note_seen(connection, staff_id, now, now - TOUCH)


def set_away(connection: Connection, staff_id: int, away: bool, now: dt.datetime) -> None:
    """Let a member of staff be given nothing, or be given conversations again.

    What waits for their answer goes back to its queue at the next look (`scheduler.desk`).
    """
    serving.set_away(connection, staff_id, away, now)


def hand_back(connection: Connection, contact: Contact, queue: Queue, now: dt.datetime) -> Server | None:
    """Put a conversation whose holder is not there back into its queue, and give it to whoever is there instead."""
    ownership.want_person(connection, contact, now, why="away", by=RULE, queue_id=queue.id)
    return assign(connection, contact, queue, now)


def to_assign(connection: Connection, now: dt.datetime, most: int) -> list[str]:
    """The public ids of contacts who wait in a queue that gives out by itself and has somebody free for them."""
    seen_after = since(connection, now)
    found: list[str] = []
    for queue in queues.every(connection):
        if queue.active and queue.assign != "hand" and len(found) < most:
            free = min(serving.free(connection, queue.id, seen_after), most - len(found))
            found += serving.waiting(connection, queue.id, free) if free else []
    return found
