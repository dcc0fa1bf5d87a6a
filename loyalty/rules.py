"""What a purchase earns, and when it expires."""

from __future__ import annotations

import calendar
import datetime as dt

from locales.formats import DECIMALS
from store.catalog import Program

DEFAULT_DECIMALS = 2


def decimals(currency: str) -> int:
    """How many digits a currency's minor unit has: 2 for most, 0 for VND, 3 for KWD (ISO 4217)."""
    return DECIMALS.get(currency, DEFAULT_DECIMALS)


def points_for(rules: Program, amount: int, currency: str) -> int:
    """Points for a purchase of `amount` minor units: whole units of the currency count, parts of one do not.

    A purchase in another currency than the programme's earns none: the rules know no rate of exchange.
    """
    if currency != rules.currency:
        return 0
    return int(amount // 10 ** decimals(currency) * rules.points_per_unit)


def expiry_of(rules: Program, at: dt.datetime) -> dt.datetime | None:
    """The moment at which points earned at `at` expire, calendar months later at the same time of day.

    A month too short for the day ends on its last day: earned on 31 August, after six months gone on 28 February
    (29 in a leap year).
    """
    if rules.expiry_months is None:
        return None
    years, month = divmod(at.month - 1 + rules.expiry_months, 12)
    year, month = at.year + years, month + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))
