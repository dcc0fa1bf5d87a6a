"""Keeping how often customers buy in step with their purchases, a bounded number of customers at a time."""

from __future__ import annotations

import datetime as dt
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from loyalty import programme
from outreach import rhythms
from scheduler.tick import Job
from store.database import Database

EVERY = dt.timedelta(seconds=30)


def jobs(zone: ZoneInfo) -> dict[str, Job]:
    """The job by its name, for a business that lives by this time zone."""
    return {"make_rhythms": Job(EVERY, partial(make_rhythms, zone=zone))}


async def make_rhythms(database: Database, now: dt.datetime, *, zone: ZoneInfo) -> bool:
    """Make some of the rhythms anew that purchases have changed; whether there may be more."""

    def make(connection: Connection) -> bool:
        return rhythms.refresh(connection, programme.read(connection).currency, zone, now)

    return await database.transact(make)
