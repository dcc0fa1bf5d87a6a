"""A customer wrote again after a conversation was closed, and the bot makes nothing of it."""

from __future__ import annotations

from flows.reopened import REOPENED
from handlers.parking import parked
from handlers.person_wanted import person_wanted
from handlers.scene import Scene
from service import closing, ownership
from store import queues


def conversation_reopened(scene: Scene) -> None:
    """Open it again for whoever it belongs to now, as for anybody who waits; a new one when it is too late."""
    found = closing.reopens(scene.connection, scene.contact.id, scene.now)
    if found is None:
        person_wanted(scene, REOPENED)
        return
    doing = parked(scene)
    ownership.reopen(scene.connection, scene.contact, scene.now, found, why=REOPENED, parked=doing)
    person_wanted(scene, REOPENED, queues.one(scene.connection, found.queue_id).topic)
