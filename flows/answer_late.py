"""Told unasked when the team has not answered by the moment that the customer was told."""

from __future__ import annotations

from locales import _
from service import effects as service
from talk.engine import Talk

LATE = _("I'm sorry: you were to have an answer by {due}, and our team hasn't managed it yet.")
NOT_FORGOTTEN = _("Your message isn't forgotten. Someone will reply to you here as soon as possible.")


async def answer_late(talk: Talk) -> None:
    """Say so, unless the answer that was `due` came meanwhile."""
    due = talk.do("due", service.late_answer, talk.args["due"])
    if due is not None:
        talk.say(LATE, due=due)
        talk.say(NOT_FORGOTTEN)
