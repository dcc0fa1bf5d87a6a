"""Linking the member card: a phone number that the messaging app vouches for."""

from __future__ import annotations

from flows import effects
from locales import _
from talk.engine import Talk
from talk.prompts import Choice, Phone, Skippable
from talk.prompts.base import Option

TEAM = Option("team", _("Ask our team"))
LATER = Option("later", _("Not now"))


async def link(talk: Talk) -> bool:
    """Find the customer's card by a proven phone number; whether it is linked now.

    A number that is merely typed proves nothing: anybody could type it.
    """
    number = talk.args.get("phone")
    if number is None:
        answer = await talk.ask(
            "phone",
            _(
                "I can't see a member card for you yet. "
                "Please share the phone number of your card, and I'll look for it."
            ),
            Skippable(Phone()),
        )
        if answer is None:
            return False
        number = answer.number if answer.proven else None
    if number is not None and talk.do("link", effects.link_phone, number):
        talk.say(_("Thank you, I've found your member card."))
        return True
    text = NOT_FOUND if number else NOT_PROVEN
    if await talk.ask("then", text, Choice(TEAM, LATER)) is TEAM:
        talk.hand_over("card_not_found" if number else "phone_not_proven")
    return False


NOT_FOUND = _("I can't find a member card with that number. Our team can look for you.")
NOT_PROVEN = _(
    "To keep your points safe, I can only use a number that your messaging app confirms. "
    "Our team can link your card, or send you a personal link."
)
