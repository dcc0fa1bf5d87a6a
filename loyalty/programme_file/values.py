"""Single values as a shop owner writes them: money, days, times, weekdays, opening hours, multipliers.

Each function takes the text and raises Wrong with what is expected.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

from loyalty.programme import Interval, decimals
from written.problems import Wrong

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
CLOSED = "closed"
MOST_DAYS = 62  # of one range of days that differ
MOST_TIMES = 100

_NUMBERS = {said: number for number, name in enumerate(WEEKDAYS) for said in (name, name[:3])}
_AMOUNT = re.compile(r"(\d{1,12})(?:\.(\d+))?")
_TIME = re.compile(r"(\d{1,2}):(\d{2})")
_SPAN = re.compile(r"(\S+?)\s*[-–]\s*(\S+)")
_PERCENT = re.compile(r"(\+?)(\d+(?:\.\d+)?)\s*%")
_FACTOR = re.compile(r"\d+(?:\.\d+)?")


def amount(text: str, currency: str) -> int:
    """Money in minor units of the currency, from a decimal."""
    found = _AMOUNT.fullmatch(text)
    digits = decimals(currency)
    example = f"1.{'0' * digits}" if digits else "1000"
    if not found:
        raise Wrong(f"an amount of money such as {example} is expected, without the currency; it says “{text}”")
    part = found[2] or ""
    if len(part.rstrip("0")) > digits:
        raise Wrong(f"{currency} has {digits} decimals; write it like {example}")
    if not (minor := int(found[1] + part[:digits].ljust(digits, "0"))):
        raise Wrong(f"an amount above 0 is expected, such as {example}")
    return minor


def multiplier(text: str) -> Decimal:
    """How many times the usual points: 2, 1.5, 150%, or +50%."""
    if percent := _PERCENT.fullmatch(text):
        found = Decimal(percent[2]) / 100 + (1 if percent[1] else 0)
    elif _FACTOR.fullmatch(text):
        found = Decimal(text)
    else:
        raise Wrong(f"a multiplier such as 2, 1.5, 150% or +50% is expected; it says “{text}”")
    if not 0 < found <= MOST_TIMES:
        raise Wrong(f"a multiplier is above 0 and at most {MOST_TIMES}; it says “{text}”")
    return Decimal(f"{found.normalize():f}")


def day(text: str) -> dt.date:
    """A day of the calendar."""
    try:
        if len(text) != len("2026-12-31"):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Wrong(f"a day such as 2026-12-31 is expected (year-month-day); it says “{text}”") from None


def days(text: str) -> list[str]:
    """One day or a range of them, as ISO dates: `2027-02-06` or `2027-02-06 to 2027-02-08`."""
    first, _to, last = text.partition(" to ")
    begins, ends = day(first.strip()), day((last or first).strip())
    count = (ends - begins).days + 1
    if not 1 <= count <= MOST_DAYS:
        raise Wrong(f"a range of 1 to {MOST_DAYS} days is expected; “{text}” has {max(count, 0)}")
    return [(begins + dt.timedelta(days=passed)).isoformat() for passed in range(count)]


def clock(text: str) -> dt.time:
    """A time of day on the 24-hour clock; 24:00 is midnight."""
    found = _TIME.fullmatch(text)
    hour, minute = (int(found[1]), int(found[2])) if found else (99, 0)
    if (hour, minute) == (24, 0):
        return dt.time(0)
    if hour > 23 or minute > 59:
        raise Wrong(f"a time such as 09:00 or 18:30 is expected; it says “{text}”")
    return dt.time(hour, minute)


def interval(text: str) -> Interval:
    """From when until when: `09:00-18:00`, past midnight too (`22:00-02:00`)."""
    found = _SPAN.fullmatch(text)
    if not found:
        raise Wrong(f"hours such as 09:00-18:00 are expected; it says “{text}”")
    return clock(found[1]), clock(found[2])


def intervals(text: str) -> tuple[Interval, ...]:
    """The hours of a day: `closed`, or intervals with commas between them."""
    if text.lower() == CLOSED:
        return ()
    found = sorted(interval(part.strip()) for part in text.split(","))
    for (begins, ends), (after, _) in pairwise(found):
        if ends <= begins or after < ends:
            raise Wrong(f"these hours overlap; it says “{text}”")
    return tuple(found)


def weekdays(text: str) -> list[int]:
    """Weekdays from 0, Monday: `sat`, `mon-fri`, `sat, sun`; a range may pass the week's end, as `fri-mon`."""
    return [number for part in text.split(",") for number in _weekday_span(part.strip().lower())]


def _weekday_span(text: str) -> Iterator[int]:
    found = _SPAN.fullmatch(text)
    first = _weekday(found[1] if found else text)
    last = _weekday(found[2]) if found else first
    for passed in range((last - first) % len(WEEKDAYS) + 1):
        yield (first + passed) % len(WEEKDAYS)


def _weekday(text: str) -> int:
    found = _NUMBERS.get(text)
    if found is None:
        raise Wrong(f"weekdays such as mon, tue-fri or sat are expected; it says “{text}”")
    return found
