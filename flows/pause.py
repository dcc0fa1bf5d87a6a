"""A pause: nothing unasked for 30 days."""

from __future__ import annotations

from flows import preferring
from locales import _
from talk.engine import Talk
from talk.prompts import Option

END = Option("end_pause", _("End the pause now"))
PAUSED = _(
    "All right, you won't hear from us until {day}, except about what you do yourself and points that are about to "
    "expire. You can still write to me whenever you like."
)


async def pause(talk: Talk) -> None:
    """Pause at once, and offer to end it."""
    talk.say(PAUSED, day=talk.do("pause", preferring.pause), commands=(END,))
