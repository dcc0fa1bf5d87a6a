"""A customer takes back the wish to have their data erased."""

from __future__ import annotations

from flows import holding
from locales import _
from talk.engine import Talk


async def keep_data(talk: Talk) -> None:
    """Leave everything as it is, if there is still time."""
    if talk.do("keep", holding.keep):
        talk.say(_("All right, nothing is erased. Everything stays as it was."))
    else:
        talk.say(_("Your data aren't about to be erased, so there's nothing to take back."))
