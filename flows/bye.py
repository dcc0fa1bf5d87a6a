"""A customer said goodbye."""

from __future__ import annotations

from locales import _
from talk.engine import Talk, aside


@aside
async def bye(talk: Talk) -> None:
    """Answer kindly, and leave an open question as it stands."""
    talk.say(_("Goodbye for now. I'm here whenever you need me."))
