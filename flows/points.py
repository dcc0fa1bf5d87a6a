"""Points: the balance, what comes and what expires next, the tier, and the history."""

from __future__ import annotations

from flows import effects
from flows.card import NO_CARD
from flows.customers import for_customers
from locales import Text, _, n_
from loyalty import effects as loyalty
from loyalty.ledger import Account
from store.ledger_kinds import EntryKind
from talk.engine import Talk
from talk.prompts import Choice
from talk.prompts.base import Option

EARNING = n_(
    "With a card, every {amount} you spend earns {points} point.",
    "With a card, every {amount} you spend earns {points} points.",
    count="points",
)
BALANCE = n_("You have {points} point.", "You have {points} points.", count="points")
PENDING = n_(
    "{points} more point is on its way and can be spent from {day}.",
    "{points} more points are on their way; the first can be spent from {day}.",
    count="points",
)
HELD = n_(
    "{points} point is set aside for the reward you're choosing.",
    "{points} points are set aside for the reward you're choosing.",
    count="points",
)
EXPIRY = n_("{points} point will expire on {day}.", "{points} points will expire on {day}.", count="points")
DEBT = n_(
    "{points} point is still to be made up for a purchase that was returned. Your next points go towards it.",
    "{points} points are still to be made up for a purchase that was returned. Your next points go towards them.",
    count="points",
)
TIER = _("Your tier is {tier}.")
TIER_UNTIL = _("Your tier is {tier}, and it's yours until at least {day}.")
NEXT_TIER = n_(
    "{points} more point takes you to {tier}.", "{points} more points take you to {tier}.", count="points"
)

EARNED = n_("{day}: {points} point earned", "{day}: {points} points earned", count="points")
GIVEN = n_("{day}: {points} point as a gift", "{day}: {points} points as a gift", count="points")
SPENT = n_("{day}: {points} point redeemed", "{day}: {points} points redeemed", count="points")
DONATED = n_("{day}: {points} point donated", "{day}: {points} points donated", count="points")
RESTORED = n_(
    "{day}: {points} point back from a voucher", "{day}: {points} points back from a voucher", count="points"
)
EXPIRED = n_("{day}: {points} point expired", "{day}: {points} points expired", count="points")
RETURNED = n_(
    "{day}: {points} point taken back for a return",
    "{day}: {points} points taken back for a return",
    count="points",
)
ADDED = n_("{day}: {points} point added by our team", "{day}: {points} points added by our team", count="points")
TAKEN_OFF = n_(
    "{day}: {points} point taken off by our team", "{day}: {points} points taken off by our team", count="points"
)
JOINED = n_(
    "{day}: {points} point from your other card", "{day}: {points} points from your other card", count="points"
)
PARTED = n_("{day}: {points} point to your other card", "{day}: {points} points to your other card", count="points")
LINES: dict[EntryKind, Text] = {
    "earn": EARNED,
    "pend": EARNED,
    "gift": GIVEN,
    "spend": SPENT,
    "donate": DONATED,
    "restore": RESTORED,
    "expire": EXPIRED,
    "reverse": RETURNED,
    "owe": RETURNED,
    "adjust": ADDED,
    "deduct": TAKEN_OFF,
    "join": JOINED,
    "part": PARTED,
}

HISTORY = Option("history", _("Points history"))
EARLIER = Option("history", _("Earlier entries"))
REWARDS = Option("rewards", _("See rewards"))
RULES = Option("rules", _("How points work"))
DONE = Option("done", _("That's all, thanks"), declines=True)
NEXT = _("What would you like to see next?")


async def points(talk: Talk) -> None:
    """Tell the balance; then, unless asked to be brief, show the history, the rewards or the rules as wished."""
    if not for_customers(talk) or not await _has_card(talk):
        return
    account = talk.do("account", loyalty.account_of)
    _tell(talk, account)
    if talk.args.get("brief"):
        return
    wish = await talk.ask("next", NEXT, Choice(HISTORY, REWARDS, RULES, DONE, columns=2))
    if wish is HISTORY:
        await _history(talk)
    elif wish is REWARDS:
        await talk.go("rewards")
    elif wish is RULES:
        await talk.go("rules")


async def _has_card(talk: Talk) -> bool:
    if talk.do("member", effects.is_member):
        return True
    talk.say(NO_CARD)
    rate = talk.do("rate", loyalty.earning_rate)
    if rate.points:
        talk.say(EARNING, line=True, points=rate.points, amount=rate.amount)
    return bool(await talk.go("join"))


def _tell(talk: Talk, account: Account) -> None:
    talk.say(BALANCE, points=account.balance)
    if account.held:
        talk.say(HELD, line=True, points=account.held)
    if account.pending and account.next_maturity is not None:
        talk.say(PENDING, line=True, points=account.pending, day=account.next_maturity)
    if account.next_expiry is not None:
        talk.say(EXPIRY, line=True, points=account.next_expiry_points, day=account.next_expiry)
    if account.debt:
        talk.say(DEBT, line=True, points=account.debt)
    if account.tier_until is not None:
        talk.say(TIER_UNTIL, line=True, tier=account.tier, day=account.tier_until)
    elif account.tier:
        talk.say(TIER, line=True, tier=account.tier)
    if account.next_tier:
        talk.say(NEXT_TIER, line=True, points=account.missing, tier=account.next_tier)


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
