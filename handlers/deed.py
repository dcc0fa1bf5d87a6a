"""What the things that members of staff do to a conversation have in common."""

from __future__ import annotations

from typing import Any

import msgspec

from handlers.scene import Scene
from locales import _
from service.ownership import Person
from store import audit, desk
from store.contacts import QUEUE, SNOOZED
from store.staff_sessions import Staff

NOW_WITH = _("You're now talking to {name}.")


class Gone(msgspec.Struct, frozen=True, tag=True):
    """It is not where they saw it: somebody else has it, or the bot."""

    owner: str


class Refused(msgspec.Struct, frozen=True, tag=True):
    """It cannot be done; `why` is one word that the page has a sentence for."""

    why: str


def person_of(staff: Staff) -> Person:
    """The member of staff as the owner of a conversation."""
    return Person(staff.id, staff.public_id)


def out_of_reach(scene: Scene, staff: Staff) -> Gone | None:
    """Where the conversation is when it is not theirs to act on: the bot's, a colleague's, or nobody's.

    Theirs to act on is their own, and whatever waits in a queue or rests.
    """
    owner = scene.contact.owner
    return None if owner in (QUEUE, SNOOZED, staff.public_id) else Gone(owner)


def is_new(scene: Scene, public_id: str) -> bool:
    """Whether the customer has not met this member of staff in the open conversation yet."""
    found = desk.open_of(scene.connection, scene.contact.id)
    return found is None or not desk.had(scene.connection, found.id, public_id)


def noted(scene: Scene, staff: Staff, action: str, before: Any, after: Any, address: str) -> None:
    """Note the deed in the audit log, in its transaction."""
    about = f"contact:{scene.contact.public_id}"
    audit.note(scene.connection, staff.actor, f"conversation.{action}", about, before, after, address, scene.now)
