"""Somebody of the team has room for a customer who waits."""

from __future__ import annotations

from handlers.scene import Scene
from service import assignment
from store import queues
from store import targets as kept


def turn_came(scene: Scene) -> bool:
    """Give the conversation to whoever it belongs to; False when it waits no more, or nobody has room after all."""
    row = kept.watched(scene.connection, scene.contact.id)
    if row is None or row.state != "queued":
        return False
    queue = queues.one(scene.connection, row.queue_id)
    return assignment.assign(scene.connection, scene.contact, queue, scene.now) is not None
