"""A customer opened the chat: the platform's start button, perhaps by a deep link."""

from __future__ import annotations

from handlers import gate, route
from handlers.scene import Scene

DEEP_LINKS = frozenset(
    {
        "points",
        "rewards",
        "vouchers",
        "card",
        "hours",
        "recommend",
        "rules",
        "missing_points",
        "feedback",
        "requests",
        "link",
        "preferences",
        "help",
        "person",
        "language",
    }
)


def conversation_started(scene: Scene) -> None:
    """Welcome a new customer; take one who is known to what the link names, or to the menu."""
    inbound = scene.inbound
    assert inbound is not None
    if gate.flooded(scene) or gate.owned_by_staff(scene):
        return
    wanted = inbound.text if inbound.text in DEEP_LINKS else None
    if scene.contact.welcomed_at is None:
        route.welcome(scene, wanted)
    else:
        scene.conversation.start(wanted or "menu")
    route.hand_over(scene)
