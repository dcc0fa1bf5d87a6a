"""A member of staff closed a conversation: its matter is done."""

from __future__ import annotations

import msgspec

from handlers.deed import Gone, noted, out_of_reach
from handlers.given_back import BACK
from handlers.scene import Scene
from service import closing, ownership
from store.staff_sessions import Staff


class Closed(msgspec.Struct, frozen=True, tag=True):
    """The bot has the conversation; `rated`: the customer is asked how it was."""

    rated: bool = False


def conversation_closed(
    scene: Scene, staff: Staff, reason: str, address: str, *, rate: bool = True
) -> Closed | Gone:
    """Give the customer back to the bot and tell them; `reason` is one of `service.closing.REASONS`.

    What the bot was doing before is over with it. With `rate` the customer is asked how they were served, unless
    they want no such questions, have died, or were never answered.
    """
    contact, before = scene.contact, scene.contact.owner
    if (gone := out_of_reach(scene, staff)) is not None:
        return gone
    conversation = scene.conversation
    closed = ownership.close(scene.connection, contact, scene.now, by=staff.actor, why=reason, closed_by=staff.id)
    conversation.quiet = False
    conversation.leave("closed")
    asks = rate and closed is not None and closing.asks_rating(scene.connection, contact, closed)
    if not contact.deceased:
        scene.say(BACK)
    if asks and closed is not None:
        conversation.start("rate_service", conversation=closed.public_id)
    noted(scene, staff, "closed", {"owner": before}, {"owner": contact.owner, "reason": reason}, address)
    return Closed(asks)
