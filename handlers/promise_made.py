"""A member of staff promised something to a customer."""

from __future__ import annotations

import datetime as dt

import msgspec

from handlers.scene import Scene
from locales import _
from service import promises
from store import audit, desk
from store.staff_sessions import Staff

LONGEST = 300  # characters
AHEAD = dt.timedelta(days=366)
CONFIRMED = _("{name} from our team has promised you, by {due}: {promise}")


class Promised(msgspec.Struct, frozen=True, tag=True):
    """It is kept on record under this public id."""

    public_id: str


class NoPromise(msgspec.Struct, frozen=True, tag=True):
    """It is none: `text` when there is nothing or too much in it, `due` when its moment is past or too far away."""

    what: str


def promise_made(
    scene: Scene, staff: Staff, text: str, due_at: dt.datetime, address: str, *, tell: bool = True
) -> Promised | NoPromise:
    """Keep a promise, for which who makes it answers, and confirm it to the customer in their language.

    `text` is for the customer's eyes, who sees it now and again should it slip. With `tell` false they have been
    told already.
    """
    text, now = text.strip(), scene.now
    if not 0 < len(text) <= LONGEST:
        return NoPromise("text")
    if not now < due_at <= now + AHEAD:
        return NoPromise("due")
    contact = scene.contact
    found = desk.open_of(scene.connection, contact.id)
    conversation_id = found.id if found else None
    public_id = promises.make(
        scene.connection, contact.id, staff.id, text, due_at, now, conversation_id=conversation_id
    )
    if tell:
        scene.say(CONFIRMED, name=staff.name, due=due_at.astimezone(scene.local_now.tzinfo), promise=text)
    after = {"promise": public_id, "due": due_at.isoformat(), "text": text}
    about = f"contact:{contact.public_id}"
    audit.note(scene.connection, staff.actor, "promise.made", about, None, after, address, now)
    return Promised(public_id)
