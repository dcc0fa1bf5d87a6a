"""Told unasked: a product that the customer waits for is on offer."""

from __future__ import annotations

from flows import recommending
from flows.recommend import show
from locales import _
from talk.engine import Talk

ON_OFFER = _("Something you asked about is on offer now.")
WHY = _("<i>You get this because you asked to hear of it. “stop” ends all news and offers at once.</i>")


async def offer_made(talk: Talk) -> None:
    """Tell of the offer that `offer` names, while it still is one."""
    for card in talk.do("card", recommending.on_offer, talk.args["offer"]):
        talk.say(ON_OFFER)
        show(talk, card, WHY)
