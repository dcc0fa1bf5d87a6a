"""Time passed over a promise: its keeper is reminded, an owner hears that it was not kept, then the customer."""

from __future__ import annotations

from handlers.scene import Notice, Scene
from service import promises
from store import desk, due
from store import promises as kept

NOTICES = {"remind": "promise_due_soon", "escalate": "promise_late"}


def promise_fell_due(scene: Scene, public_id: str) -> bool:
    """Do what time asks for of a promise, if its moment has come; whether it had."""
    promise = kept.find(scene.connection, public_id)
    step = promises.pass_time(scene.connection, promise, scene.now) if promise is not None else None
    if promise is None or step is None:
        return False
    if step == "tell":
        key = f"promise_slipped:{public_id}"
        due.plan(
            scene.connection, scene.contact.id, "promise_slipped", {"promise": public_id}, key=key, at=scene.now
        )
    else:
        details = {
            "staff": promise.name,
            "due": promise.due_at.astimezone(scene.house.zone).isoformat(" ", "minutes"),
        }
        scene.notices.append(Notice(NOTICES[step], scene.contact.public_id, details))
    found = desk.open_of(scene.connection, scene.contact.id)
    if found is not None:
        desk.change(scene.connection, found.id, scene.now)  # whoever looks at it sees the promise as it is now
    return True
