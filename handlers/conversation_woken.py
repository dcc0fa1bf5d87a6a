"""A conversation that rested is to go on: its moment came, or the customer wrote."""

from __future__ import annotations

from handlers.scene import Scene
from service import ownership


def conversation_woken(scene: Scene, why: str) -> bool:
    """Bring it back to who had it, or to its queue; `why` is `time` or `customer`. False when it does not rest."""
    by = ownership.CUSTOMER if why == ownership.CUSTOMER else ownership.RULE
    return ownership.wake(scene.connection, scene.contact, scene.now, by=by, why=why)
