"""Whether what is known of a customer may decide what they hear."""

from __future__ import annotations

from flows import preferring
from locales import _
from talk.engine import Talk
from talk.prompts import YesNo

# The wording that is consented to; a change of the sentence is a new version.
WORDING = "personal-1"
QUESTION = _(
    "May we use what you buy and look at to choose what we tell you? If not, you get the same as everybody, and "
    "your points stay as they are."
)


async def personal(talk: Talk) -> None:
    """Ask for the consent and record the answer with the wording it was given to."""
    if await talk.ask("consent", QUESTION, YesNo()):
        talk.do("grant", preferring.set_personalised, True, WORDING)
        talk.say(_("Thank you. We'll choose with care."))
    else:
        talk.do("withdraw", preferring.set_personalised, False, WORDING)
        talk.say(_("All right, you'll get the same as everybody."))
