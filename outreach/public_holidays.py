"""Public holidays by country: days on which nobody should be sold something to, where the programme says so.

They are the national ones, with the days off that stand in for those on weekends; days that go by the moon and are
known only when it is seen count as they are expected. They come from the package `holidays`, whose import takes
some tenths of a second: it is imported when first asked, or beforehand by `prepare`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache

_DAY = dt.timedelta(days=1)


def is_holiday(country: str, day: dt.date) -> bool:
    """Whether a day is a public holiday in a country (ISO 3166). One whose holidays nobody knows has none."""
    return day in _days(country, day.year)


def next_other(country: str, day: dt.date) -> dt.date:
    """The first day from this one on that is no public holiday in the country."""
    while is_holiday(country, day):
        day += _DAY
    return day


def prepare(countries: Iterable[str], year: int) -> None:
    """Have the holidays of a year and the next at hand, for whoever may not wait when they are asked for."""
    for country in countries:
        for each in (year, year + 1):
            _days(country, each)


@lru_cache(maxsize=1_024)
def _days(country: str, year: int) -> frozenset[dt.date]:
    from holidays import country_holidays

    try:
        return frozenset(country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()
