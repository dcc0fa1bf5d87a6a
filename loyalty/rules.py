"""What a purchase earns, and when it expires."""

from __future__ import annotations

import calendar
import datetime as dt

from loyalty.programme import Programme, decimals


def points_for(rules: Programme, amount: int, currency: str) -> int:
    """Points for a purchase of `amount` minor units: whole units of the currency count, parts of one do not.

    A purchase in another currency than the programme's earns none: the rules know no rate of exchange.
    """
    if currency != rules.currency:
        return 0
    return int(amount // (rules.earn.every or 10 ** decimals(currency)) * rules.earn.points)


def expiry_of(rules: Programme, at: dt.datetime) -> dt.datetime | None:
    """The moment at which points earned at `at` expire, calendar months later at the same time of day.

    A month too short for the day ends on its last day: earned on 31 August, after six months gone on 28 February
    (29 in a leap year).
    """
    if rules.earn.expiry_months is None:
        return None
    years, month = divmod(at.month - 1 + rules.earn.expiry_months, 12)
    year, month = at.year + years, month + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))
