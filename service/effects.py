"""What dialogues ask of the team's work: the promises that slipped, the answers that are late."""

from __future__ import annotations

import datetime as dt

import msgspec

from store import promises, targets
from talk.engine import Act, lookup


class Slipped(msgspec.Struct, frozen=True):
    """A promise that was not kept in time: what it was, and by when, on the customer's clock."""

    text: str
    due_at: dt.datetime


def slipped_promise(act: Act, public_id: str) -> Slipped | None:
    """The promise of which the customer is told now that it slips; None when it is settled meanwhile."""
    promise = promises.find(act.connection, public_id)
    if promise is None or promise.contact_id != act.contact_id or promise.state != "open":
        return None
    promises.change(act.connection, promise.id, told_at=act.now)
    return Slipped(promise.text, promise.due_at.astimezone(act.now.tzinfo))


@lookup
def late_answer(act: Act, due: str) -> dt.datetime | None:
    """By when the customer was to have an answer, on their clock; None when they wait for none any more."""
    row = targets.watched(act.connection, act.contact_id)
    promised = dt.datetime.fromisoformat(due)
    if row is None or row.waiting_since is None or row.waiting_since > promised:
        return None
    return promised.astimezone(act.now.tzinfo)
