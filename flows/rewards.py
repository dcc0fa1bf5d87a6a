"""Rewards: what points can be had for, and having one."""

from __future__ import annotations

import datetime as dt

from flows import effects
from flows.card import NO_CARD
from flows.customers import for_customers
from flows.voucher import show_voucher
from locales import _, n_, verbatim
from loyalty import effects as loyalty
from loyalty.effects import NotReserved
from loyalty.freezing import Frozen
from loyalty.ledger import Refused
from loyalty.rewards import Donated, NotForYou, Reserved, Reward
from loyalty.vouchers import Voucher
from talk.engine import LATE, Talk
from talk.prompts import Choice, YesNo
from talk.prompts.base import Option

MOST = 10  # rewards that a question offers: those of the last pages
TIME_TO_DECIDE = dt.timedelta(minutes=10)  # less than a reservation holds

NONE = _("There are no rewards at the moment. Your points keep their value until they expire.")
HEAD = n_(
    "You have {points} point. This is what points can be exchanged for:",
    "You have {points} points. This is what points can be exchanged for:",
    count="points",
)
PRICE = n_("<b>{reward}</b>: {points} point", "<b>{reward}</b>: {points} points", count="points")
FREE = _("<b>{reward}</b>: no points needed")
MISSING = n_("You need {points} more point for it.", "You need {points} more points for it.", count="points")
FOR_TIER = _("For members from {tier} upwards.")
NO_STOCK = _("There are none left at the moment.")
HAD = _("You've had this one already.")

MORE = Option("more", _("More rewards"))
DONE = Option("done", _("Nothing for now"), declines=True)
CHOOSE = _("Which one would you like?")
NOTHING_YET = _("There's nothing here for you to choose yet.")

COST = n_("<b>{reward}</b> takes {points} point.", "<b>{reward}</b> takes {points} points.", count="points")
LEFT = n_(
    "After that you'll have {points} point left.", "After that you'll have {points} points left.", count="points"
)
REDEEM = _("Shall I redeem <b>{reward}</b> now?")
TAKE = _("Shall I give you <b>{reward}</b> now?")
DONATE = _("Shall I donate for <b>{reward}</b> now?")
KEPT = _("All right, your points stay where they are.")
TOO_LATE = _("I haven't heard from you, so I've put your points back. Nothing is lost; just choose again.")
NO_ANSWER = _("I haven't heard from you, so I've left it at that. Just choose again when you like.")
NOT_TAKEN = _("All right, I've left it at that.")
LAPSED = _("It's no longer set aside for you, so I haven't taken any points. Please choose again.")
THANKS = n_(
    "Thank you. {points} point goes to: {reward}.", "Thank you. {points} points go to: {reward}.", count="points"
)
HERE = _("Here it is. You'll also find it under your vouchers.")

GONE = _("I'm afraid somebody else has just taken the last one. Your points are untouched.")
NOT_YOUR_TIER = _("That one is for members of a higher tier. Your points are untouched.")
NOT_AGAIN = _("You've had that one already, so I can't give you another. Your points are untouched.")
NOT_THERE = _("That one is no longer offered. Your points are untouched.")
TOO_FEW = n_(
    "You need {points} more point for that one.", "You need {points} more points for that one.", count="points"
)
STOPPED = _(
    "Redeeming is stopped for your safety at the moment. Your points are untouched; write “person” to sort it out."
)
NOT_FOR_YOU = {"tier": NOT_YOUR_TIER, "limit": NOT_AGAIN, "unknown": NOT_THERE}


