"""News: the consent to be written to."""

from __future__ import annotations

from flows import effects
from locales import _
from talk.engine import Talk
from talk.prompts import YesNo

# The wording that is consented to; a change of the sentence is a new version.
WORDING = "news-1"
QUESTION = _(
    "Would you like to hear from us about news, offers and your birthday? "
    "That's at most one message a day, never at night, and “stop” ends it at once."
)


CONSENT = "news"  # the question's key: a stop word is its answer


async def news(talk: Talk) -> None:
    """Ask for the consent and record the answer with the wording it was given to."""
    if await talk.ask(CONSENT, QUESTION, YesNo()):
        talk.do("grant", effects.grant_marketing, WORDING)
        talk.say(_("Thank you. We'll keep it short."))
    else:
        talk.do("withdraw", effects.withdraw_marketing, WORDING)
        talk.say(_("All right, we won't send you any news or offers."))
