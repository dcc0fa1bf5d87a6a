"""The calendar of occasions: which day they fall on in a year, and at what moment that is for whom.

Pure rules. A year's birthday or joining day is one occurrence, named by the year ("2027"); a notice of points that
expire is one for each date on which some do ("2027-03-31"), which tells of the days after it as well. A joining
day's year is the one in UTC: the same day is beyond New Year's night for some, and whoever moves there is not
greeted twice. What was decided is told in `docs/occasions.md`.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from loyalty.programme import Gift, Occasions
from outreach.clock import moment_on
from store.anniversaries import BIRTHDAY, MEMBERSHIP, Anniversary

GREETED = (BIRTHDAY, MEMBERSHIP)
LEAP_DAY, DAY_BEFORE = 229, 228
DAY = dt.timedelta(days=1)
SETTLED_IN = 14 * DAY  # a birthday brings gifts only after this time: nobody gives one to be given something


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of points that expire: so many days before, and for so long it is still of use."""

    days: int
    grace: dt.timedelta


TOLD_DAYS = 7  # a notice tells of so many days, so that who lets points expire daily hears of it once a week
NOTICES = {"expiry-30": Notice(30, 7 * DAY), "expiry-7": Notice(7, 6 * DAY)}


def flow_of(occasion: str) -> str:
    """The dialogue by which an occasion is told."""
    return "expiry_notice" if occasion in NOTICES else "greeting"


def gift_of(rules: Occasions, occasion: str) -> Gift:
    """What an occasion brings that is greeted."""
    return rules.birthday if occasion == BIRTHDAY else rules.membership


def day_in(month_day: int, year: int) -> dt.date:
    """The day on which a yearly day is kept in that year: 29 February on the 28th where there is none."""
    if month_day == LEAP_DAY and not calendar.isleap(year):
        month_day = DAY_BEFORE
    return dt.date(year, *divmod(month_day, 100))


def kept_on(day: dt.date) -> tuple[int, ...]:
    """The yearly days that are kept on a day."""
    month_day = 100 * day.month + day.day
    return (month_day, LEAP_DAY) if day_in(LEAP_DAY, day.year) == day and month_day != LEAP_DAY else (month_day,)


def day_of(anniversary: Anniversary, year: int, zone: ZoneInfo) -> dt.date:
    """The day of a year's birthday or joining day; a member joined on the day that their clock showed."""
    if anniversary.occasion == BIRTHDAY:
        return day_in(anniversary.month_day, year)
    moment = anniversary.given_at
    joined = moment.astimezone(zone)
    return day_in(100 * joined.month + joined.day, year + joined.year - moment.astimezone(dt.UTC).year)


def years_of(anniversary: Anniversary, year: int) -> int | None:
    """How many years it is in that year, as far as it is known since when."""
    return year - anniversary.year if anniversary.year is not None else None


def greeted_at(anniversary: Anniversary, year: int, at: dt.time, zone: ZoneInfo) -> dt.datetime | None:
    """The moment to greet in that year; None when it had come before the day was known, or nobody joined yet."""
    moment = moment_on(day_of(anniversary, year, zone), at, zone)
    if anniversary.occasion == MEMBERSHIP and (years_of(anniversary, year) or 0) < 1:
        return None
    return moment if moment > anniversary.given_at else None


def brings_gifts(anniversary: Anniversary, moment: dt.datetime) -> bool:
    """Whether the day was given long enough before the moment for gifts."""
    return anniversary.given_at + SETTLED_IN <= moment


def noticed_at(occasion: str, expiry: dt.date, at: dt.time, zone: ZoneInfo) -> dt.datetime:
    """The moment to tell of points that expire on that day."""
    return moment_on(expiry - NOTICES[occasion].days * DAY, at, zone)


def key_of(contact_id: int, occasion: str, occurrence: str) -> str:
    """The name under which an occurrence is planned, and its gift is given once."""
    return f"{occasion}:{contact_id}:{occurrence}"
