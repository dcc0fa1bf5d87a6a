"""Opening hours: whether a shop is open, when it opens next, and by when something promised in working days is due.

Times are on the shop's clock. Where a clock is put back, an hour that comes twice belongs both times to what ends
in it; where it is put forward, what would begin in the hour that is left out begins that much later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from loyalty.programme import Hours, Interval, Programme

DAY = dt.timedelta(days=1)
AHEAD = 400  # days that are looked at: holidays may be long, but not that long
ALWAYS = 8  # days without a pause mean that it never closes

_OFFICE: tuple[Interval, ...] = ((dt.time(9), dt.time(18)),)
# What a working day is where nobody has said when the business is open.
OFFICE = Hours(week=(_OFFICE,) * 5 + ((),) * 2)


def of_branch(rules: Programme, code: str = "") -> Hours:
    """A branch's hours: its own week or the business's, and the days that differ for either; its own days win."""
    branch = next((each for each in rules.branches if each.code == code), None)
    if branch is None or branch.hours is None:
        return rules.hours
    return Hours(week=branch.hours.week or rules.hours.week, days={**rules.hours.days, **branch.hours.days})


def on(hours: Hours, day: dt.date) -> tuple[Interval, ...]:
    """The intervals that begin on a day; none when it is closed, or when nobody has said."""
    different = hours.days.get(day.isoformat())
    if different is not None:
        return different
    return hours.week[day.weekday()] if hours.week else ()


def is_open(hours: Hours, moment: dt.datetime, zone: dt.tzinfo) -> bool:
    """Whether it is open at `moment`; an interval's last moment is the one before it ends."""
    return _around(hours, moment, zone) is not None


def open_until(hours: Hours, moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
    """When it closes, on its own clock; None when it is closed at `moment`, or does not close for a week."""
    ends = _around(hours, moment, zone)
    while ends is not None and ends <= moment + ALWAYS * DAY:
        after = _around(hours, ends, zone)
        if after is None:
            return ends.astimezone(zone)
        ends = after
    return None


def next_opening(hours: Hours, moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
    """When it opens next after `moment`, on its own clock; None when it does not within a year."""
    today = moment.astimezone(zone).date()
    for passed in range(AHEAD):
        begins = [begin for begin, _end in spans_of(hours, today + passed * DAY, zone) if begin > moment]
        if begins:
            return min(begins).astimezone(zone)
    return None


def due_after_working_days(hours: Hours, moment: dt.datetime, days: int, zone: dt.tzinfo) -> dt.datetime:
    """The end of the `days`-th day after `moment`'s on which it is open, on its own clock.

    Where it is never open, or nobody has said, working days are Monday to Friday. Raises ValueError for less than
    one day.
    """
    if days < 1:
        raise ValueError("At least one working day is promised.")
    today = moment.astimezone(zone).date()
    for each in (hours, OFFICE):
        left = days
        for passed in range(1, AHEAD):
            spans = list(spans_of(each, today + passed * DAY, zone))
            left -= bool(spans)
            if not left:
                return max(end for _begin, end in spans).astimezone(zone)
    raise ValueError(f"{days} working days are more than a year.")


def _around(hours: Hours, moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime | None:
    """The end of the interval that `moment` lies in, the last one's where several overlap."""
    today = moment.astimezone(zone).date()
    spans = (span for day in (today - DAY, today) for span in spans_of(hours, day, zone))
    return max((end for begin, end in spans if begin <= moment < end), default=None)


def spans_of(hours: Hours, day: dt.date, zone: dt.tzinfo) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The day's intervals as moments in UTC, which can be compared whatever the clocks do."""
    for begins, ends in on(hours, day):
        last_day = day + DAY if ends <= begins else day
        begin = dt.datetime.combine(day, begins, zone).astimezone(dt.UTC)
        end = dt.datetime.combine(last_day, ends.replace(fold=1), zone).astimezone(dt.UTC)
        if begin < end:
            yield begin, end
