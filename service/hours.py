"""The team's hours: whether somebody is there, when they are back, and time counted while they are there.

All of it is on the business's clock. Hours that nobody has said mean that the team is always there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.engine import Connection

from loyalty import hours as opening
from loyalty import programme
from loyalty.programme import Hours, Interval
from service import rules
from store.queues import Queue

DAY = dt.timedelta(days=1)
_WHOLE: tuple[Interval, ...] = ((dt.time(0), dt.time(0)),)
ALWAYS = Hours(week=(_WHOLE,) * 7)


class Times(msgspec.Struct, frozen=True):
    """When a team serves: its hours, and the zone of its clock."""

    hours: Hours
    zone: ZoneInfo

    def there(self, moment: dt.datetime) -> bool:
        """Whether the team is there."""
        return opening.is_open(self.hours, moment, self.zone)

    def back(self, moment: dt.datetime) -> dt.datetime | None:
        """When the team comes next after `moment`, on its clock; None when it does not within a year."""
        return opening.next_opening(self.hours, moment, self.zone)

    def after(self, moment: dt.datetime, served: dt.timedelta) -> dt.datetime:
        """The moment, in UTC, by which the team will have been there for `served` since `moment`.

        Where it never is, office hours count: a target must fall on some day.
        """
        for hours in (self.hours, opening.OFFICE):
            left = served
            for begin, end in _spans(hours, moment, self.zone):
                if end - begin >= left:
                    return begin + left
                left -= end - begin
        return moment.astimezone(dt.UTC) + served

    def between(self, begin: dt.datetime, end: dt.datetime) -> dt.timedelta:
        """For how long the team was there from `begin` until `end`; nothing when that is no time."""
        served = dt.timedelta()
        for comes, goes in _spans(self.hours, begin, self.zone):
            if comes >= end:
                break
            served += min(goes, end) - comes
        return served

    def minutes(self, begin: dt.datetime, end: dt.datetime) -> int:
        """The same in whole minutes."""
        return self.between(begin, end) // dt.timedelta(minutes=1)


def of_queue(connection: Connection, queue: Queue, zone: ZoneInfo) -> Times:
    """When a queue is served: its own week, else the team's, else the business's, else always.

    The days that differ hold for whoever has no word of their own on them, as for branches.
    """
    own = msgspec.convert(queue.hours, Hours) if queue.hours else Hours()
    desk = rules.read(connection).hours or Hours()
    business = programme.read(connection).hours
    week = own.week or desk.week or business.week or ALWAYS.week
    return Times(Hours(week=week, days={**business.days, **desk.days, **own.days}), zone)


def _spans(hours: Hours, moment: dt.datetime, zone: dt.tzinfo) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The times from `moment` on in which it is open, in order, none over another, for a year.

    Each is told as soon as it is known: whoever is always there would otherwise be asked for the whole year.
    """
    end = moment.astimezone(dt.UTC)
    first = end.astimezone(zone).date() - DAY
    for passed in range(opening.AHEAD):
        for opens, closes in sorted(opening.spans_of(hours, first + passed * DAY, zone)):
            if closes > end:
                yield max(opens, end), closes
                end = closes
