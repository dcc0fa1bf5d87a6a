"""Somebody wants to praise, and says so."""

from __future__ import annotations

from talk.engine import Talk


async def praise(talk: Talk) -> None:
    """Hear the praise; which kind of feedback it is need not be asked."""
    await talk.go("feedback", kind="praise")
