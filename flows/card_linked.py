"""A member's card was linked to another chat: the chats that had it before hear of it."""

from __future__ import annotations

from locales import _
from talk.engine import Talk
from talk.prompts import Option

NOT_ME = Option("not_me", _("That wasn't me"))


async def card_linked(talk: Talk) -> None:
    """Tell it, and let whoever did not do it say so."""
    talk.say(
        _(
            "Your member card has just been linked to another chat. If that was you, all is well: your points are "
            "the same in both. If it wasn't, please tell us at once."
        ),
        commands=(NOT_ME,),
    )
