"""A member of staff found that two conversations of a customer are one."""

from __future__ import annotations

import msgspec

from handlers.deed import Gone, Refused, noted, out_of_reach
from handlers.scene import Scene
from store import desk
from store.staff_sessions import Staff


class Merged(msgspec.Struct, frozen=True, tag=True):
    """The other one is a part of this one now."""


def conversations_merged(scene: Scene, staff: Staff, other: str, address: str) -> Merged | Gone | Refused:
    """Fold an earlier, closed conversation of the customer into the open one, with its labels, notes and promises.

    Refused: `not_theirs`, for one of somebody else's, or one that is no more by itself.
    """
    if (gone := out_of_reach(scene, staff)) is not None:
        return gone
    kept, folded = desk.open_of(scene.connection, scene.contact.id), desk.find(scene.connection, other)
    if kept is None or folded is None or folded.contact_id != scene.contact.id:
        return Refused("not_theirs")
    if folded.state != "closed" or folded.merged_into is not None:
        return Refused("not_theirs")
    desk.fold(scene.connection, folded, kept, scene.now)
    noted(scene, staff, "merged", {"conversation": folded.public_id}, {"conversation": kept.public_id}, address)
    return Merged()
