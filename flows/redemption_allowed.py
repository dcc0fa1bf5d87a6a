"""Told when the team allowed redemption again after it was stopped."""

from __future__ import annotations

from locales import _
from talk.engine import Talk

ALLOWED = _("Good news: you can redeem your points and vouchers again.")
NOT_YOU = _("If you didn't ask for that, please write “person” at once.")


async def redemption_allowed(talk: Talk) -> None:
    """Say so."""
    talk.say(ALLOWED)
    talk.say(NOT_YOU)
