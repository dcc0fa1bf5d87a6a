"""The tick: what is due is opened, jobs run once, whatever happens in between."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from scheduler.jobs import JOBS
from scheduler.tick import SIDE_BY_SIDE, Job, Tick
from store import contacts, due, schedules, sessions
from store.database import Database, StoreUnavailable
from store.tables import due as due_table
from talk.journal import Record
from tests.conftest import NOON

pytestmark = pytest.mark.slow

PATIENCE = 60.0  # seconds for a look


class Desk:
    """Opens due rows by claiming them, and remembers which."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.opened: list[int] = []
        self.ran: list[dt.datetime] = []

    async def fall_due(self, due_id: int) -> None:
        if await self.database.transact(lambda connection: due.claim(connection, due_id)):
            self.opened.append(due_id)

    async def chunk(self, _database: Database, now: dt.datetime) -> bool:
        self.ran.append(now)
        return len(self.ran) % 3 != 0

    def tick(self, now: dt.datetime = NOON) -> Tick:
        return Tick(self.database, self.fall_due, {"job": Job(dt.timedelta(hours=1), self.chunk)}, now=lambda: now)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def _put(connection: Connection, rows: int) -> None:
    contact = contacts.make(connection, "webchat", "web", "1", name="", language="en", at=NOON)
    session = sessions.open_new(connection, contact.id, contact.identity_id, Record("f", "r"), NOON)
    for token in range(rows):
        due.put(connection, "wake", contact.id, session.id, token, NOON)


async def test_everything_that_is_due_is_opened_once(desk: Desk) -> None:
    await desk.database.transact(lambda connection: _put(connection, 250))
    await asyncio.gather(desk.tick().open_due(), desk.tick().open_due())
    assert len(desk.opened) == len(set(desk.opened)) == 250


async def test_what_is_not_due_stays(desk: Desk) -> None:
    await desk.database.transact(lambda connection: _put(connection, 3))
    await desk.tick(NOON - dt.timedelta(seconds=1)).open_due()
    assert desk.opened == []
    left = await desk.database.read(lambda connection: connection.scalar(sa.select(sa.func.count(due_table.c.id))))
    assert left == 3


async def test_a_job_runs_its_chunks_to_the_end_and_then_waits_for_its_time(desk: Desk) -> None:
    await desk.tick().run_jobs()
    await desk.tick(NOON + dt.timedelta(minutes=59)).run_jobs()
    assert len(desk.ran) == 3
    await desk.tick(NOON + dt.timedelta(hours=1)).run_jobs()
    assert len(desk.ran) == 6


async def test_a_job_that_is_not_wanted_neither_runs_nor_is_written_down(desk: Desk) -> None:
    wanted = False
    job = Job(dt.timedelta(seconds=1), desk.chunk, wanted=lambda _connection: wanted)
    tick = Tick(desk.database, desk.fall_due, {"job": job}, now=lambda: NOON)
    await tick.run_jobs()
    every = {"job": job.every}
    assert desk.ran == []
    assert await desk.database.read(lambda connection: schedules.waiting(connection, every, NOON)) == set()
    wanted = True
    await tick.run_jobs()
    assert len(desk.ran) == 3


async def test_replicas_run_a_job_once(desk: Desk) -> None:
    await asyncio.gather(*(desk.tick().run_jobs() for _replica in range(4)))
    assert len(desk.ran) == 3


async def test_of_replicas_that_have_all_seen_a_job_to_be_due_one_gets_it(database: Database) -> None:
    def take(connection: Connection) -> bool:
        return schedules.claim(connection, "job", dt.timedelta(hours=1), NOON)

    taken = await asyncio.gather(*(database.transact(take) for _replica in range(4)))
    assert sorted(taken) == [False, False, False, True]


async def test_it_looks_by_itself_until_it_is_stopped(desk: Desk) -> None:
    await desk.database.transact(lambda connection: _put(connection, 1))
    looked = asyncio.Event()

    async def opened(due_id: int) -> None:
        await desk.fall_due(due_id)
        looked.set()

    tick = Tick(desk.database, opened, {}, now=lambda: NOON)
    tick.start()
    async with asyncio.timeout(PATIENCE):
        await looked.wait()
    await tick.stop()
    assert len(desk.opened) == 1


async def test_it_stops_at_once_however_much_is_due(desk: Desk) -> None:
    await desk.database.transact(lambda connection: _put(connection, 50))
    gate, begun = asyncio.Event(), {"row": asyncio.Event(), "job": asyncio.Event()}

    async def opened(due_id: int) -> None:
        begun["row"].set()
        await gate.wait()
        await desk.fall_due(due_id)

    async def endless(_database: Database, now: dt.datetime) -> bool:
        begun["job"].set()
        await gate.wait()
        desk.ran.append(now)
        return True

    jobs = {"job": Job(dt.timedelta(hours=1), endless), "other": Job(dt.timedelta(hours=1), endless)}
    tick = Tick(desk.database, opened, jobs, now=lambda: NOON)
    tick.start()
    async with asyncio.timeout(PATIENCE):
        for each in begun.values():
            await each.wait()
        ending = asyncio.create_task(tick.stop())
        await asyncio.sleep(0)  # it has been told
        gate.set()
        await ending
    assert (len(desk.opened), len(desk.ran)) == (SIDE_BY_SIDE, 1)


async def test_what_is_due_does_not_wait_for_a_long_job(desk: Desk) -> None:
    begun, opened = asyncio.Event(), asyncio.Event()

    async def long(_database: Database, _now: dt.datetime) -> bool:
        begun.set()
        await opened.wait()
        return False

    async def fall_due(due_id: int) -> None:
        await desk.fall_due(due_id)
        opened.set()

    tick = Tick(desk.database, fall_due, {"long": Job(dt.timedelta(hours=1), long)}, now=lambda: NOON)
    tick.start()
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        await desk.database.transact(lambda connection: _put(connection, 1))
        await opened.wait()
        await tick.stop()
    assert len(desk.opened) == 1


async def test_a_prompt_job_does_not_wait_for_a_long_one(desk: Desk) -> None:
    begun, done = asyncio.Event(), asyncio.Event()

    async def long(_database: Database, _now: dt.datetime) -> bool:
        begun.set()
        await done.wait()
        return False

    async def prompt(_database: Database, _now: dt.datetime) -> bool:
        await begun.wait()
        done.set()
        return False

    hour = dt.timedelta(hours=1)
    jobs = {"long": Job(hour, long), "prompt": Job(hour, prompt, prompt=True)}
    tick = Tick(desk.database, desk.fall_due, jobs, now=lambda: NOON)
    tick.start()
    async with asyncio.timeout(PATIENCE):
        await done.wait()
        await tick.stop()


async def test_a_database_that_is_away_does_not_end_the_ticking(desk: Desk) -> None:
    await desk.database.transact(lambda connection: _put(connection, 1))
    looked = asyncio.Event()
    refused: list[int] = []

    async def opened(due_id: int) -> None:
        if not refused:
            refused.append(due_id)
            raise StoreUnavailable("away")
        await desk.fall_due(due_id)
        looked.set()

    tick = Tick(desk.database, opened, {}, now=lambda: NOON)
    tick.start()
    async with asyncio.timeout(PATIENCE):
        await looked.wait()
    await tick.stop()
    assert desk.opened == refused


async def test_every_real_job_can_run_on_an_empty_database(database: Database) -> None:
    for job in JOBS.values():
        assert not await job.chunk(database, NOON)
