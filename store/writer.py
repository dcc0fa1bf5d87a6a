"""SQLite's one writer: a thread that commits what waits, work that may be repeated in groups.

One fsync then serves several turns. When one of a group fails, the group is rolled back and each runs in a
transaction of its own. A savepoint for each would spare that, but costs every turn a tenth of its time: SQLite
keeps a copy of each page that is changed after it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy.engine import Connection, Engine

T = TypeVar("T")
GROUP = 32
GROUP_SECONDS = 0.02  # law 8: no writer transaction lasts over 50 ms


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
    repeatable: bool
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = field(default=None)


class GroupWriter:
    """Runs submitted work in order on one thread and one connection."""

    def __init__(self, engine: Engine) -> None:
        self.singly = False
        self._engine = engine
        self._jobs: deque[_Job] = deque()
        self._ready = threading.Condition()
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Connection], T], *, repeatable: bool) -> asyncio.Future[T]:
        """Queue `work`; the future is done after its commit. What is `repeatable` may share a transaction."""
        loop = asyncio.get_running_loop()
        job = _Job(work, repeatable, loop, loop.create_future())
        with self._ready:
            if self._closing:
                raise RuntimeError("The database is closed.")
            self._jobs.append(job)
            self._ready.notify()
        return job.future

    def close(self) -> None:
        """Finish the queue and end the thread."""
        with self._ready:
            self._closing = True
            self._ready.notify()
        self._thread.join()

    def _serve(self) -> None:
        connection = self._engine.connect().execution_options(sapa_writes=True)
        try:
            while (group := self._next_group()) is not None:
                _deliver(self._commit(connection, group))
        finally:
            connection.close()

    def _next_group(self) -> deque[_Job] | None:
        with self._ready:
            while not self._jobs:
                if self._closing:
                    return None
                self._ready.wait()
            group = deque([self._jobs.popleft()])
            size = GROUP if group[0].repeatable and not self.singly else 1
            while len(group) < size and self._jobs and self._jobs[0].repeatable:
                group.append(self._jobs.popleft())
            return group

    def _commit(self, connection: Connection, group: deque[_Job]) -> list[_Job]:
        """Run the group in one transaction; those that ran. What there was no time for goes back to the queue."""
        try:
            transaction = connection.begin()
        except Exception as error:  # nobody's fault: the database is locked, or its disk is full
            for job in group:
                job.error = error
            return list(group)
        ran: list[_Job] = []
        try:
            with transaction:
                started = time.monotonic()
                while group and (not ran or time.monotonic() - started < GROUP_SECONDS):
                    ran.append(job := group.popleft())
                    job.result = job.work(connection)
        except BaseException as error:  # whatever it is, this thread must not end of it
            if len(ran) == 1:
                ran[0].error = error
            else:
                for job in ran:
                    self._commit(connection, deque([job]))
        if group:
            with self._ready:
                self._jobs.extendleft(reversed(group))
        return ran


def _deliver(jobs: list[_Job]) -> None:
    loops = {job.loop for job in jobs}
    for loop in loops:
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, [job for job in jobs if job.loop is loop])


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        if job.future.cancelled():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
