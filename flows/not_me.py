"""Somebody else linked the customer's card."""

from __future__ import annotations

from locales import _
from talk.engine import Talk


async def not_me(talk: Talk) -> None:
    """Give it to people at once."""
    talk.say(_("Thank you for telling us. We'll look into it right away."))
    talk.hand_over("card_linked_by_another")
