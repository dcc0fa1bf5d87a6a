"""A customer said thank you."""

from __future__ import annotations

from locales import _
from talk.engine import Talk, aside


@aside
async def thanks(talk: Talk) -> None:
    """Answer kindly, and leave an open question as it stands."""
    talk.say(_("You're welcome. I'm here whenever you need me."))
