"""Told once when a customer has left a survey unanswered, or in the middle."""

from __future__ import annotations

from flows import invited
from flows.survey_invite import NO, START, WHY
from locales import _, n_
from talk.engine import Talk
from talk.prompts import Option

BEGUN = _("You began to answer our questions, and a few are left. What you've said is kept until {until}.")
UNANSWERED = n_(
    "We asked you lately what you think of us. It takes about {minutes} minute, and there's time until {until}.",
    "We asked you lately what you think of us. It takes about {minutes} minutes, and there's time until {until}.",
    count="minutes",
)
ONCE = _("We won't remind you again.")
GO_ON = _("Go on")


async def survey_reminder(talk: Talk) -> None:
    """Remind of the `invitation`, or of the `response` that nobody invited to, unless it was answered meanwhile."""
    left = talk.do("left", invited.left, dict(talk.args))
    if left is None:
        return
    talk.say(BEGUN if left.begun else UNANSWERED, until=left.until, minutes=left.minutes)
    talk.say(ONCE, line=True)
    begin = Option(f"survey~{left.about}", GO_ON if left.begun else START)
    talk.say(WHY, commands=(begin, Option(f"survey_refused~{left.about}", NO)))
