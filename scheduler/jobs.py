"""Every recurring job, by its name."""

from __future__ import annotations

import datetime as dt

from loyalty import ledger
from scheduler import concluding, crediting, deciding, folding, indexing, suggesting, theming
from scheduler.tick import Job
from store import api_answers, media, verdicts
from store.database import Database


async def expire_points(database: Database, now: dt.datetime) -> bool:
    """Take out points whose time has passed; whether there may be more."""
    return bool(await database.transact(lambda connection: ledger.expire(connection, now)))


async def mature_points(database: Database, now: dt.datetime) -> bool:
    """Make points spendable that have waited long enough; whether there may be more."""
    return bool(await database.transact(lambda connection: ledger.mature(connection, now)))


async def release_holds(database: Database, now: dt.datetime) -> bool:
    """Put back what nobody confirmed in time; whether there may be more."""
    return bool(await database.transact(lambda connection: ledger.release_expired(connection, now)))


async def review_tiers(database: Database, now: dt.datetime) -> bool:
    """Keep or lower tiers whose time is over, and judge by a new programme; whether there may be more."""
    return bool(await database.transact(lambda connection: ledger.review_tiers(connection, now)))


async def forget_media(database: Database, now: dt.datetime) -> bool:
    """Forget what customers sent a year ago; whether there may be more."""
    return await database.transact(lambda connection: media.forget(connection, now - media.KEPT_FOR))


async def forget_answers(database: Database, now: dt.datetime) -> bool:
    """Forget what the API answered long ago; whether there may be more."""
    return await database.transact(lambda connection: api_answers.forget(connection, now))


async def forget_verdicts(database: Database, now: dt.datetime) -> bool:
    """Forget why messages came or did not, long ago; whether there may be more."""
    return await database.transact(lambda connection: verdicts.forget(connection, now))


JOBS = {
    "expire_points": Job(dt.timedelta(hours=1), expire_points),
    "mature_points": Job(dt.timedelta(minutes=5), mature_points),
    "release_holds": Job(dt.timedelta(minutes=1), release_holds),
    "review_tiers": Job(dt.timedelta(hours=1), review_tiers),
    "forget_media": Job(dt.timedelta(days=1), forget_media),
    "forget_answers": Job(dt.timedelta(hours=1), forget_answers),
    "fold_people": folding.JOB,
    "index_lines": indexing.JOB,
    "mark_themes": theming.JOB,
    **suggesting.JOBS,
    **crediting.JOBS,
    **concluding.JOBS,
    **deciding.JOBS,
    "forget_verdicts": Job(dt.timedelta(days=1), forget_verdicts),
}
