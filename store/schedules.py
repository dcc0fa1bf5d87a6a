"""Recurring jobs: when each is next to run, claimed by whichever replica looks first.

A next run that is further away than two of the job's intervals was set by a clock that was ahead, and counts as
due; otherwise the job would rest for as long as that clock was ahead. Two, since no two clocks quite agree.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import schedules


def waiting(connection: Connection, every: Mapping[str, dt.timedelta], now: dt.datetime) -> set[str]:
    """Those of the jobs, given with their intervals, whose next run has not come."""
    next_runs = connection.execute(sa.select(schedules.c.name, schedules.c.next_run))
    return {name for name, at in next_runs if name in every and now < at <= now + 2 * every[name]}


def claim(connection: Connection, name: str, every: dt.timedelta, now: dt.datetime) -> bool:
    """Take the job's run that is due and set the next; False when it is not due or another took it."""
    connection.execute(insert(schedules).values(name=name, next_run=now).on_conflict_do_nothing())
    is_due = sa.or_(schedules.c.next_run <= now, schedules.c.next_run > now + 2 * every)
    taken = connection.execute(
        sa.update(schedules).where(schedules.c.name == name, is_due).values(next_run=now + every)
    )
    return bool(taken.rowcount)
