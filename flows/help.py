"""Help: what the bot can do and the words that always work."""

from __future__ import annotations

from locales import _
from loyalty import effects as loyalty
from talk.engine import Talk

FOR_CUSTOMERS = _(
    "I can show you your points, rewards, vouchers and member card, tell you how points work and when we're open, "
    "and pass you on to our team."
)
FOR_OTHERS = _("I can tell you when we're open, and pass you on to our team.")
WORDS = _(
    "These words work at any time: “menu” for what I can do, “points” for your balance, "
    "“person” to talk to our team, “back” to return to the question before, "
    "and “stop” if you don't want any news from us."
)
WORDS_FOR_OTHERS = _(
    "These words work at any time: “menu” for what I can do, “person” to talk to our team, "
    "“back” to return to the question before, and “stop” if you don't want any news from us."
)


async def help(talk: Talk) -> None:  # noqa: A001 - the customer's word for it
    """Say what can be asked and which words work at any time."""
    if talk.do("customer", loyalty.is_customer):
        talk.say(FOR_CUSTOMERS)
        talk.say(WORDS)
    else:
        talk.say(FOR_OTHERS)
        talk.say(WORDS_FOR_OTHERS)
