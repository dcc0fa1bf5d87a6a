"""A member of staff answered a customer."""

from __future__ import annotations

import msgspec

from handlers.conversation_taken import Gone
from handlers.scene import Scene
from store import audit, conversations
from store.staff_sessions import Staff


class Replied(msgspec.Struct, frozen=True, tag=True):
    """The answer is on its way, or was before: a form that is sent twice answers once."""


def staff_replied(scene: Scene, staff: Staff, text: str, message: str, address: str) -> Replied | Gone:
    """Say it in their name, if the conversation is theirs. `message` is its id, the same when it comes again."""
    if conversations.said(scene.connection, message):
        return Replied()
    if scene.contact.owner != staff.public_id:
        return Gone(scene.contact.owner)
    scene.speak(text, author=staff.public_id, name=staff.name, message=message)
    about = f"contact:{scene.contact.public_id}"
    audit.note(
        scene.connection,
        staff.actor,
        "conversation.answered",
        about,
        None,
        {"message": message},
        address,
        scene.now,
    )
    return Replied()
