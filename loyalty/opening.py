"""When the shops are open, as it is told to a customer: now, and the week."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.engine import Connection

from loyalty import hours, programme
from loyalty.programme import Hours, Interval, Programme
from loyalty.rules import house_zone

AHEAD = dt.timedelta(days=60)


class Opening(msgspec.Struct, frozen=True):
    """A shop's hours; moments are on its own clock.

    When it is open, `until` says when it closes (None: never); when it is closed, `opens` says when it opens
    (None: not within a year). `week` are seven days from Monday, `days` those of the next weeks that differ.
    """

    name: str
    today: dt.date
    open: bool
    until: dt.datetime | None
    opens: dt.datetime | None
    week: tuple[tuple[Interval, ...], ...]
    days: tuple[tuple[dt.date, tuple[Interval, ...]], ...]

    def is_as(self, other: Opening) -> bool:
        """Whether both are open at the same hours."""
        return (self.week, self.days) == (other.week, other.days)


def openings(connection: Connection, now: dt.datetime) -> tuple[Opening, ...]:
    """Every branch whose hours are known, or the business where it has no branches."""
    rules = programme.read(connection)
    zone = house_zone(rules)
    shops = [
        (each.name, hours.of_branch(rules, each.code), ZoneInfo(each.timezone) if each.timezone else zone)
        for each in rules.branches
    ] or [(rules.business, rules.hours, _of_asker(rules, now))]
    return tuple(_opening(name, each, now.astimezone(zone)) for name, each, zone in shops if each.week or each.days)


def _of_asker(rules: Programme, now: dt.datetime) -> dt.tzinfo:
    """A business without branches is where its customers are."""
    return now.tzinfo or house_zone(rules)


def _opening(name: str, each: Hours, now: dt.datetime) -> Opening:
    zone = now.tzinfo or dt.UTC
    today = now.date()
    is_open = hours.is_open(each, now, zone)
    different = sorted((dt.date.fromisoformat(day), intervals) for day, intervals in each.days.items())
    return Opening(
        name=name,
        today=today,
        open=is_open,
        until=hours.open_until(each, now, zone) if is_open else None,
        opens=None if is_open else hours.next_opening(each, now, zone),
        week=each.week,
        days=tuple((day, intervals) for day, intervals in different if today <= day <= today + AHEAD),
    )
