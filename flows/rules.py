"""How points work, in plain words: every sentence says what the programme says now."""

from __future__ import annotations

from flows.customers import for_customers
from flows.days import days_named, hours_named
from locales import _, n_
from loyalty import effects as loyalty
from loyalty.explained import Facts, PeriodFact, ProductFact
from talk.engine import Talk

HEAD = _("<b>How points work</b>")
EARN = n_(
    "Every {amount} you spend earns {points} point.",
    "Every {amount} you spend earns {points} points.",
    count="points",
)
EARN_NOTHING = _("Purchases don't earn points at the moment.")
PRODUCT = _("• {name}: {times} times the points")
PRODUCT_NOTHING = _("• {name}: no points")
EXTRA = n_("• {name}: {points} extra point each", "• {name}: {points} extra points each", count="points")
FROM_UNTIL = _("From {first} to {last}")
FROM = _("From {first}")
UNTIL = _("Until {last}")
ON_DAYS = _("Days: {days}")
HOURS = _("Time: {hours}")
AT = _("Where: {branches}")

AT_ONCE = _("You can spend your points straight away.")
PENDING = n_(
    "You can spend new points {days} day after the purchase.",
    "You can spend new points {days} days after the purchase.",
    count="days",
)
EXPIRY = n_(
    "Points expire {months} month after you earned them; the oldest are used first.",
    "Points expire {months} months after you earned them; the oldest are used first.",
    count="months",
)
NO_EXPIRY = _("Points don't expire.")
RETURNED = _("If you bring a purchase back, its points go back too.")
SPEND = _("To spend points, choose a reward here and show its voucher at the counter.")

ROLLING = _("<b>Tiers</b> depend on the points you earned in the last 12 months:")
CALENDAR = _("<b>Tiers</b> depend on the points you earned this calendar year:")
LOWEST_TIER = _("• {tier}: from the start")
TIER = n_("• {tier}: from {points} point", "• {tier}: from {points} points", count="points")
TIER_TIMES = n_(
    "• {tier}: from {points} point, and purchases earn {times} times the points",
    "• {tier}: from {points} points, and purchases earn {times} times the points",
    count="points",
)
KEEP_ONE = n_(
    "A tier is yours for {months} month after you last reached it; after that you may move down by one.",
    "A tier is yours for {months} months after you last reached it; after that you may move down by one.",
    count="months",
)
KEEP_EARNED = n_(
    "A tier is yours for {months} month after you last reached it; after that your points decide anew.",
    "A tier is yours for {months} months after you last reached it; after that your points decide anew.",
    count="months",
)
GIFTS = _("Points we give you as a gift don't count towards a tier.")


async def rules(talk: Talk) -> None:
    """Say what earns points, when they can be spent and expire, and how tiers come and go."""
    if not for_customers(talk):
        return
    facts = talk.do("facts", loyalty.rules_explained)
    talk.say(HEAD)
    _earning(talk, facts)
    _spending(talk, facts)
    if len(facts.tiers) > 1:
        _tiers(talk, facts)


def _earning(talk: Talk, facts: Facts) -> None:
    if not facts.points:
        talk.say(EARN_NOTHING, line=True)
        return
    talk.say(EARN, line=True, points=facts.points, amount=facts.every)
    for product in facts.products:
        _product(talk, product)
    for period in facts.periods:
        _period(talk, period)


def _product(talk: Talk, product: ProductFact) -> None:
    if product.times == 0 and not product.extra:
        talk.say(PRODUCT_NOTHING, line=True, name=product.names)
    if product.times not in (0, 1):
        talk.say(PRODUCT, line=True, name=product.names, times=product.times)
    if product.extra:
        talk.say(EXTRA, line=True, name=product.names, points=product.extra)


def _period(talk: Talk, period: PeriodFact) -> None:
    talk.say(PRODUCT, line=True, name=period.name, times=period.times)
    if period.starts and period.ends:
        talk.say(FROM_UNTIL, line=True, first=period.starts, last=period.ends)
    elif period.starts:
        talk.say(FROM, line=True, first=period.starts)
    elif period.ends:
        talk.say(UNTIL, line=True, last=period.ends)
    if period.weekdays:
        talk.say(ON_DAYS, line=True, days=days_named(period.weekdays))
    if period.hours:
        talk.say(HOURS, line=True, hours=hours_named(*period.hours))
    if period.branches:
        talk.say(AT, line=True, branches=period.branches)


def _spending(talk: Talk, facts: Facts) -> None:
    if facts.pending_days:
        talk.say(PENDING, days=facts.pending_days)
    else:
        talk.say(AT_ONCE)
    if facts.expiry_months:
        talk.say(EXPIRY, line=True, months=facts.expiry_months)
    else:
        talk.say(NO_EXPIRY, line=True)
    talk.say(RETURNED, line=True)
    talk.say(SPEND, line=True)


def _tiers(talk: Talk, facts: Facts) -> None:
    talk.say(CALENDAR if facts.window == "calendar" else ROLLING)
    for tier in facts.tiers:
        if not tier.points:
            talk.say(LOWEST_TIER, line=True, tier=tier.name)
        elif tier.times == 1:
            talk.say(TIER, line=True, tier=tier.name, points=tier.points)
        else:
            talk.say(TIER_TIMES, line=True, tier=tier.name, points=tier.points, times=tier.times)
    talk.say(KEEP_ONE if facts.fall == "one" else KEEP_EARNED, line=True, months=facts.keep_months)
    talk.say(GIFTS, line=True)
