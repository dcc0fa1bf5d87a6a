"""Told unasked when a promise of the team's was not kept in time."""

from __future__ import annotations

from locales import _
from service import effects as service
from talk.engine import Talk

SLIPPED = _("I'm sorry: something we promised you by {due} isn't done yet: {promise}")
TOLD = _("Our team has been told, and will come back to you as soon as possible.")


async def promise_slipped(talk: Talk) -> None:
    """Say so of the `promise` (its public id), unless it was settled meanwhile."""
    promise = talk.do("promise", service.slipped_promise, talk.args["promise"])
    if promise is not None:
        talk.say(SLIPPED, due=promise.due_at, promise=promise.text)
        talk.say(TOLD)
