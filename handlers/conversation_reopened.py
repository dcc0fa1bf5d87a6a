"""A customer wrote again after a conversation was closed, and the bot makes nothing of it."""

from __future__ import annotations

from flows.reopened import REOPENED
from handlers.person_wanted import person_wanted
from handlers.scene import Scene
from locales import _
from service import closing, ownership
from service.ownership import RULE, Person
from store import desk, queues

AGAIN = _("I've passed this on to {name}, who helped you before and will reply to you here.")


def conversation_reopened(scene: Scene) -> None:
    """Open it again for whoever had it, if they are at work; else in its queue, as for anybody who waits."""
    connection, contact, now = scene.connection, scene.contact, scene.now
    found = closing.reopens(connection, contact.id, now)
    if found is None:
        person_wanted(scene, REOPENED)
        return
    keeper = desk.at_work(connection, found.staff_id)
    ownership.reopen(connection, contact, now, found, why=REOPENED)
    person_wanted(scene, REOPENED, queues.one(connection, found.queue_id).topic, tell=keeper is None)
    if keeper is not None and found.staff_id is not None:
        ownership.give(connection, contact, now, Person(found.staff_id, keeper[0]), by=RULE, why=REOPENED)
        scene.say(AGAIN, name=keeper[1])
