"""A customer blocked the bot, or let it write again."""

from __future__ import annotations

from handlers.scene import Scene
from store import campaign_reactions, contacts


def contact_blocked(scene: Scene) -> None:
    """Nothing is sent to them any more, until they write."""
    contacts.set_reachable(scene.connection, scene.contact.identity_id, False)
    scene.conversation.leave("blocked")
    campaign_reactions.stopped(scene.connection, scene.contact.id, scene.now)


def contact_unblocked(scene: Scene) -> None:
    """They can be written to again (meeting them has noted it); they will hear from us when they write."""
