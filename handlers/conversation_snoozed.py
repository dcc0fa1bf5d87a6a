"""A member of staff let a conversation rest."""

from __future__ import annotations

import datetime as dt

import msgspec

from handlers.deed import Gone, Refused, noted, out_of_reach
from handlers.scene import Scene
from service import ownership
from store.contacts import SNOOZED
from store.staff_sessions import Staff


class Snoozed(msgspec.Struct, frozen=True, tag=True):
    """It rests until a moment, or until the customer writes."""


def conversation_snoozed(scene: Scene, staff: Staff, until: dt.datetime, address: str) -> Snoozed | Gone | Refused:
    """Let it rest; then it comes back to who had it. Refused: `past`, for a moment that is no more to come."""
    before = scene.contact.owner
    if (gone := out_of_reach(scene, staff)) is not None:
        return gone
    if until <= scene.now:
        return Refused("past")
    ownership.snooze(scene.connection, scene.contact, scene.now, until, by=staff.actor, why="snoozed")
    noted(scene, staff, "snoozed", {"owner": before}, {"owner": SNOOZED, "until": until.isoformat()}, address)
    return Snoozed()
