"""Becoming a member: a new card at once, or the card somebody has already."""

from __future__ import annotations

from flows.link import LATER
from locales import _
from loyalty import effects as loyalty
from talk.engine import Talk
from talk.prompts import Choice
from talk.prompts.base import Option

QUESTION = _("Would you like a member card, or do you have one already?")
NEW = Option("new", _("Get a card"))
LINK = Option("link", _("I have a card"))


async def join(talk: Talk) -> bool:
    """Offer a card; whether the customer is a member now."""
    way = await talk.ask("way", QUESTION, Choice(NEW, LINK, LATER))
    if way is NEW:
        talk.do("open", loyalty.become_member)
        talk.say(_("Welcome, you're a member now, and your next purchase earns points."))
        return True
    return way is LINK and bool(await talk.go("link"))
