"""Told unasked after a purchase: the points it earned."""

from __future__ import annotations

from flows.points import BALANCE
from locales import n_
from loyalty import effects as loyalty
from talk.engine import Talk

EARNED = n_(
    "Thank you for your visit. It has earned you {points} point.",
    "Thank you for your visit. It has earned you {points} points.",
    count="points",
)


async def points_earned(talk: Talk) -> None:
    """Tell the `points` that a purchase earned, and the balance."""
    talk.say(EARNED, points=talk.args["points"])
    talk.say(BALANCE, line=True, points=talk.do("account", loyalty.account_of).balance)
