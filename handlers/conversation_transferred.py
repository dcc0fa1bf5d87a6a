"""A member of staff passed a conversation on."""

from __future__ import annotations

import msgspec

from handlers.deed import NOW_WITH, Gone, Refused, is_new, noted, out_of_reach
from handlers.note_written import note_written
from handlers.scene import Scene
from locales import _
from service import ownership
from service.ownership import Person
from store import desk, queues
from store.contacts import QUEUE
from store.staff_sessions import Staff

TO_A_COLLEAGUE = _("{name} has passed this on to a colleague, who will reply to you here.")


class Transferred(msgspec.Struct, frozen=True, tag=True):
    """Somebody else has it now, or another queue."""


def conversation_transferred(
    scene: Scene, staff: Staff, to: Person | str, address: str, *, note: str = ""
) -> Transferred | Gone | Refused:
    """Pass it on to a colleague, or to the queue of this public id; the customer is told when the person changes.

    A `note` goes with it, for the colleague to see. Refused: `away`, for who is not at work; `no_queue`.
    """
    before = scene.contact.owner
    if (gone := out_of_reach(scene, staff)) is not None:
        return gone
    after = _to_person(scene, staff, to) if isinstance(to, Person) else _to_queue(scene, staff, to)
    if isinstance(after, Refused):
        return after
    if note:
        note_written(scene, staff, note, (to.id,) if isinstance(to, Person) else (), address)
    noted(scene, staff, "transferred", {"owner": before}, {"owner": after}, address)
    return Transferred()


def _to_person(scene: Scene, staff: Staff, person: Person) -> str | Refused:
    colleague = desk.at_work(scene.connection, person.id)
    if colleague is None:
        return Refused("away")
    new = is_new(scene, person.public_id)
    ownership.give(scene.connection, scene.contact, scene.now, person, by=staff.actor, why="transferred")
    if new:
        scene.say(NOW_WITH, name=colleague[1])
    return person.public_id


def _to_queue(scene: Scene, staff: Staff, public_id: str) -> str | Refused:
    queue = queues.find(scene.connection, public_id)
    if queue is None or not queue.active:
        return Refused("no_queue")
    connection, contact, now = scene.connection, scene.contact, scene.now
    if contact.owner == staff.public_id:
        scene.say(TO_A_COLLEAGUE, name=staff.name)
    ownership.want_person(connection, contact, now, why="transferred", queue_id=queue.id, by=staff.actor)
    return f"{QUEUE}:{queue.public_id}"
