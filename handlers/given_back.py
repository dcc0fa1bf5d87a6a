"""A member of staff gave a conversation back to the bot."""

from __future__ import annotations

import msgspec

from handlers import route
from handlers.conversation_taken import Gone
from handlers.scene import Scene
from locales import _
from service import ownership
from store import audit
from store.contacts import BOT, QUEUE
from store.staff_sessions import Staff

BACK = _("You're with our automatic assistant again. To reach our team, just write “person”.")


class GivenBack(msgspec.Struct, frozen=True, tag=True):
    """The bot has the conversation."""


def given_back(scene: Scene, staff: Staff, address: str) -> GivenBack | Gone:
    """Tell the customer, and go on with the question that was open, or with the menu."""
    contact = scene.contact
    before = contact.owner
    if before == BOT:
        return GivenBack()
    if before not in (QUEUE, staff.public_id):
        return Gone(before)
    ownership.close(scene.connection, contact, scene.now, by=staff.actor, why="given_back", closed_by=staff.id)
    scene.say(BACK)
    if scene.conversation.asking is not None:
        scene.conversation.ask_again()
    else:
        scene.conversation.start("menu")
    route.hand_over(scene)
    audit.note(
        scene.connection,
        staff.actor,
        "conversation.given_back",
        f"contact:{contact.public_id}",
        {"owner": before},
        {"owner": contact.owner},
        address,
        scene.now,
    )
    return GivenBack()
