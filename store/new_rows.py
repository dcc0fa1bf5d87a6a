"""Rows that a job looks at once each, in the order of their ids.

Those of transactions that run side by side may come out of order, so a job goes up to a boundary that it noted a
minute before: whatever has a lower id has committed by then, or never will.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import marks

SETTLED = dt.timedelta(minutes=1)  # no transaction takes so long
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


def between(connection: Connection, table: sa.Table, job: str, now: dt.datetime) -> tuple[int, int]:
    """After which id and up to which the job is to look at the table's rows now; equal: at none.

    What was there before the job's first look is left alone.
    """
    noted_at, until = marks.lock(connection, f"{job}_until", LONG_AGO)
    done = marks.lock(connection, job, LONG_AGO)[1]
    if noted_at == LONG_AGO:
        done = _last(connection, table)
        marks.move(connection, job, now, done)
    if noted_at == LONG_AGO or (done >= until and now - noted_at >= SETTLED):
        marks.move(connection, f"{job}_until", now, _last(connection, table))
        return done, done
    return (done, until) if now - noted_at >= SETTLED else (done, done)


def looked_at(connection: Connection, job: str, after: int, last: int, now: dt.datetime) -> None:
    """The job has looked at the rows up to `last`, unless another replica has gone on from the same place."""
    if marks.lock(connection, job, now)[1] == after:
        marks.move(connection, job, now, last)


def _last(connection: Connection, table: sa.Table) -> int:
    return connection.scalar(sa.select(sa.func.coalesce(sa.func.max(table.c.id), 0))) or 0
