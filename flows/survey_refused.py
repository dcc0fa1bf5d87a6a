"""“No, thanks” to a survey: it is not asked about again, and no other is, if that is wanted."""

from __future__ import annotations

from flows import declining
from locales import _
from talk.engine import Talk
from talk.prompts import Choice, Option

NEVER = Option("never", _("No more surveys"))
FINE = Option("fine", _("Ask me now and then"))

DECLINED = _("All right, we won't ask you about this again.")
HAD_IT = _("You've answered this survey already. Thank you.")
QUESTION = _("Shall we leave you alone with surveys altogether?")
REFUSED = _("Done. We won't send you any surveys. You can change that under “Settings”.")
THANKS = _("Thank you. We'll ask seldom.")


async def survey_refused(talk: Talk) -> None:
    """Take the no, and ask whether it is meant for all surveys. `about` is the invitation's public id."""
    if talk.do("decline", declining.decline, talk.args.get("about", "")) == "answered":
        talk.say(HAD_IT)
        return
    talk.say(DECLINED)
    if talk.do("refused", declining.is_refused):
        return
    if await talk.ask("never", QUESTION, Choice(NEVER, FINE)) is NEVER:
        talk.do("never", declining.never_again)
        talk.say(REFUSED)
    else:
        talk.say(THANKS)
