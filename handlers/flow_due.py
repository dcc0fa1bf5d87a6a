"""A moment came: the deadline of a question, the end of a wait, or a dialogue that nobody asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from sqlalchemy.engine import Connection

from handlers import survey_due
from handlers.scene import SERVICE, House, Scene
from outreach import planned
from outreach.cadence import BUSY, Later, Now
from outreach.kinds import KINDS
from outreach.planned import Look
from store import contacts, due, sessions
from store.contacts import BLOCKED, BOT
from store.due import Due

LOOKS: dict[str, Callable[..., Look | None]] = {  # who says of a dialogue, by its name, whether it may be told
    "survey_invite": survey_due.invited,
    "survey_reminder": survey_due.unfinished,
}
LATER = dt.timedelta(minutes=10)
MUCH_LATER = dt.timedelta(days=1)  # whom nobody answers may be answered again one day
SOON = dt.timedelta(minutes=1)  # an answer that is owed first should have gone by then


def opened(connection: Connection, house: House, row: Due, now: dt.datetime) -> Scene | None:
    """The turn of a claimed due row; None when it is stale, or when now is not the time to speak.

    A person who has the conversation is not interrupted, nor is a dialogue that is going on: the row comes again.
    """
    if row.kind == "flow":
        return _told(connection, house, row, now)
    if row.session_id is None:
        return None
    found = sessions.one(connection, row.session_id)
    contact = contacts.lock_identity(connection, found[2]) if found else None
    found = sessions.one(connection, row.session_id)  # as it is under the lock
    if found is None or contact is None or contact.deceased:
        return None
    session = found[0]
    parked = session.record.parked
    if session.state == "ended" or parked is None or parked.token != row.token:
        return None
    scene = Scene(connection, house, contact, now)
    scene.lane = SERVICE
    if contact.owner != BOT or (row.kind == "wake" and _talking(scene)):
        again = now + (MUCH_LATER if contact.owner == BLOCKED else LATER)
        due.put(connection, row.kind, contact.id, session.id, row.token, again)
        return None
    scene.conversation.pass_deadline(scene.take_up(session))
    return scene


def _talking(scene: Scene) -> bool:
    seen = scene.contact.seen_at
    return scene.conversation.asking is not None and seen is not None and scene.now - seen < BUSY


def _told(connection: Connection, house: House, row: Due, now: dt.datetime) -> Scene | None:
    """The turn in which a planned dialogue says what it has to say, if that may be now."""
    name, args = planned.kind_name(row), row.args or {}
    kind = KINDS[name]
    contact = contacts.lock_chat(connection, row.contact_id, args.get("identity"))
    contact_id = contact.id if contact is not None else row.contact_id
    look = LOOKS.get(row.flow, planned.look)
    seen = look(connection, contact_id, row, zone=house.zone.key, now=now)
    if seen is not None and isinstance(seen.verdict, Later):
        due.plan(connection, contact_id, row.flow, args, key=row.key, at=max(seen.verdict.until, now + SOON))
    if seen is None or contact is None or not isinstance(seen.verdict, Now):
        return None
    scene = Scene(connection, house, contact, now)
    scene.kind, scene.lane, scene.expires_at = name, kind.lane, seen.expires_at
    scene.conversation.tell(row.flow, **args)
    return scene
