"""SQLite's one writer: a thread that commits waiting transactions in groups.

One fsync then serves several turns. Each runs under its own savepoint, so one that raises takes nothing of the
others with it.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from store.prepared import Prepared

T = TypeVar("T")
GROUP = 32
GROUP_SECONDS = 0.02  # law 8: no writer transaction lasts over 50 ms

_SAVEPOINT = Prepared(sa.text("SAVEPOINT job"))
_ROLL_BACK = Prepared(sa.text("ROLLBACK TO SAVEPOINT job"))
_RELEASE = Prepared(sa.text("RELEASE SAVEPOINT job"))


@dataclass(slots=True)
class _Job:
    work: Callable[[Connection], Any]
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

    def submit(self, work: Callable[[Connection], T]) -> asyncio.Future[T]:
        """Queue `work`; the future is done after its commit."""
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
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
            size = 1 if self.singly else GROUP
            return deque(self._jobs.popleft() for _ in range(min(size, len(self._jobs))))

    def _commit(self, connection: Connection, group: deque[_Job]) -> list[_Job]:
        done: list[_Job] = []
        try:
            with connection.begin():
                started = time.monotonic()
                while group:
                    done.append(job := group.popleft())
                    _run(connection, job)
                    if time.monotonic() - started > GROUP_SECONDS:
                        break
        except Exception as error:
            if not done:  # it could not even begin
                done = list(group)
                group.clear()
            for job in done:
                job.error = error
        if group:
            with self._ready:
                self._jobs.extendleft(reversed(group))
        return done


def _run(connection: Connection, job: _Job) -> None:
    _SAVEPOINT.run(connection)
    try:
        job.result = job.work(connection)
    except BaseException as error:  # whatever it is, this thread must not end of it
        job.error = error
        _ROLL_BACK.run(connection)
    _RELEASE.run(connection)


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
