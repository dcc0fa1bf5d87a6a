"""A member of staff took a conversation."""

from __future__ import annotations

import msgspec

from handlers.scene import Scene
from service import ownership
from service.ownership import Person
from store import audit
from store.contacts import BOT
from store.staff_sessions import Staff


class Taken(msgspec.Struct, frozen=True, tag=True):
    """The conversation is theirs."""


class Gone(msgspec.Struct, frozen=True, tag=True):
    """It is not where they saw it: somebody else has it, or the bot."""

    owner: str


def conversation_taken(scene: Scene, staff: Staff, seen: str, address: str) -> Taken | Gone:
    """Make it theirs, if the owner is still the one they saw; two who take it at once cannot both have it."""
    contact = scene.contact
    before = contact.owner
    if before == staff.public_id:
        return Taken()
    if before in (BOT, "") or before != seen:
        return Gone(before)
    person = Person(staff.id, staff.public_id)
    ownership.give(scene.connection, contact, scene.now, person, by=staff.actor, why="taken")
    about = f"contact:{contact.public_id}"
    audit.note(
        scene.connection,
        staff.actor,
        "conversation.taken",
        about,
        {"owner": before},
        {"owner": contact.owner},
        address,
        scene.now,
    )
    return Taken()
