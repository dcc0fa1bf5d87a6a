"""Recurring jobs: when each is next to run, claimed by whichever replica looks first."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import schedules


def waiting(connection: Connection, now: dt.datetime) -> set[str]:
    """The jobs whose next run has not come."""
    return set(connection.scalars(sa.select(schedules.c.name).where(schedules.c.next_run > now)))


def claim(connection: Connection, name: str, every: dt.timedelta, now: dt.datetime) -> bool:
    """Take the job's run that is due and set the next; False when it is not due or another took it."""
    connection.execute(insert(schedules).values(name=name, next_run=now).on_conflict_do_nothing())
    taken = connection.execute(
        sa.update(schedules)
        .where(schedules.c.name == name, schedules.c.next_run <= now)
        .values(next_run=now + every)
    )
    return bool(taken.rowcount)
