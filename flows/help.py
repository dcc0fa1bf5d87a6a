"""Help: what the bot can do and the words that always work."""

from __future__ import annotations

from locales import _
from talk.engine import Talk


async def help(talk: Talk) -> None:  # noqa: A001 - the customer's word for it
    """Say what can be asked and which words work at any time."""
    talk.say(_("I can tell you about your points and rewards, and pass you on to our team."))
    talk.say(
        _(
            "These words work at any time: “menu” for what I can do, “points” for your balance, "
            "“person” to talk to our team, “back” to return to the question before, "
            "and “stop” if you don't want any news from us."
        )
    )
