"""Told when a case was closed: what came of it, from whom, and the question whether it is solved."""

from __future__ import annotations

from flows import requesting
from flows.requesting import NO, YES
from locales import _
from talk.engine import Talk
from talk.exchange import ABOUT_MARK
from talk.prompts.base import Option

CLOSED = _("{name} from our team about your request <code>{number}</code>: {words}")
CLOSED_BY_US = _("Our team about your request <code>{number}</code>: {words}")
SOLVED = _("Has that solved it for you?")
ITS_SOLVED, NOT_YET = _("Yes, it's solved"), _("No, not yet")


async def case_closed(talk: Talk) -> None:
    """Say what came of the `case` (its public id), unless it is open again; the buttons work at any time."""
    about = talk.args["case"]
    told = talk.do("outcome", requesting.outcome, about)
    if told is None:
        return
    talk.say(CLOSED if told.name else CLOSED_BY_US, name=told.name, number=told.number, words=told.words)
    answers = ((YES, ITS_SOLVED), (NO, NOT_YET))
    buttons = tuple(Option(f"case_solved{ABOUT_MARK}{mark}{about}", label) for mark, label in answers)
    talk.say(SOLVED, commands=buttons)
