"""What is said when nothing was understood."""

from __future__ import annotations

from locales import _
from talk.engine import Talk


async def fallback(talk: Talk) -> None:
    """Say so, and show the menu."""
    talk.say(_("Sorry, I'm not sure what you mean."))
    await talk.go("menu")
