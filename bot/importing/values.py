"""How the fields of a line are read: each reader returns the value or raises LineRefused with the reason."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import available_timezones

from bot.importing.source import LineRefused
from locales import LANGUAGES
from loyalty.programme import decimals
from store.anniversaries import LEAP_YEAR, Day

GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
MAX_DIGITS = 12  # of an amount's whole units
YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})
NOON = dt.time(12)
DATE_FORMS = ("%Y%m%d", "%Y/%m/%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y")
YEARLY_FORMS = (  # as ISO 8601 has a day without its year, and day first as people write it
    re.compile(r"(--)?(?P<month>\d\d)-(?P<day>\d\d)", re.ASCII),
    re.compile(r"(?P<day>\d\d?)[/.](?P<month>\d\d?)\.?", re.ASCII),
)


class Moment(NamedTuple):
    """When something was: as the file has it in one writing, and as a moment in UTC."""

    written: str
    at: dt.datetime


def text(value: str, name: str, limit: int) -> str:
    """A text of at most `limit` characters."""
    if len(value) > limit:
        raise LineRefused(f"{name} is longer than {limit} characters")
    return value


def whole(value: str, name: str, low: int, high: int) -> int:
    """A whole number within bounds, both included."""
    if not (value.isascii() and value.isdigit()):
        raise LineRefused(f"{name} {value[:40]!r} is not a whole number")
    number = int(value[:20])
    if not low <= number <= high:
        raise LineRefused(f"{name} {value[:20]} is not between {low} and {high}")
    return number


def amount(value: str, currency: str) -> int:
    """An amount in the currency's minor units, exactly: 12.50 and 1,250.00 are understood."""
    digits = decimals(currency)
    units, _, part = value.partition(".")
    if "," in units and GROUPED.fullmatch(units):
        units = units.replace(",", "")
    if not (value.isascii() and units.isdigit() and (part.isdigit() or not part)):
        raise LineRefused(f"amount {value[:40]!r} is not a number such as 1250.00")
    if len(part) != digits:
        part = part.rstrip("0").ljust(digits, "0")
    if len(part) > digits:
        raise LineRefused(f"amount {value[:40]!r} has more than the {digits} decimals of {currency}")
    if len(units) > MAX_DIGITS:
        raise LineRefused(f"amount {value[:40]!r} is too large")
    return int(units + part)


def currency(value: str) -> str:
    """A currency's code of three letters (ISO 4217)."""
    code = value.upper()
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise LineRefused(f"currency {value[:40]!r} is not a code of three letters such as MYR")
    return code


@lru_cache(maxsize=4096)
def moment(value: str, zone: dt.tzinfo) -> Moment:
    """A date or a date with a time; without an offset of its own it is in `zone`, without a time it is noon there.

    Day comes before month where the year is last. At noon a date stays the same date in every zone near.
    """
    day = _date(value)
    if day is not None:
        local = dt.datetime.combine(day, NOON, zone)
        return Moment(day.isoformat(), local.astimezone(dt.UTC))
    try:
        at = dt.datetime.fromisoformat(value)
    except ValueError:
        raise LineRefused(f"date {value[:40]!r} is not a date such as 2026-11-21 or 2026-11-21 14:30") from None
    if at.tzinfo is not None:
        at = at.astimezone(dt.UTC)
        return Moment(at.isoformat(), at)
    return Moment(at.isoformat(), at.replace(tzinfo=zone).astimezone(dt.UTC))


def yearly_day(value: str, name: str) -> Day:
    """A day of every year, whose year may be left out: 1990-11-21, 21/11/1990, 11-21, --11-21, 21/11."""
    day = _date(value)
    if day is not None:
        return Day(100 * day.month + day.day, day.year)
    for form in YEARLY_FORMS:
        if found := form.fullmatch(value):
            month, number = int(found["month"]), int(found["day"])
            with suppress(ValueError):
                dt.date(LEAP_YEAR, month, number)
                return Day(100 * month + number, None)
    raise LineRefused(f"{name} {value[:40]!r} is not a date such as 1990-11-21, or 11-21 without its year")


def _date(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        pass
    for form in DATE_FORMS:
        try:
            return dt.datetime.strptime(value, form).date()  # noqa: DTZ007 - a date, in no zone
        except ValueError:
            continue
    return None


def yes_no(value: str, name: str) -> bool:
    """Yes or no."""
    answer = value.lower()
    if answer in YES:
        return True
    if answer in NO:
        return False
    raise LineRefused(f"{name} {value[:40]!r} is neither yes nor no")


def language(value: str) -> str:
    """One of the five languages, by its code; a region after it is left aside (zh-CN)."""
    code = re.split("[-_]", value.lower(), maxsplit=1)[0]
    if code not in LANGUAGES:
        raise LineRefused(f"language {value[:40]!r} is not one of {', '.join(LANGUAGES)}")
    return code


def timezone(value: str) -> str:
    """A time zone by its name."""
    if value not in _zones():
        raise LineRefused(f"timezone {value[:40]!r} is not a name such as Asia/Kuala_Lumpur")
    return value


@cache
def _zones() -> frozenset[str]:
    # Python reads the whole zone database for each call.
    return frozenset(available_timezones())
