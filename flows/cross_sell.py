"""Told unasked after a purchase: what goes with it."""

from __future__ import annotations

from flows import recommending
from flows.recommend import show
from locales import _
from talk.engine import Talk

GOES_WITH = _("Thank you for your visit. Here is something that may go well with what you bought.")
WHY = _("<i>You get this because you bought from us and agreed to hear of offers. “stop” ends it at once.</i>")


async def cross_sell(talk: Talk) -> None:
    """Suggest one product after the purchase of `product`; nothing when nothing goes with it."""
    for card in talk.do("card", recommending.after_purchase, talk.args["product"]):
        talk.say(GOES_WITH)
        show(talk, card, WHY)
