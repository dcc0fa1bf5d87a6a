"""A customer need not hear of offers of a product after all."""

from __future__ import annotations

from flows import recommending
from flows.not_interested import UNKNOWN
from locales import _
from talk.engine import Talk, aside


@aside
async def offer_unwatch(talk: Talk) -> None:
    """Forget that they wanted to."""
    name = talk.do("unwatch", recommending.unwatch, talk.args.get("about", ""))
    talk.say(_("All right, I won't tell you about offers of {product}.") if name else UNKNOWN, product=name)
