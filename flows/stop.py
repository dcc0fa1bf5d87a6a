"""Stop: no more news or offers, at once."""

from __future__ import annotations

from flows import effects
from locales import _
from talk.engine import Talk
from talk.prompts import Option, YesNo

WORDING = "stop"  # it was asked for, in words of the customer's own
UNDO = Option("undo_stop", _("Undo"))
STOPPED = _("Done. We won't send you any news or offers.")
WHAT_REMAINS = _(
    "You'll still hear from us about what you do yourself: answers to your requests, points you earn, vouchers you "
    "use, changes of your card, and points that are about to expire. “start” turns news on again."
)


async def stop(talk: Talk) -> None:
    """Withdraw the consent to news; when the word stood inside a longer sentence, ask first."""
    sure = talk.args.get("sure") or await talk.ask(
        "sure", _("Would you like us to stop sending you news and offers?"), YesNo()
    )
    if not sure:
        talk.say(_("All right, nothing has changed."))
        return
    talk.do("withdraw", effects.withdraw_marketing, WORDING)
    talk.say(STOPPED)
    talk.say(WHAT_REMAINS, commands=(UNDO,))
