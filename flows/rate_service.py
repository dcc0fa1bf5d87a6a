"""After a conversation with the team: how was it?"""

from __future__ import annotations

import datetime as dt

from flows import rating
from locales import _
from talk.engine import Late, Talk, fleeting
from talk.prompts import FreeText, Scale, Skippable

WITHIN = dt.timedelta(days=1)


@fleeting
async def rate_service(talk: Talk) -> None:
    """Ask once, take a comment, and never come back to it."""
    question = _("How happy are you with how our team served you?")
    stars = await talk.ask("stars", question, Skippable(Scale.stars()), within=WITHIN)
    if isinstance(stars, Late) or stars is None:
        return
    talk.do("rate", rating.rate, talk.args.get("conversation", ""), stars)
    more = _("Thank you. What should we do better?") if stars <= rating.LOW else _("Thank you. Anything to add?")
    words = await talk.ask("words", more, Skippable(FreeText()), within=WITHIN)
    if isinstance(words, Late) or words is None:
        return
    talk.do("comment", rating.comment, talk.args.get("conversation", ""), words)
    talk.say(_("Thank you. Our team reads this."))
