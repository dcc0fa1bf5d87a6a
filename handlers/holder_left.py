"""Whoever had a conversation is not there any more."""

from __future__ import annotations

from handlers.person_wanted import tell_wait
from handlers.scene import Scene
from service import assignment, hours
from store import queues, serving
from store import targets as kept


def holder_left(scene: Scene) -> bool:
    """Put the conversation back into its queue, or into the hands of whoever is there; whether it was left alone.

    What waits for the customer stays with its holder, who knows it, until the customer writes. The customer hears
    nothing of it, but when the team has gone home, and has promised nothing yet, they are told until when.
    """
    connection, contact, now = scene.connection, scene.contact, scene.now
    row = kept.watched(connection, contact.id)
    alone = serving.left_alone(connection, assignment.since(connection, now), 1, contact.id)
    if row is None or not alone:
        return False
    queue = queues.one(connection, row.queue_id)
    place = serving.ahead(connection, queue.id)
    given = assignment.hand_back(connection, contact, queue, now)
    waits = given is None and row.waiting_since is not None and row.answer_promised_at is None
    if waits and not hours.of_queue(connection, queue, scene.house.zone).there(now):
        tell_wait(scene, row.id, queue, place)
    return True
