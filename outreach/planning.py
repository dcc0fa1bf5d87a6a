"""Finding whose day comes: by the days of the year, and by the moments at which points expire.

The planner looks ahead for a day and a half and back for a week, so that what fell into an outage is told late or
recorded as skipped. Finding costs what is found: each day's people are read from an index, and those whose
occurrence is settled are left out there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.programme import Occasions
from outreach import planned
from outreach.clock import zone_of
from outreach.occasions import DAY, GREETED, NOTICES, gift_of, greeted_at, kept_on, noticed_at
from store import anniversaries, expiring, marks
from store.anniversaries import MEMBERSHIP, Falling
from store.occurrences import Time

AHEAD = dt.timedelta(hours=36)
BACK = dt.timedelta(days=7)
ANYWHERE = dt.timedelta(hours=15)  # how far any clock of the world is from UTC, and some more
WRITTEN = 200  # at once: a transaction stays well under 50 ms


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes: to be planned, and planned already for other moments."""

    new: list[Time] = field(default_factory=list)
    moved: list[Time] = field(default_factory=list)


def greetings(connection: Connection, zone: str, now: dt.datetime) -> Coming:
    """Who is to be greeted; those planned for the right moment already are left out. `zone` is the business's."""
    rules, coming = programme.read(connection).occasions, Coming()
    for occasion in GREETED:
        if not gift_of(rules, occasion).greet:
            continue
        # A joining day is found by its day in UTC, which may be the one before or after.
        days = _days(now, DAY if occasion == MEMBERSHIP else 0 * DAY)
        kept = {month_day for day in days for month_day in kept_on(day)}
        for year in {day.year for day in days}:
            for each in anniversaries.falling(connection, occasion, kept, str(year)):
                _sort_in(coming, each, year, rules, zone, now)
    return coming


def notices(connection: Connection, zone: str, notice: str, now: dt.datetime) -> bool:
    """Plan one chunk of the notices of this name of points that expire; whether there may be more.

    A mark keeps how far it came: no lot is looked at twice, however many expire.
    """
    days_before = NOTICES[notice].days * DAY
    mark = marks.lock(connection, notice, now + days_before - BACK)
    found = expiring.between(connection, mark, now + days_before + AHEAD + ANYWHERE, WRITTEN)
    if not found:
        return False
    at = programme.read(connection).occasions.at
    times = {}
    for lot in found:
        own = zone_of(lot.timezone, zone)
        day = lot.expires_at.astimezone(own).date()
        moment = noticed_at(notice, day, at, own)
        times[lot.contact_id, day] = Time(lot.contact_id, notice, day.isoformat(), moment)
    planned.put(connection, list(times.values()))
    marks.move(connection, notice, found[-1].expires_at, found[-1].lot_id)
    return len(found) == WRITTEN


def _days(now: dt.datetime, margin: dt.timedelta) -> list[dt.date]:
    """The days, on whatever clock, that are looked at."""
    first, last = (now - BACK - ANYWHERE - margin).date(), (now + AHEAD + ANYWHERE + margin).date()
    return [first + number * DAY for number in range((last - first).days + 1)]


def _sort_in(coming: Coming, found: Falling, year: int, rules: Occasions, zone: str, now: dt.datetime) -> None:
    each = found.anniversary
    moment = greeted_at(each, year, rules.at, zone_of(found.timezone, zone))
    if moment is None or moment == found.planned_at or not now - BACK <= moment <= now + AHEAD:
        return
    time = Time(found.contact_id, each.occasion, str(year), moment)
    (coming.new if found.planned_at is None else coming.moved).append(time)
