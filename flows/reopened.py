"""What a customer writes belongs to a conversation that the team closed."""

from __future__ import annotations

from talk.engine import Talk

REOPENED = "reopened"


async def reopened(talk: Talk) -> None:
    """Let people go on with it."""
    talk.hand_over(REOPENED)