async def rewards(talk: Talk) -> None:
    """Show the rewards in pages; redeem the one that is chosen."""
    if not for_customers(talk):
        return
    if talk.do("reserved", loyalty.has_reserved):  # who looks for another has left what they chose before
        talk.do("leave", loyalty.leave)
    member = talk.do("member", effects.is_member)
    number, offered = 1, dict[Option, Reward]()
    while True:
        page = talk.do("page", loyalty.rewards_page, number)
        if number == 1 and not page.rewards:
            talk.say(NONE)
            return
        if number == 1 and member:
            talk.say(HEAD, points=talk.do("account", loyalty.account_of).balance)
        for reward in page.rewards:
            _show(talk, reward, member)
        if not member:
            await _offer_card(talk)
            return
        offered = dict([*offered.items(), *_offered(page, number).items()][-MOST:])
        chosen = await _choose(talk, offered, page)
        if isinstance(chosen, Reward):
            await _redeem(talk, chosen)
        if chosen is not MORE:
            return
        number += 1


def _show(talk: Talk, reward: Reward, member: bool) -> None:
    price = PRICE if reward.points else FREE
    talk.say(price, picture=reward.picture, reward=reward.name, points=reward.points)
    if reward.about:
        talk.say(verbatim(reward.about), line=True)
    if reward.why_not == "tier":
        talk.say(FOR_TIER, line=True, tier=reward.tier)
    elif reward.why_not == "stock":
        talk.say(NO_STOCK, line=True)
    elif reward.why_not == "limit":
        talk.say(HAD, line=True)
    elif reward.missing and member:
        talk.say(MISSING, line=True, points=reward.missing)


async def _offer_card(talk: Talk) -> None:
    talk.say(NO_CARD)
    if not talk.args.get("brief"):
        await talk.go("join")


async def _choose(talk: Talk, offered: dict[Option, Reward], page: loyalty.RewardsPage) -> Reward | Option | None:
    """The reward that is wanted, MORE, or None."""
    if talk.args.get("brief"):
        return None
    if not offered and not page.more:
        talk.say(NOTHING_YET)
        return None
    wish = await talk.ask("choose", CHOOSE, Choice(*offered, *([MORE] if page.more else []), DONE))
    return offered.get(wish, wish if wish is MORE else None)


def _offered(page: loyalty.RewardsPage, number: int) -> dict[Option, Reward]:
    return {
        Option(f"reward-{number}-{place}", verbatim(reward.name)): reward
        for place, reward in enumerate(page.rewards)
        if not reward.why_not
    }


async def _redeem(talk: Talk, reward: Reward) -> None:
    held = talk.do("reserve", loyalty.reserve, reward.code)
    if not isinstance(held, Reserved):
        _refuse(talk, held)
        return
    if held.points:  # what it costs now, whatever it did when it was shown
        talk.say(COST, reward=reward.name, points=held.points)
        talk.say(LEFT, line=True, points=talk.do("left", loyalty.account_of).balance)
    question = TAKE if not held.points else DONATE if reward.kind == "donation" else REDEEM
    sure = await talk.ask("sure", question, YesNo(), within=TIME_TO_DECIDE, reward=reward.name)
    if sure is True:
        _take(talk, reward, held)
        return
    talk.do("give_up", loyalty.give_up, held.key)
    late, kept = (TOO_LATE, KEPT) if held.points else (NO_ANSWER, NOT_TAKEN)
    talk.say(late if sure is LATE else kept)


def _take(talk: Talk, reward: Reward, held: Reserved) -> None:
    taken = talk.do("confirm", loyalty.confirm, held.key)
    if isinstance(taken, Voucher):
        talk.say(HERE)
        show_voucher(talk, taken)
    elif isinstance(taken, Donated):
        talk.say(THANKS, points=taken.points, reward=reward.name)
    elif isinstance(taken, Frozen):
        talk.say(STOPPED)
    else:
        talk.say(LAPSED)


def _refuse(talk: Talk, refused: NotReserved) -> None:
    if isinstance(refused, Refused):
        talk.say(TOO_FEW, points=refused.missing)
    elif isinstance(refused, NotForYou):
        talk.say(NOT_FOR_YOU[refused.reason])
    elif isinstance(refused, Frozen):
        talk.say(STOPPED)
    else:
        talk.say(GONE)
