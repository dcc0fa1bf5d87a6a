"""The day on which a calendar's day, month and year fall: Gregorian, Hijri (Umm al-Qura) and Chinese lunar.

The Vietnamese lunar calendar is the Chinese one but for a few months in a century, in which new moon falls between
the two countries' midnights; such a month is read a day early or late.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Calendar = Literal["gregorian", "hijri", "lunar"]
YearMissing = Literal["next", "past"]

_HIJRI_YEARS: Final = range(1300, 1501)
_GREGORIAN_YEARS: Final = range(1900, 2101)
_YEARS_TO_TRY: Final = 20  # a leap month of the lunar calendar comes round in nineteen years, 29 February in eight
_CENTURIES: Final = {"gregorian": (1900, 2000), "lunar": (1900, 2000), "hijri": (1300, 1400)}


@dataclass(frozen=True, slots=True)
class Parts:
    """A date as written: `year` is None when it was left out, and below 100 when two digits were given."""

    day: int
    month: int
    year: int | None = None
    calendar: Calendar = "gregorian"
    leap_month: bool = False


def day_of(parts: Parts, today: dt.date, year_missing: YearMissing) -> dt.date | None:
    """The day meant, in the Gregorian calendar; None when there is none.

    A missing year makes it the next such day from today on, or the last one up to today. Of the centuries a
    two-digit year may belong to, the latest counts that is not more than a year ahead.
    """
    hijri = parts.calendar == "gregorian" and parts.year in _HIJRI_YEARS
    calendar: Calendar = "hijri" if hijri else parts.calendar
    convert = _CONVERSIONS[calendar]

    def day_in(year: int) -> dt.date | None:
        try:
            return convert(year, parts)
        except (ValueError, OverflowError):
            return None

    if parts.year is None:
        return _nearest(day_in, today, _year_of(today, calendar), year_missing)
    if parts.year >= 100:
        return day_in(parts.year)
    days = (day_in(century + parts.year) for century in _CENTURIES[calendar])
    latest = (today.year + 1, today.month, today.day)
    return max((day for day in days if day and (day.year, day.month, day.day) <= latest), default=None)


def _nearest(
    day_in: Callable[[int], dt.date | None], today: dt.date, this_year: int, year_missing: YearMissing
) -> dt.date | None:
    step = 1 if year_missing == "next" else -1
    for year in range(this_year - step, this_year + step * _YEARS_TO_TRY, step):
        day = day_in(year)
        if day and (day - today).days * step >= 0:
            return day
    return None


def _gregorian(year: int, parts: Parts) -> dt.date:
    if year not in _GREGORIAN_YEARS:
        raise ValueError(year)
    return dt.date(year, parts.month, parts.day)


def _hijri(year: int, parts: Parts) -> dt.date:
    from hijridate import Hijri

    gregorian = Hijri(year, parts.month, parts.day).to_gregorian()
    return dt.date(gregorian.year, gregorian.month, gregorian.day)


def _lunar(year: int, parts: Parts) -> dt.date:
    from borax.calendars.lunardate import LunarDate

    day: dt.date = LunarDate(year, parts.month, parts.day, int(parts.leap_month)).to_solar_date()
    return day


def _year_of(today: dt.date, calendar: Calendar) -> int:
    """The calendar's year at `today`, to a year's exactness: the search looks at both neighbours."""
    return int((today.year - 622) * 33 / 32) + 1 if calendar == "hijri" else today.year


_CONVERSIONS: Final[dict[Calendar, Callable[[int, Parts], dt.date]]] = {
    "gregorian": _gregorian,
    "hijri": _hijri,
    "lunar": _lunar,
}
