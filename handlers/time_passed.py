"""Time passed in a conversation with the team: its rest is over, a target comes near, what was promised is late."""

from __future__ import annotations

from handlers.conversation_woken import conversation_woken
from handlers.scene import Notice, Scene
from service import assignment, hours, targets
from store import desk, due, queues
from store import targets as kept
from store.targets import Watched

SECONDS = "%Y-%m-%dT%H:%M:%SZ"
LATE = {"first": "first_answer_late", "resolve": "resolution_late"}


def time_passed(scene: Scene) -> bool:
    """Do what time asks for in the contact's open conversation, if its moment has come; whether it had."""
    connection, contact, now = scene.connection, scene.contact, scene.now
    row = kept.watched(connection, contact.id)
    if row is None or row.look_at is None or row.look_at > now:
        return False
    if row.snoozed_until is not None and row.snoozed_until <= now:
        conversation_woken(scene, "time")
        row = kept.watched(connection, contact.id) or row
    queue = queues.one(connection, row.queue_id)
    if row.state == "queued":
        assignment.assign(connection, contact, queue, now)
    seen = targets.marked(row, queue, hours.of_queue(connection, queue, scene.house.zone), now)
    change: dict[str, object] = {"warned": seen.warned, "escalated": seen.escalated}
    if seen.escalated != row.escalated:
        details = {"queue": queues.name_of(queue, scene.house.language)}
        scene.notices.append(Notice(LATE[seen.escalated], contact.public_id, details))
    if row.answer_promised_at is not None and row.answer_promised_at <= now:
        _tell_late(scene, row)
        change["answer_promised_at"] = None
    desk.change(connection, row.id, now, **change)
    return True


def _tell_late(scene: Scene, row: Watched) -> None:
    """Have the customer told that the answer they were promised is late, unless it comes before that."""
    assert row.answer_promised_at is not None
    told = row.answer_promised_at.isoformat()
    key = f"answer_late:{row.public_id}:{row.answer_promised_at.strftime(SECONDS)}"
    due.plan(scene.connection, scene.contact.id, "answer_late", {"due": told}, key=key, at=scene.now)
