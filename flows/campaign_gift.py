"""The gift that came with a campaign's message: given to the one who was sent it, once."""

from __future__ import annotations

from collections.abc import Mapping

from flows import campaigning, effects
from flows.customers import for_customers
from flows.rewards import HERE
from flows.voucher import show_voucher
from locales import Text, _, n_
from outreach.campaigns.gifting import Given
from talk.engine import Talk

NOT_YOURS = _(
    "I can't find a gift for you with that message. If there should be one, write “person” to ask our team."
)
NEEDS_CARD = _("This gift goes onto a member card, and I can't see one for you yet.")
WAITS = _("All right. The gift stays yours: press its button again once you have a card.")
GIVEN = n_("Here you are: {points} point as a gift.", "Here you are: {points} points as a gift.", "points")
UNTIL = _("Please use them by {day}.")
HAD = n_(
    "You've had this gift already: {points} point. You'll find it in your account.",
    "You've had this gift already: {points} points. You'll find them in your account.",
    "points",
)
WHY_NOT: Mapping[str, Text] = {
    "gone": _("I'm sorry, the voucher of this gift is no longer offered."),
    "over": _("I'm sorry, the voucher of this gift could be had until {day}."),
    "not yet": _("The voucher of this gift can be had from {day} on. Please press the button again then."),
    "used up": _("I'm sorry, others have taken all vouchers of this gift."),
    "frozen": _(
        "Your card is stopped for your safety at the moment, so I can't give you the gift now. It stays yours; "
        "write “person” to sort it out."
    ),
}


async def campaign_gift(talk: Talk) -> None:
    """Give it, after a card was made where there is none yet. `about` is the campaign's public id."""
    if not for_customers(talk):
        return
    about = talk.args.get("about", "")
    if not talk.do("mine", campaigning.has_gift, about):
        talk.say(NOT_YOURS)
        return
    if not talk.do("member", effects.is_member):
        talk.say(NEEDS_CARD)
        if not await talk.go("join"):
            talk.say(WAITS)
            return
    _tell(talk, talk.do("take", campaigning.take_gift, about))


def _tell(talk: Talk, given: Given) -> None:
    if given.points:
        talk.say(HAD if given.again else GIVEN, points=given.points)
        if given.points_until is not None and not given.again:
            talk.say(UNTIL, line=True, day=given.points_until)
    if given.voucher is not None:
        talk.say(HERE)
        show_voucher(talk, given.voucher)
    elif given.why_not:
        talk.say(WHY_NOT[given.why_not], day=given.day)
