"""The menu: what can be done here."""

from __future__ import annotations

from locales import _
from talk.engine import Talk
from talk.prompts import Choice
from talk.prompts.base import Option

POINTS = Option("points", _("My points"))
REWARDS = Option("rewards", _("Rewards"))
LANGUAGE = Option("language", _("Change language"))
PERSON = Option("person", _("Talk to a person"))
HELP = Option("help", _("Help"))


async def menu(talk: Talk) -> None:
    """Offer what there is, do it, and offer it again."""
    wish = await talk.ask("wish", _("What can I do for you?"), Choice(POINTS, REWARDS, LANGUAGE, PERSON, HELP))
    await talk.go(wish.key)
    await talk.go("menu")
