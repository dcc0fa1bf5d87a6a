"""A contact's clock: their time zone, moments of their day, and hours in which it is quiet."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")
_SECOND = dt.timedelta(seconds=1)


def zone_of(name: str, house: str) -> ZoneInfo:
    """A contact's time zone; the house's when it is unknown or there is no such zone."""
    return _zone(name) or _zone(house) or UTC


def moment_on(day: dt.date, at: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The moment, in UTC, when the clock of a zone shows `at` on that day.

    Where the clock skips that time, the first moment after the gap; where it shows it twice, the first of the two.
    """
    first = dt.datetime.combine(day, at, zone).replace(fold=0)
    moment = first.astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == first.replace(tzinfo=None):
        return moment
    return _after_the_gap(first.replace(fold=1).astimezone(dt.UTC), moment, zone)


def quiet(moment: dt.datetime, zone: ZoneInfo, hours: tuple[dt.time, dt.time]) -> bool:
    """Whether the zone's clock shows a time from the first of `hours` until the second; equal ones: never."""
    begin, end = hours
    local = moment.astimezone(zone).time()
    if begin <= end:
        return begin <= local < end
    return local >= begin or local < end


def first_loud(moment: dt.datetime, zone: ZoneInfo, hours: tuple[dt.time, dt.time]) -> dt.datetime:
    """The first moment, from `moment` on, when it is not quiet in that zone.

    A clock that skips the hour ends the quiet when it has skipped it; one that shows it twice, at the first.
    """
    if not quiet(moment, zone, hours):
        return moment
    today = moment.astimezone(zone).date()
    for days in range(3):
        day = today + dt.timedelta(days=days)
        again = dt.datetime.combine(day, hours[1], zone).replace(fold=1).astimezone(dt.UTC)
        for end in (moment_on(day, hours[1], zone), again):
            if end > moment and not quiet(end, zone, hours):
                return end
    raise AssertionError("A night lasted three days.")


def _after_the_gap(before: dt.datetime, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The moment between the two at which the zone's clock jumps, to the second."""
    offset = after.astimezone(zone).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


@lru_cache(maxsize=1024)
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None
