"""Told when an answer to a request was promised and is late."""

from __future__ import annotations

from flows import requesting
from flows.promise_slipped import TOLD
from locales import _
from talk.engine import Talk

LATE = _(
    "I'm sorry: you were to hear from us about your request <code>{number}</code> by {day}, and we haven't managed "
    "it."
)


async def case_late(talk: Talk) -> None:
    """Say so of the `case` (its public id), unless the answer that was `due` came meanwhile."""
    late = talk.do("late", requesting.late, talk.args["case"], talk.args["due"])
    if late is not None:
        talk.say(LATE, number=late.number, day=late.until)
        talk.say(TOLD)
