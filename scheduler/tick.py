"""The tick: looks what is due, and opens turns and runs jobs for it.

APScheduler only says when to look. What is due stands in the database, and claiming it is part of the
transaction of its effect, so any number of replicas may tick.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.engine import Connection

from store import due, schedules
from store.database import Database, StoreUnavailable

log = structlog.get_logger()

EVERY_SECONDS = 1.0
AT_ONCE = 100
SIDE_BY_SIDE = 8


@dataclass(frozen=True, slots=True)
class Job:
    """Recurring work: how often, and one bounded chunk of it, which returns whether there is more.

    A `prompt` one does not wait until the others, which may take long, have had their turn. One that looks often
    says whether it is `wanted`, so that it writes nothing down while it is not.
    """

    every: dt.timedelta
    chunk: Callable[[Database, dt.datetime], Awaitable[bool]]
    prompt: bool = False
    wanted: Callable[[Connection], bool] = lambda _connection: True


class Tick:
    """Looks once a second until it is stopped. `fall_due` opens the turn of a due row."""

    def __init__(
        self,
        database: Database,
        fall_due: Callable[[int], Awaitable[None]],
        jobs: Mapping[str, Job],
        *,
        now: Callable[[], dt.datetime],
    ) -> None:
        self._database = database
        self._fall_due = fall_due
        self._jobs = jobs
        self._now = now
        self._clock = AsyncIOScheduler(timezone=dt.UTC)
        self._looks: dict[str, asyncio.Task[None]] = {}
        self._stopping = False

    def start(self) -> None:
        """Begin to look."""
        self._clock.add_job(self._tick, "interval", seconds=EVERY_SECONDS, coalesce=True, misfire_grace_time=None)
        self._clock.start()

    async def stop(self) -> None:
        """Look no more, and finish the turns and the chunk that are under way; however much is due, no others."""
        self._stopping = True
        if self._clock.running:
            self._clock.shutdown(wait=False)
        await asyncio.gather(*self._looks.values())

    async def _tick(self) -> None:
        # Side by side: a customer at the till is not told later because a million tiers are reviewed.
        prompt, others = (partial(self._run_jobs, prompt=prompt) for prompt in (True, False))
        for name, look in (("due", self.open_due), ("prompt", prompt), ("jobs", others)):
            if name not in self._looks or self._looks[name].done():
                self._looks[name] = asyncio.create_task(self._safely(look))

    async def _safely(self, look: Callable[[], Awaitable[None]]) -> None:
        try:
            await look()
        except StoreUnavailable as error:
            log.warning("tick_waits_for_the_database", error=str(error))
        except Exception:
            log.exception("tick_failed")

    async def open_due(self) -> None:
        """Open the turn of every row that is due."""
        while await self._open_page() == AT_ONCE:
            pass

    async def _open_page(self) -> int:
        """Open the rows that have been due longest; how many there were."""
        now = self._now()
        ready = await self._database.read(lambda connection: due.ready(connection, now, AT_ONCE))
        for start in range(0, len(ready), SIDE_BY_SIDE):
            if self._stopping:
                return start
            await asyncio.gather(*(self._fall_due(due_id) for due_id in ready[start : start + SIDE_BY_SIDE]))
        return len(ready)

    async def run_jobs(self) -> None:
        """Run every job that is due."""
        for prompt in (True, False):
            await self._run_jobs(prompt=prompt)

    async def _run_jobs(self, *, prompt: bool) -> None:
        now = self._now()
        jobs = {name: job for name, job in self._jobs.items() if job.prompt is prompt}
        every = {name: job.every for name, job in jobs.items()}

        def ready(connection: Connection) -> list[str]:
            waiting = schedules.waiting(connection, every, now)
            return [name for name, job in jobs.items() if name not in waiting and job.wanted(connection)]

        for name in await self._database.read(ready):
            if not self._stopping:
                await self._run(name, jobs[name])

    async def _run(self, name: str, job: Job) -> None:
        now = self._now()
        if not await self._database.transact(lambda connection: schedules.claim(connection, name, job.every, now)):
            return
        while not self._stopping and await job.chunk(self._database, now):
            pass
