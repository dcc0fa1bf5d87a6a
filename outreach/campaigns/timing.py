"""When a campaign starts and ends, and when each recipient's message may go."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from outreach import clock
from outreach.campaigns.settings import Settings

# Where a day begins first and last on earth.
FIRST_ZONE, LAST_ZONE = ZoneInfo("Etc/GMT-14"), ZoneInfo("Etc/GMT+12")


class Span(NamedTuple):
    """Before `starts_at` nothing is prepared for anybody, from `ends_at` on nothing is sent to anybody."""

    starts_at: dt.datetime
    ends_at: dt.datetime


def span(settings: Settings, now: dt.datetime) -> Span:
    """The span of a campaign that may begin now.

    One that goes by its customers' clocks begins when its hour comes where the day begins first on earth, and ends
    `ends_hours` after it came where it comes last. One whose moment has passed begins at once.
    """
    hours = dt.timedelta(hours=settings.ends_hours)
    if settings.day is not None:
        at = dt.time(settings.hour)
        first, last = (clock.moment_on(settings.day, at, zone) for zone in (FIRST_ZONE, LAST_ZONE))
        return Span(max(first, now), last + hours)
    starts_at = max(settings.at, now) if settings.at is not None else now
    return Span(starts_at, starts_at + hours)


def window(settings: Settings, whole: Span, zone: ZoneInfo) -> Span:
    """From when and until when a message may go to a customer of this zone, within the campaign's span.

    By customers' clocks it may go from the hour on, for `ends_hours`. Where the hour had passed already when the
    campaign began it may go at once, for as long as is left of that.
    """
    if settings.day is None:
        return whole
    return _on_a_day(settings.day, settings.hour, settings.ends_hours, whole, zone)


def afterwards(settings: Settings, whole: Span, zone: ZoneInfo, now: dt.datetime) -> dt.datetime:
    """When a message may go to a customer of this zone who had to wait until now for what it says.

    By customers' clocks that is when the clock there shows the hour next, or at once when that would be too late.
    """
    if settings.day is None:
        return now
    today, at = now.astimezone(zone).date(), dt.time(settings.hour)
    moments = (clock.moment_on(today + dt.timedelta(days=days), at, zone) for days in range(2))
    due_at = next(moment for moment in moments if moment >= now)
    return due_at if due_at < window(settings, whole, zone).ends_at else now


@lru_cache(maxsize=1_024)
def _on_a_day(day: dt.date, hour: int, hours: int, whole: Span, zone: ZoneInfo) -> Span:
    at = clock.moment_on(day, dt.time(hour), zone)
    return Span(max(at, whole.starts_at), min(at + dt.timedelta(hours=hours), whole.ends_at))
