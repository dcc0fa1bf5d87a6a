"""Every recurring job, by its name."""

from __future__ import annotations

import datetime as dt

from loyalty import ledger
from scheduler.tick import Job
from store import media
from store.database import Database


async def expire_points(database: Database, now: dt.datetime) -> bool:
    """Take out points whose time has passed; whether there may be more."""
    return bool(await database.transact(lambda connection: ledger.expire(connection, now)))


async def forget_media(database: Database, now: dt.datetime) -> bool:
    """Forget what customers sent a year ago; whether there may be more."""
    return await database.transact(lambda connection: media.forget(connection, now - media.KEPT_FOR))


JOBS = {
    "expire_points": Job(dt.timedelta(hours=1), expire_points),
    "forget_media": Job(dt.timedelta(days=1), forget_media),
}
