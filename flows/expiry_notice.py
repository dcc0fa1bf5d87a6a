"""Told a month and a week before points expire: how many, by when, and what they are good for."""

from __future__ import annotations

from flows.vouchers import REWARDS
from locales import _, n_
from outreach import expiry
from talk.engine import Talk

EXPIRE = n_(
    "A reminder in good time: {points} of your points expires on {day}.",
    "A reminder in good time: {points} of your points expire on {day}.",
    count="points",
)
EXPIRE_OVER_DAYS = n_(
    "A reminder in good time: {points} of your points expires between {day} and {until}.",
    "A reminder in good time: {points} of your points expire between {day} and {until}.",
    count="points",
)
ENOUGH_FOR = _("With what you have, you could treat yourself to <b>{reward}</b>.")
LOOK = _("Have a look at what your points can get you.")


async def expiry_notice(talk: Talk) -> None:
    """Tell of the points that expire on the day named by `occurrence`, and in the week that it begins."""
    notice = talk.do("notice", expiry.notice, talk.args["occurrence"])
    if notice.until > notice.day:
        talk.say(EXPIRE_OVER_DAYS, points=notice.points, day=notice.day, until=notice.until)
    else:
        talk.say(EXPIRE, points=notice.points, day=notice.day)
    talk.say(ENOUGH_FOR if notice.reward else LOOK, line=True, reward=notice.reward, commands=(REWARDS,))
