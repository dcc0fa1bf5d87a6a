"""A member of staff kept a promise, or the customer let them off it."""

from __future__ import annotations

from typing import Literal

import msgspec

from handlers.scene import Scene
from service import promises
from store import audit
from store import promises as kept
from store.staff_sessions import Staff


class Settled(msgspec.Struct, frozen=True, tag=True):
    """It is settled, as it was asked or as somebody else did before."""

    state: str


class NoSuchPromise(msgspec.Struct, frozen=True, tag=True):
    """This customer was promised nothing of the kind."""


def promise_settled(
    scene: Scene,
    staff: Staff,
    public_id: str,
    state: Literal["kept", "cancelled"],
    address: str,
    *,
    reason: str = "",
) -> Settled | NoSuchPromise:
    """Note that a promise is kept, or cancelled.

    `reason` is what the customer agreed to instead; a promise that is cancelled without one counts as broken.
    """
    promise = kept.find(scene.connection, public_id)
    if promise is None or promise.contact_id != scene.contact.id:
        return NoSuchPromise()
    if promise.state != "open":
        return Settled(promise.state)
    reason = reason.strip()[:200]
    promises.settle(scene.connection, promise, state, scene.now, reason)
    before = {"promise": public_id, "state": "open", "due": promise.due_at.isoformat()}
    after = {"promise": public_id, "state": state, "reason": reason}
    about = f"contact:{scene.contact.public_id}"
    audit.note(scene.connection, staff.actor, "promise.settled", about, before, after, address, scene.now)
    return Settled(state)
