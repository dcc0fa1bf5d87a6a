"""Stopping was a slip: the consent that was withdrawn a moment ago holds again."""

from __future__ import annotations

from flows import preferring
from locales import _
from talk.engine import Talk


async def undo_stop(talk: Talk) -> None:
    """Take the withdrawal back; where there was no consent before, ask for one."""
    if talk.do("undo", preferring.undo_stop):
        talk.say(_("All right, news and offers are on again."))
    else:
        await talk.go("news")
