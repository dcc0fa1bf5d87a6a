"""A claim of missing points was decided: the customer hears how, and why."""

from __future__ import annotations

from flows.points import BALANCE
from locales import _, n_
from loyalty import effects as loyalty
from talk.engine import Talk

ADDED = n_(
    "Good news about your request <code>{number}</code>: {points} point has been added to your account.",
    "Good news about your request <code>{number}</code>: {points} points have been added to your account.",
    count="points",
)
TOO_SMALL = _(
    "We've accepted your request <code>{number}</code>. The purchase was too small to earn a point, though."
)
REFUSED = _("We've looked into your request <code>{number}</code>, but couldn't add points. The reason: {reason}")
AGAIN = _("If you see it differently, just send “person”, and our team will look at it once more.")


async def claim_decided(talk: Talk) -> None:
    """Tell the points and the new balance, or the reason."""
    told = talk.args
    if not told["approved"]:
        talk.say(REFUSED, number=told["number"], reason=told["reason"])
        talk.say(AGAIN)
        return
    if not told["points"]:
        talk.say(TOO_SMALL, number=told["number"])
        return
    talk.say(ADDED, number=told["number"], points=told["points"])
    talk.say(BALANCE, line=True, points=talk.do("account", loyalty.account_of).balance)
