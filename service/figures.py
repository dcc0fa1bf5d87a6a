"""Figures of service: how soon customers were answered and helped, how they rated it, and what was promised.

They are of the conversations that were opened in a period; time counts while the team was there. Where there are
too few to say anything, a figure is None.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from statistics import mean, median, quantiles
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.engine import Connection

from service import hours, promises
from service.hours import Times
from service.promises import Figures
from store import queues, service_rows, staff
from store.queues import Queue
from store.service_rows import Served

FEW_MIDDLE, FEW_SHARE = 5, 10  # from how many on a median or mean, and a share or percentile, says something


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """How one queue, one member of staff, or the whole team (no `public_id`) served; times in whole minutes.

    `first_*` are of the `answered`, `resolved_*` of those of them that were closed. `*_in_time` are shares of what
    was to be done by now. `rating` is the mean of `rated` ratings from 1 to 5.
    """

    public_id: str = ""
    queue: Queue | None = None
    name: str = ""
    opened: int = 0
    answered: int = 0
    first_median: int | None = None
    first_p90: int | None = None
    first_in_time: float | None = None
    resolved: int = 0
    resolved_median: int | None = None
    resolved_in_time: float | None = None
    rated: int = 0
    rating: float | None = None
    promises: Figures = Figures()


class Service(msgspec.Struct, frozen=True):
    """The whole team's figures, each queue's in their order, and each person's who has or had a conversation."""

    team: Measure
    queues: list[Measure]
    people: list[Measure]


class _Tally:
    """What was counted of some conversations."""

    def __init__(self) -> None:
        self.opened = 0
        self.first: list[int] = []
        self.first_kept: list[bool] = []
        self.resolved: list[int] = []
        self.resolved_kept: list[bool] = []
        self.ratings: list[int] = []

    def add(self, row: Served, times: Times, now: dt.datetime) -> None:
        self.opened += 1
        if row.rating is not None:
            self.ratings.append(row.rating)
        if row.first_due_at is None:  # the team began it: nobody waited
            return
        if row.first_replied_at is not None:
            self._answered(row, row.first_due_at, row.first_replied_at, times)
        elif row.closed_at is None and row.first_due_at <= now:
            self.first_kept.append(False)

    def _answered(self, row: Served, due: dt.datetime, replied: dt.datetime, times: Times) -> None:
        self.first.append(times.minutes(row.opened_at, replied))
        self.first_kept.append(replied <= due)
        if row.closed_at is not None:
            self.resolved.append(times.minutes(row.opened_at, row.closed_at))
            self.resolved_kept.append(row.resolve_due_at is None or row.closed_at <= row.resolve_due_at)

    def measure(self, **about: object) -> Measure:
        return msgspec.structs.replace(
            Measure(
                opened=self.opened,
                answered=len(self.first),
                first_median=_middle(self.first),
                first_p90=round(quantiles(self.first, n=10)[-1]) if len(self.first) >= FEW_SHARE else None,
                first_in_time=_share(self.first_kept),
                resolved=len(self.resolved),
                resolved_median=_middle(self.resolved),
                resolved_in_time=_share(self.resolved_kept),
                rated=len(self.ratings),
                rating=mean(self.ratings) if len(self.ratings) >= FEW_MIDDLE else None,
            ),
            **about,
        )


def of_period(
    connection: Connection, begin: dt.datetime, end: dt.datetime, now: dt.datetime, zone: ZoneInfo
) -> Service:
    """The figures of what was opened, and of promises due, from `begin` until `end`; `zone` is the business's."""
    team, by_queue, by_person = _Tally(), dict[int, _Tally](), defaultdict[int, _Tally](_Tally)
    known = queues.every(connection)
    for queue in known:
        times, tally = hours.of_queue(connection, queue, zone), by_queue.setdefault(queue.id, _Tally())
        for row in service_rows.opened(connection, queue.id, begin, end):
            for each in (team, tally, *([by_person[row.staff_id]] if row.staff_id is not None else [])):
                each.add(row, times, now)
    promised, *theirs = promises.figures(connection, begin, end, now)
    kept = {each.staff_id: each for each in theirs}
    people = [
        by_person[each.id].measure(public_id=each.public_id, name=each.name, promises=kept.get(each.id, Figures()))
        for each in staff.every(connection)
        if each.id in by_person or each.id in kept
    ]
    return Service(
        team.measure(promises=promised),
        [by_queue[each.id].measure(public_id=each.public_id, queue=each) for each in known],
        people,
    )


def _middle(minutes: list[int]) -> int | None:
    return round(median(minutes)) if len(minutes) >= FEW_MIDDLE else None


def _share(kept: list[bool]) -> float | None:
    return sum(kept) / len(kept) if len(kept) >= FEW_SHARE else None
