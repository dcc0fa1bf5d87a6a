"""The menu: what can be done here, by who asks."""

from __future__ import annotations

from locales import _
from loyalty import effects as loyalty
from talk.engine import Talk
from talk.prompts import Choice
from talk.prompts.base import Option

POINTS = Option("points", _("My points"))
REWARDS = Option("rewards", _("Rewards"))
VOUCHERS = Option("vouchers", _("My vouchers"))
CARD = Option("card", _("My card"))
HOURS = Option("hours", _("Opening hours"))
MISSING = Option("missing_points", _("Missing points"))
FEEDBACK = Option("feedback", _("Give feedback"))
SETTINGS = Option("preferences", _("Settings"))
LANGUAGE = Option("language", _("Change language"))
PERSON = Option("person", _("Talk to a person"))
RECOMMEND = Option("recommend", _("Recommendations"))
HELP = Option("help", _("Help"))

FOR_CUSTOMERS = (POINTS, REWARDS, VOUCHERS, CARD, RECOMMEND, HOURS, MISSING, FEEDBACK, SETTINGS, PERSON, HELP)
FOR_OTHERS = (HOURS, FEEDBACK, LANGUAGE, SETTINGS, PERSON, HELP)


async def menu(talk: Talk) -> None:
    """Offer what there is, do it, and offer it again."""
    offered = FOR_CUSTOMERS if talk.do("customer", loyalty.is_customer) else FOR_OTHERS
    wish = await talk.ask("wish", _("What can I do for you?"), Choice(*offered, columns=2))
    await talk.go(wish.key)
    await talk.go("menu")
