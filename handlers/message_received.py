"""A customer wrote or sent something."""

from __future__ import annotations

from handlers import gate, intents, route
from handlers.scene import Scene
from handlers.urgent_heard import urgent_heard
from store import inbox
from talk.prompts.typed import WORDED


def message_received(scene: Scene) -> None:
    """Answer it: flood first, what cannot wait, and ownership, then the language and whoever it is for."""
    inbound = scene.inbound
    assert inbound is not None
    if gate.flooded(scene):
        return
    if inbound.kind == "text" and intents.is_stop(scene.meant(inbound)):
        route.stop(scene)
        return
    if inbound.text and inbound.kind in WORDED:
        urgent = intents.urgent_in(scene.meant(inbound), inbound, scene.language)
        if urgent is not None and urgent_heard(scene, urgent):
            return
    if gate.owned_by_staff(scene) or _of_a_known_album(scene):
        return
    if inbound.phone_proven and not _phone_is_asked_for(scene):
        scene.conversation.start("link", phone=inbound.phone)
        route.hand_over(scene)
        return
    before = route.follow_language(scene) if inbound.kind == "text" else None
    route.words(scene)
    if before is not None:
        route.offer_language(scene, before)


def _phone_is_asked_for(scene: Scene) -> bool:
    asking = scene.conversation.asking
    parked = asking.record.parked if asking else None
    return parked is not None and parked.request == "phone"


def _of_a_known_album(scene: Scene) -> bool:
    """Whether pictures of this album were answered already, and no question waits for more of them."""
    inbound = scene.inbound
    assert inbound is not None
    if not inbound.album or scene.conversation.asking is not None:
        return False
    previous = inbox.previous_album(scene.connection, scene.contact.id, scene.contact.seq)
    return previous == inbound.album
