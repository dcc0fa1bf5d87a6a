"""Points: the balance, what expires next, and the history."""

from __future__ import annotations

from flows import effects
from locales import _, n_
from loyalty import effects as loyalty
from talk.engine import Talk
from talk.prompts import Choice
from talk.prompts.base import Option

NO_CARD = _("I can't see a member card for you yet.")
EARNING = n_(
    "With a card, every {amount} you spend earns {points} point.",
    "With a card, every {amount} you spend earns {points} points.",
    count="points",
)
BALANCE = n_("You have {points} point.", "You have {points} points.", count="points")
EXPIRY = n_("{points} point will expire on {day}.", "{points} points will expire on {day}.", count="points")
TIER = _("Your tier is {tier}.")
EARNED = n_("{day}: {points} point earned", "{day}: {points} points earned", count="points")
SPENT = n_("{day}: {points} point redeemed", "{day}: {points} points redeemed", count="points")
EXPIRED = n_("{day}: {points} point expired", "{day}: {points} points expired", count="points")
LINES = {"earn": EARNED, "spend": SPENT, "expire": EXPIRED}

HISTORY = Option("history", _("Points history"))
EARLIER = Option("history", _("Earlier entries"))
REWARDS = Option("rewards", _("See rewards"))
DONE = Option("done", _("That's all, thanks"))
NEXT = _("What would you like to see next?")


async def points(talk: Talk) -> None:
    """Tell the balance; then, unless asked to be brief, show the history or the rewards as wished."""
    if not talk.do("member", effects.is_member):
        talk.say(NO_CARD)
        rate = talk.do("rate", loyalty.earning_rate)
        if rate.points:
            talk.say(EARNING, line=True, points=rate.points, amount=rate.amount)
        if not await talk.go("link"):
            return
    account = talk.do("account", loyalty.account_of)
    talk.say(BALANCE, points=account.balance)
    if account.next_expiry is not None:
        talk.say(EXPIRY, line=True, points=account.next_expiry_points, day=account.next_expiry)
    if account.tier:
        talk.say(TIER, line=True, tier=account.tier)
    if talk.args.get("brief"):
        return
    wish = await talk.ask("next", NEXT, Choice(HISTORY, REWARDS, DONE))
    if wish is HISTORY:
        await _history(talk)
    elif wish is REWARDS:
        await talk.go("rewards")


async def _history(talk: Talk) -> None:
    number = 1
    while True:
        page = talk.do("page", loyalty.history_page, number)
        if not page.lines:
            talk.say(_("There are no entries yet. Points from your purchases will show here."))
            return
        for line in page.lines:
            talk.say(LINES[line.kind], line=True, day=line.at.date(), points=abs(line.points))
        if not page.more or await talk.ask("more", NEXT, Choice(EARLIER, DONE)) is DONE:
            return
        number += 1
