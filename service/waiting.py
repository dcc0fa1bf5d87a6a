"""How long a customer will wait for a person, as far as anybody can honestly say."""

from __future__ import annotations

import datetime as dt
from statistics import median

import msgspec
from sqlalchemy.engine import Connection

from service import assignment
from service.hours import Times
from store import service_rows, serving
from store.queues import Queue

RECENT = dt.timedelta(days=14)
MOST, FEW = 50, 5  # first answers that are looked at, and how many say something
MINUTE = dt.timedelta(minutes=1)
STEPS = (5, 10, 15, 20, 30, 45, 60)  # minutes, in words that people use; then full hours
QUARTER = 15 * MINUTE


class Wait(msgspec.Struct, frozen=True):
    """What the customer may expect: minutes while the team is there, or a promise by when it will have answered.

    `measured` says that the minutes come from answers given lately; otherwise they are what the team aims at.
    `back` is when the team is there again, on its clock; None while it is there.
    """

    minutes: int
    measured: bool
    promised: dt.datetime | None = None
    back: dt.datetime | None = None


def expected(connection: Connection, queue: Queue, times: Times, now: dt.datetime, place: int) -> Wait:
    """What a customer may expect who has waited in the queue from `now` on; `place` wait before them.

    It is the median of how long the last first answers took, and grows with the queue: as many before the customer
    as there are people to answer make it twice as long.
    """
    begin = now - RECENT
    taken = [
        times.between(*each).total_seconds() for each in service_rows.recent(connection, queue.id, begin, MOST)
    ]
    measured = len(taken) >= FEW
    usual = dt.timedelta(seconds=median(taken)) if measured else queue.first_minutes * MINUTE
    if measured and place:
        usual *= 1 + place / max(1, serving.there(connection, queue.id, assignment.since(connection, now)))
    promised = max(usual, queue.first_minutes * MINUTE)
    back = None if times.there(now) else times.back(now)
    if back is not None:
        return Wait(rounded(promised), measured, _quarter(times.after(now, promised)), back)
    if times.between(now, now + usual) < usual:  # the team goes home before
        return Wait(rounded(usual), measured, _quarter(times.after(now, promised)))
    return Wait(rounded(usual), measured)


def rounded(wait: dt.timedelta) -> int:
    """Minutes as people say them, never fewer than they are."""
    minutes = -(-wait // MINUTE)
    return next((step for step in STEPS if minutes <= step), -(-minutes // 60) * 60)


def _quarter(moment: dt.datetime) -> dt.datetime:
    """The end of the quarter of an hour, which every clock has at the same minutes or a half of it apart."""
    past = (moment - dt.datetime.min.replace(tzinfo=dt.UTC)) % QUARTER
    return moment + (QUARTER - past) if past else moment
