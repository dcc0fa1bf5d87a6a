"""Every recurring job, by its name."""

from __future__ import annotations

import datetime as dt

from loyalty import ledger
from scheduler.tick import Job
from store.database import Database


async def expire_points(database: Database, now: dt.datetime) -> bool:
    """Take out points whose time has passed; whether there may be more."""
    return bool(await database.transact(lambda connection: ledger.expire(connection, now)))


JOBS = {"expire_points": Job(dt.timedelta(hours=1), expire_points)}
