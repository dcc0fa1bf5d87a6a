"""Somebody wants to complain, and says so."""

from __future__ import annotations

from talk.engine import Talk


async def complaint(talk: Talk) -> None:
    """Hear the complaint; which kind of feedback it is need not be asked."""
    await talk.go("feedback", kind="complaint")
