"""Forgetting the contacts who asked for it, a bounded piece at a time, so that replies stay fast meanwhile."""

from __future__ import annotations

import datetime as dt
from functools import partial

from sqlalchemy.engine import Connection

from loyalty import forfeits
from scheduler.tick import Job
from store import erasures, forgetting
from store.database import Database
from store.forgetting_steps import Step

EVERY = dt.timedelta(minutes=1)


def jobs(secret: bytes) -> dict[str, Job]:
    """The job that forgets; the house's secret makes the hashes by which an address stays known as suppressed."""

    async def chunk(database: Database, now: dt.datetime) -> bool:
        return await forget_one(database, secret, now)

    return {"erase": Job(EVERY, chunk)}


async def forget_one(database: Database, secret: bytes, now: dt.datetime) -> bool:
    """Forget one contact whose day has come; whether there may be another.

    It may be done again from its beginning, as it is after a crash. Who has a message with a provider just now is
    come back to in a minute.
    """
    contact_id = await database.read(lambda connection: erasures.next_due(connection, now))
    if contact_id is None:
        return False
    while await database.transact(lambda connection: forgetting.quieten(connection, contact_id, now)):
        pass
    if not await database.transact(lambda connection: forgetting.begin(connection, secret, contact_id, now)):
        return True
    while await database.transact(lambda connection: forfeits.forfeit(connection, contact_id, now)):
        pass
    await _forget_answers(database, contact_id)
    for step in forgetting.STEPS:
        await _through(database, step, contact_id)
    await database.transact(lambda connection: _end(connection, contact_id, now))
    return True


async def _through(database: Database, step: Step, contact_id: int) -> None:
    while await database.transact(lambda connection: step(connection, contact_id)):
        pass


def _end(connection: Connection, contact_id: int, now: dt.datetime) -> None:
    if forgetting.on_its_way(connection, contact_id):
        erasures.put_off(connection, contact_id, now + EVERY)
    else:
        erasures.done(connection, contact_id, now)


async def _forget_answers(database: Database, contact_id: int) -> None:
    public = await database.read(lambda connection: forgetting.public_ids(connection, contact_id))
    after: tuple[int, str] | None = (0, "")
    while after is not None:
        look = partial(forgetting.answers_about, public_ids=public, after=after)
        found, after = await database.read(look)
        if found:
            await database.transact(partial(forgetting.drop_answers, keys=found))
