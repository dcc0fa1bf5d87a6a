"""Linking the member card: a phone number that the messaging app vouches for."""

from __future__ import annotations

from typing import Literal

from flows import effects
from locales import Text, _
from talk.engine import Talk
from talk.prompts import Choice, Phone, Skippable
from talk.prompts.base import Option

TEAM = Option("team", _("Ask our team"))
LATER = Option("later", _("Not now"))


async def link(talk: Talk) -> bool:
    """Find the customer's card by a proven phone number; whether it is linked now.

    A number that is merely typed proves nothing: anybody could type it.
    """
    number = talk.args.get("phone")
    if number is None:
        if not talk.do("vouches", effects.phone_is_vouched_for):
            return await _offer_team(talk, BY_TEAM, "card_not_linked")
        answer = await talk.ask("phone", SHARE, Skippable(Phone()))
        if answer is None:
            return False
        if not answer.proven:
            return await _offer_team(talk, NOT_PROVEN, "phone_not_proven")
        number = answer.number
    if talk.do("link", effects.link_phone, number):
        talk.say(_("Thank you, I've found your member card."))
        return True
    return await _offer_team(talk, NOT_FOUND, "card_not_found")


async def _offer_team(talk: Talk, why: Text, reason: str) -> Literal[False]:
    """Let people do what I can't; the card is not linked."""
    if await talk.ask("then", why, Choice(TEAM, LATER)) is TEAM:
        talk.hand_over(reason)
    return False


SHARE = _("Please share the phone number of your card, and I'll look for it.")
BY_TEAM = _("If you have a card, our team can link it to this chat, or send you a personal link.")
NOT_FOUND = _("I can't find a member card with that number. Our team can look for you.")
NOT_PROVEN = _(
    "To keep your points safe, I can only use a number that your messaging app confirms. "
    "Our team can link your card, or send you a personal link."
)
