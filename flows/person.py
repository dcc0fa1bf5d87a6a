"""A customer wants to talk to a person."""

from __future__ import annotations

from talk.engine import Talk


async def person(talk: Talk) -> None:
    """Put the conversation into the team's queue."""
    talk.hand_over("asked_for_person")
