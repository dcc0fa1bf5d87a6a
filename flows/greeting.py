"""Told on a contact's day: a greeting, with its gift, and why it came."""

from __future__ import annotations

from flows.menu import VOUCHERS
from flows.points import EXPIRY
from locales import _, n_
from outreach import gifts
from outreach.gifts import Celebration
from store.anniversaries import BIRTHDAY
from talk.engine import Talk

BIRTHDAY_NAMED = _("Happy birthday, {name}. We wish you joy and good health in the year ahead.")
BIRTHDAY_UNNAMED = _("Happy birthday. We wish you joy and good health in the year ahead.")
MEMBER_NAMED = n_(
    "Hello {name}, you've been a member with us for {years} year now. Thank you for staying with us.",
    "Hello {name}, you've been a member with us for {years} years now. Thank you for staying with us.",
    count="years",
)
MEMBER_UNNAMED = n_(
    "You've been a member with us for {years} year now. Thank you for staying with us.",
    "You've been a member with us for {years} years now. Thank you for staying with us.",
    count="years",
)
POINTS = n_(
    "Here is a small gift from us: {points} point, already in your account.",
    "Here is a small gift from us: {points} points, already in your account.",
    count="points",
)
REWARD = _("We also have a voucher for you: <b>{reward}</b>.")
ONLY_REWARD = _("Here is a small gift from us, a voucher: <b>{reward}</b>.")
REWARD_UNTIL = _("The voucher can be used until {day}.")
WHY_BIRTHDAY = _(
    "<i>You get this because we have your birthday and you agreed to hear from us. “stop” ends it at once.</i>"
)
WHY_MEMBER = _(
    "<i>You get this because you have our member card and agreed to hear from us. “stop” ends it at once.</i>"
)


async def greeting(talk: Talk) -> None:
    """Greet on the day that `occasion` and `occurrence` name."""
    occasion = talk.args["occasion"]
    day = talk.do("celebrate", gifts.celebrate, occasion, talk.args["occurrence"])
    if occasion == BIRTHDAY:
        talk.say(BIRTHDAY_NAMED if day.name else BIRTHDAY_UNNAMED, name=day.name)
    else:
        talk.say(MEMBER_NAMED if day.name else MEMBER_UNNAMED, name=day.name, years=day.years)
    _tell_gifts(talk, day)
    why = WHY_BIRTHDAY if occasion == BIRTHDAY else WHY_MEMBER
    talk.say(why, commands=(VOUCHERS,) if day.reward else ())


def _tell_gifts(talk: Talk, day: Celebration) -> None:
    if day.points:
        talk.say(POINTS, points=day.points)
        if day.points_until is not None:
            talk.say(EXPIRY, line=True, points=day.points, day=day.points_until)
    if day.reward:
        talk.say(REWARD if day.points else ONLY_REWARD, reward=day.reward)
        if day.reward_until is not None:
            talk.say(REWARD_UNTIL, line=True, day=day.reward_until)
