"""The member card: a QR for the till to scan, with the member's name, tier and number."""

from __future__ import annotations

from flows import effects
from flows.customers import for_customers
from locales import _
from loyalty import effects as loyalty
from talk.engine import Talk

CARD = _("<b>Your member card</b>")
NAME = _("Name: {name}")
TIER = _("Tier: {tier}")
NUMBER = _("Number: {number}")
NO_CARD = _("I can't see a member card for you yet.")


async def card(talk: Talk) -> None:
    """Show the card; a customer without one may get one."""
    if not for_customers(talk):
        return
    if not talk.do("member", effects.is_member):
        talk.say(NO_CARD)
        if not await talk.go("join"):
            return
    shown = talk.do("card", loyalty.card_of)
    talk.say(CARD, picture=shown.picture)
    if shown.name:
        talk.say(NAME, line=True, name=shown.name)
    if shown.tier:
        talk.say(TIER, line=True, tier=shown.tier)
    if shown.number:
        talk.say(NUMBER, line=True, number=shown.number)
    talk.say(_("Show it at the counter to earn and use your points."), line=True)
