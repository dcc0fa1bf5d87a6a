"""A customer edited an earlier message."""

from __future__ import annotations

from handlers import gate
from handlers.scene import Scene
from locales import _

EDITED = _(
    "I've seen that you changed your message. If it changes what you need, please send it again as a new message."
)


def message_edited(scene: Scene) -> None:
    """What was understood stays; they are told how to change it."""
    if not gate.flooded(scene) and not gate.owned_by_staff(scene):
        scene.say(EDITED)
