"""The planner's jobs: once an hour they put down what comes on contacts' days."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Protocol

from sqlalchemy.engine import Connection

from outreach import planned, planning
from outreach.occasions import NOTICES
from outreach.planning import WRITTEN
from scheduler.tick import Job
from store.database import Database
from store.occurrences import Time

EVERY = dt.timedelta(hours=1)
AT_ONCE = 25 * WRITTEN  # of greetings, in a chunk; so many that the next one seldom has to look again


class Write(Protocol):
    """What puts moments down."""

    def __call__(self, connection: Connection, times: list[Time]) -> object: ...


def jobs(zone: str) -> dict[str, Job]:
    """The planner's jobs by their names, for a business that lives by this time zone."""
    return {
        "plan_greetings": Job(EVERY, partial(plan_greetings, zone=zone)),
        "plan_notices": Job(EVERY, partial(plan_notices, zone=zone)),
    }


async def plan_greetings(database: Database, now: dt.datetime, *, zone: str) -> bool:
    """Plan greetings of the coming day and a half, and move those with another moment; whether there are more."""
    coming = await database.read(partial(planning.greetings, zone=zone, now=now))
    await _written(database, planned.put, coming.new[:AT_ONCE])
    await _written(database, planned.move, coming.moved[:AT_ONCE])
    return max(len(coming.new), len(coming.moved)) > AT_ONCE


async def plan_notices(database: Database, now: dt.datetime, *, zone: str) -> bool:
    """Plan a chunk of each notice of points that expire; whether there may be more."""
    more = [
        await database.transact(partial(planning.notices, zone=zone, notice=notice, now=now)) for notice in NOTICES
    ]
    return any(more)


async def _written(database: Database, write: Write, times: list[Time]) -> None:
    for start in range(0, len(times), WRITTEN):
        await database.transact(partial(write, times=times[start : start + WRITTEN]))
