"""Days as conditions name them, and the moments at which they begin on the business's clock."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from outreach.clock import moment_on

MOST_AGO = 3_650  # days
EXAMPLES = ("2026-11-21", "today", "90 days ago", "3 months ago", "start of month", "start of year")

_AGO = re.compile(r"([1-9][0-9]{0,3}) (day|month)s? ago")
STARTS = ("start of week", "start of month", "start of year")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FIRST, _LAST = dt.date(1970, 1, 2), dt.date(2199, 12, 31)
_DAY = dt.timedelta(days=1)


class Clock:
    """What moment it is, and what day on the business's clock."""

    def __init__(self, now: dt.datetime, zone: ZoneInfo) -> None:
        self.zone = zone
        self.today = now.astimezone(zone).date()

    def begins(self, day: dt.date) -> dt.datetime:
        """The moment, in UTC, at which a day begins."""
        return moment_on(day, dt.time(), self.zone)

    def after(self, day: dt.date) -> dt.datetime:
        """The moment at which a day is over."""
        return self.begins(day + _DAY)

    def back(self, days: int) -> dt.datetime:
        """The moment at which the day began that was so many days before today."""
        return self.begins(self.today - days * _DAY)

    def day(self, written: str) -> dt.date:
        """The day that is meant. Raises ValueError for what `is_day` refuses."""
        if found := _AGO.fullmatch(written):
            number = int(found[1])
            return self.today - number * _DAY if found[2] == "day" else _months_before(self.today, number)
        if written in STARTS:
            return _start(written, self.today)
        return self.today if written == "today" else dt.date.fromisoformat(written)


def is_day(written: str) -> bool:
    """Whether this names a day: a date, `today`, so many days or months ago, or the start of a time."""
    if found := _AGO.fullmatch(written):
        return int(found[1]) * (1 if found[2] == "day" else 31) <= MOST_AGO
    if written == "today" or written in STARTS:
        return True
    try:
        return bool(_ISO.fullmatch(written)) and _FIRST <= dt.date.fromisoformat(written) <= _LAST
    except ValueError:
        return False


def parted(written: str) -> tuple[int, str]:
    """Number and unit (day, month) of a day that is so long ago; 0 and nothing of any other."""
    found = _AGO.fullmatch(written)
    return (int(found[1]), found[2]) if found else (0, "")


def _start(written: str, today: dt.date) -> dt.date:
    if written == "start of week":
        return today - today.weekday() * _DAY  # Monday, as in ISO 8601
    return today.replace(day=1) if written == "start of month" else today.replace(month=1, day=1)


def _months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier; the month's last one where it has none."""
    years, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    first = dt.date(years, month + 1, 1)
    last = (first + 31 * _DAY).replace(day=1) - _DAY
    return first.replace(day=min(day.day, last.day))
