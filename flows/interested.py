"""“Not interested” was a slip."""

from __future__ import annotations

from flows import recommending
from flows.not_interested import UNKNOWN
from locales import _
from talk.engine import Talk, aside


@aside
async def interested(talk: Talk) -> None:
    """Let the product be suggested again."""
    name = talk.do("take_back", recommending.interested, talk.args.get("about", ""))
    talk.say(_("All right, I may suggest {product} to you again.") if name else UNKNOWN, product=name)
