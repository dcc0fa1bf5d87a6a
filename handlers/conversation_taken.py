"""A member of staff took a conversation."""

from __future__ import annotations

import msgspec

from handlers.deed import NOW_WITH, Gone, is_new, noted, person_of
from handlers.parking import parked
from handlers.scene import Scene
from service import ownership
from store.contacts import BLOCKED, BOT
from store.staff_sessions import Staff


class Taken(msgspec.Struct, frozen=True, tag=True):
    """The conversation is theirs."""


def conversation_taken(scene: Scene, staff: Staff, seen: str, address: str) -> Taken | Gone:
    """Make it theirs, if the owner is still the one they saw; two who take it at once cannot both have it.

    The customer is told who it is, once for each person in a conversation. When it is taken from the bot, the
    dialogue that was going on is parked.
    """
    contact, before = scene.contact, scene.contact.owner
    if before == staff.public_id:
        return Taken()
    if before in (BLOCKED, "") or before != seen:
        return Gone(before)
    new, doing = is_new(scene, staff.public_id), parked(scene) if before == BOT else None
    person = person_of(staff)
    ownership.give(scene.connection, contact, scene.now, person, by=staff.actor, why="taken", parked=doing)
    if new:
        scene.say(NOW_WITH, name=staff.name)
    noted(scene, staff, "taken", {"owner": before}, {"owner": contact.owner}, address)
    return Taken()
