"""A customer wants to hear when a product is on offer."""

from __future__ import annotations

from flows import effects, recommending
from flows.not_interested import UNKNOWN
from locales import _
from talk.engine import Talk, aside
from talk.exchange import ABOUT_MARK
from talk.prompts import Option

WATCHED = _("All right, I'll tell you when {product} is on offer.")
NO_NEWS = _(
    "I've noted {product}. To hear of offers you also need to have news and offers switched on: just send “start”."
)


@aside
async def offer_watch(talk: Talk) -> None:
    """Note it, with a way back; who gets no news is told what is missing."""
    about = talk.args.get("about", "")
    name = talk.do("watch", recommending.watch, about)
    if not name:
        talk.say(UNKNOWN)
        return
    undo = Option(f"offer_unwatch{ABOUT_MARK}{about}", _("Undo"))
    heard = talk.do("heard", effects.gets_news)
    talk.say(WATCHED if heard else NO_NEWS, product=name, commands=(undo,))
