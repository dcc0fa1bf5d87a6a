"""What a purchase earns, when that can be spent, and when it expires; no store, no clock.

What is set combines in one way. The amount gives points for every whole unit of money (`every`), parts of a unit
count nothing. These are multiplied by the product's multiplier, by the member's tier's, and by that of every period
the purchase falls into. Then the product's extra points for each piece are added, and what is left over below a
whole point falls away once, at the end. A rule for a product goes before one for its category.

With 1 point a ringgit, coffee at 1.5 with 2 extra points a piece, double points on Tuesdays, and gold at 1.25:

| purchase | points |
| --- | --- |
| RM 12.90 of tea on a Monday | 12 |
| the same by a gold member | 12 x 1.25 = 15 |
| two coffees for RM 11.00 on a Monday | 11 x 1.5 + 2 x 2 = 20.5, so 20 |
| the same by a gold member on a Tuesday | 11 x 1.5 x 1.25 x 2 + 4 = 45.25, so 45 |
| anything paid in another currency | 0 |
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from loyalty.programme import PeriodRule, ProductRule, Programme, decimals

ONE = Decimal(1)
DAY = dt.timedelta(days=1)


class Sale(NamedTuple):
    """A purchase as the rules see it.

    `amount` is in minor units of `currency`, `quantity` in pieces, `at` the moment on the branch's clock. `sku`,
    `category` and `branch` are empty where they are unknown.
    """

    amount: int
    currency: str
    at: dt.datetime
    quantity: int = 1
    sku: str = ""
    category: str = ""
    branch: str = ""


def points_for(rules: Programme, sale: Sale, tier: Decimal = ONE) -> int:
    """The points a purchase earns; `tier` is the multiplier of the member's tier.

    None in another currency than the programme's: it knows no rate of exchange.
    """
    if sale.currency != rules.currency or sale.amount < 0:
        return 0
    units = sale.amount // (rules.earn.every or 10 ** decimals(sale.currency))
    product = product_rule(rules.earn.products, sale.sku, sale.category)
    points = units * rules.earn.points * tier
    for period in rules.earn.periods:
        if in_period(period, sale.at, sale.branch):
            points *= period.multiplier
    if product is not None:
        points = points * product.multiplier + product.extra * sale.quantity
    return int(points)  # never below zero, so what is cut off is what is over


def product_rule(products: Iterable[ProductRule], sku: str, category: str) -> ProductRule | None:
    """The rule for a product, otherwise the one for its category."""
    of_category = None
    for rule in products:
        if rule.sku and rule.sku == sku:
            return rule
        if rule.category and not rule.sku and rule.category == category:
            of_category = of_category or rule
    return of_category


def in_period(period: PeriodRule, at: dt.datetime, branch: str) -> bool:
    """Whether a moment, on the branch's clock, falls into a period.

    Hours end before their last minute begins: from 14:00 to 16:00 leaves 16:00 out. Hours that end before they
    begin go past midnight and belong to the day on which they began.
    """
    if period.branches and branch not in period.branches:
        return False
    day, clock = at.date(), at.time()
    if period.hours is not None:
        starts, ends = period.hours
        past_midnight = ends <= starts
        if past_midnight and clock < ends:
            day -= DAY
        elif not (starts <= clock and (past_midnight or clock < ends)):
            return False
    return (
        (period.starts is None or period.starts <= day)
        and (period.ends is None or day <= period.ends)
        and (not period.weekdays or day.weekday() in period.weekdays)
    )


def house_zone(rules: Programme) -> dt.tzinfo:
    """The clock of the business where no branch is named: its first branch's that has one, otherwise UTC."""
    return next((ZoneInfo(branch.timezone) for branch in rules.branches if branch.timezone), dt.UTC)


def maturity_of(rules: Programme, at: dt.datetime) -> dt.datetime | None:
    """The moment from which points earned at `at` can be spent, if they have to wait."""
    return at + rules.earn.pending_days * DAY if rules.earn.pending_days else None


def expiry_of(rules: Programme, at: dt.datetime) -> dt.datetime | None:
    """The moment at which points earned at `at` expire, calendar months later; None: never."""
    return None if rules.earn.expiry_months is None else months_later(at, rules.earn.expiry_months)


def months_later(at: dt.datetime, months: int) -> dt.datetime:
    """The same time of day so many calendar months later, on `at`'s own clock.

    A month too short for the day ends on its last day: six months after 31 August is 28 February (29 in a leap
    year).
    """
    years, month = divmod(at.month - 1 + months, 12)
    year, month = at.year + years, month + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))
