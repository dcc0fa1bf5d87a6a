"""Told unasked when the till takes something back that it had told of."""

from __future__ import annotations

from flows.points import BALANCE
from locales import _, n_
from loyalty import effects as loyalty
from talk.engine import Talk

POINTS = n_(
    "The till has taken back {points} point that was booked by mistake.",
    "The till has taken back {points} points that were booked by mistake.",
    count="points",
)
VOUCHER = _("The till has undone a mistake: your voucher can be used again ({reward}).")


async def till_undone(talk: Talk) -> None:
    """Tell that an earning of `points`, or the use of a `voucher` (its public id), was undone."""
    if talk.args.get("voucher"):
        talk.say(VOUCHER, reward=talk.do("reward", loyalty.voucher_name, talk.args["voucher"]))
    if talk.args.get("points"):
        talk.say(POINTS, points=talk.args["points"])
        talk.say(BALANCE, line=True, points=talk.do("account", loyalty.account_of).balance)
