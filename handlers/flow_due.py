"""A moment came: the deadline of a question, or the end of a wait."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from handlers.scene import SERVICE, House, Scene
from store import contacts, due, sessions
from store.contacts import BOT
from store.due import Due

LATER = dt.timedelta(minutes=10)
BUSY = dt.timedelta(minutes=10)


def opened(connection: Connection, house: House, row: Due, now: dt.datetime) -> Scene | None:
    """The turn of a claimed due row; None when it is stale, or when now is not the time to speak.

    A person who has the conversation is not interrupted, nor is a dialogue that is going on: the row comes again.
    """
    if row.session_id is None:
        return None
    found = sessions.one(connection, row.session_id)
    contact = contacts.lock_identity(connection, found[2]) if found else None
    found = sessions.one(connection, row.session_id)  # as it is under the lock
    if found is None or contact is None:
        return None
    session = found[0]
    parked = session.record.parked
    if session.state == "ended" or parked is None or parked.token != row.token:
        return None
    scene = Scene(connection, house, contact, now)
    scene.lane = SERVICE
    if contact.owner != BOT or (row.kind == "wake" and _talking(scene)):
        due.put(connection, row.kind, contact.id, session.id, row.token, now + LATER)
        return None
    scene.conversation.pass_deadline(scene.take_up(session))
    return scene


def _talking(scene: Scene) -> bool:
    seen = scene.contact.seen_at
    return scene.conversation.asking is not None and seen is not None and scene.now - seen < BUSY
