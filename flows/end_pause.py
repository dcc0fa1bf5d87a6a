"""The end of a pause before its time."""

from __future__ import annotations

from flows import preferring
from locales import _
from talk.engine import Talk


async def end_pause(talk: Talk) -> None:
    """Write to the customer again as before."""
    talk.do("end", preferring.end_pause)
    talk.say(_("The pause is over. You'll hear from us again as before."))
