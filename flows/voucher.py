"""One voucher as its customer sees it: the picture for the till, what it is good for and until when."""

from __future__ import annotations

from locales import _, verbatim
from loyalty.pictures import voucher_ref
from loyalty.vouchers import Voucher
from talk.engine import Talk

NAME = _("Your voucher: <b>{reward}</b>")
UNTIL = _("Valid until {day}.")
NO_END = _("It has no expiry date.")
SHOW = _("Show it at the counter.")
SHOW_CARD = _("Show it at the counter each time you pay.")


def show_voucher(talk: Talk, voucher: Voucher) -> None:
    """Show the voucher. Its code stands in the picture alone, which is drawn when it is sent."""
    talk.say(NAME, picture=voucher_ref(voucher.public_id), reward=voucher.name)
    if voucher.about:
        talk.say(verbatim(voucher.about), line=True)
    if voucher.expires_at is None:
        talk.say(NO_END, line=True)
    else:
        talk.say(UNTIL, line=True, day=voucher.expires_at.date())
    talk.say(SHOW_CARD if voucher.kind == "card" else SHOW, line=True)
