"""A product is not wanted: it is not suggested again."""

from __future__ import annotations

from flows import recommending
from locales import _
from talk.engine import Talk, aside
from talk.exchange import ABOUT_MARK
from talk.prompts import Option

UNKNOWN = _("I don't know that product any more, so nothing has changed.")


@aside
async def not_interested(talk: Talk) -> None:
    """Remember it, with a way back."""
    about = talk.args.get("about", "")
    name = talk.do("refuse", recommending.not_interested, about)
    if not name:
        talk.say(UNKNOWN)
        return
    undo = Option(f"interested{ABOUT_MARK}{about}", _("Undo"))
    talk.say(_("All right, I won't suggest {product} to you again."), product=name, commands=(undo,))
