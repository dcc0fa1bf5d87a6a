"""Told when somebody of the team answered within a case."""

from __future__ import annotations

from flows import requesting
from flows.case_closed import CLOSED, CLOSED_BY_US
from locales import _
from talk.engine import Talk
from talk.exchange import ABOUT_MARK
from talk.prompts.base import Option

REPLY = _("Reply")


async def case_answered(talk: Talk) -> None:
    """Say the answer (`line`, its key) to the `case` (its public id), with a button to say more."""
    about = talk.args["case"]
    told = talk.do("answer", requesting.answer, about, talk.args["line"])
    if told is not None:
        text, reply = CLOSED if told.name else CLOSED_BY_US, Option(f"requests{ABOUT_MARK}{about}", REPLY)
        talk.say(text, commands=(reply,), name=told.name, number=told.number, words=told.words)
