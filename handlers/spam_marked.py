"""A member of staff marked a contact as a sender of spam, or took that back."""

from __future__ import annotations

import msgspec

from handlers.deed import Gone, noted, out_of_reach
from handlers.scene import Scene
from service import ownership
from store import outbox
from store.contacts import BLOCKED, BOT
from store.staff_sessions import Staff


class Marked(msgspec.Struct, frozen=True, tag=True):
    """Nobody answers them any more; or the bot does again."""


def spam_marked(scene: Scene, staff: Staff, spam: bool, address: str) -> Marked | Gone:
    """Block them: neither bot nor people answer, and nothing goes to them unasked. Or let the bot answer again."""
    contact, before = scene.contact, scene.contact.owner
    if spam == (before == BLOCKED):
        return Marked()
    if spam:
        if before != BOT and (gone := out_of_reach(scene, staff)) is not None:
            return gone
        ownership.block(scene.connection, contact, scene.now, by=staff.actor, why=ownership.SPAM)
        scene.conversation.leave(ownership.SPAM)
        outbox.skip_marketing(scene.connection, contact.id, ownership.SPAM)
    else:
        ownership.unblock(scene.connection, contact, scene.now, by=staff.actor, why="not_spam")
    action = "spam" if spam else "not_spam"
    noted(scene, staff, action, {"owner": before}, {"owner": contact.owner}, address)
    return Marked()
