"""Rewards: what points can be redeemed for."""

from __future__ import annotations

from locales import _, n_
from loyalty import effects as loyalty
from talk.engine import Talk

LINE = n_("• {reward}: {points} point", "• {reward}: {points} points", count="points")


async def rewards(talk: Talk) -> None:
    """List the rewards with their points, the cheapest first."""
    found = talk.do("rewards", loyalty.rewards_list)
    if not found:
        talk.say(_("There are no rewards at the moment. Your points keep their value until they expire."))
        return
    talk.say(_("This is what you can redeem your points for at the counter:"))
    for reward in found:
        talk.say(LINE, line=True, reward=reward.name, points=reward.points)
