"""Time that passes only when nothing else happens: hours of sending in an instant, the same each time.

The loop's clock jumps to the next timer once every callback has run and no database thread is at work.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy.engine import Connection

from scheduler.sending.clock import Timer
from store.database import Database
from tests.conftest import NOON

T = TypeVar("T")
PATIENCE = 30.0  # real seconds for one database transaction


class _Selector(selectors.DefaultSelector):
    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> Any:
        events = super().select(0)
        if events or timeout == 0:
            return events
        if self.loop.busy:
            return super().select(PATIENCE)
        if timeout is None:
            raise RuntimeError("Everything waits and nothing will ever happen.")
        self.loop.elapsed += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop in virtual time; `busy` counts what runs on other threads meanwhile."""

    def __init__(self) -> None:
        selector = _Selector()
        selector.loop = self
        self.elapsed = 0.0
        self.busy = 0
        super().__init__(selector)

    def time(self) -> float:
        return self.elapsed


def run(story: Coroutine[Any, Any, T]) -> T:
    """Run a story in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(story)


class VirtualClock:
    """The sender's clock on a virtual loop; `skew` seconds off from other machines."""

    def __init__(self, start: dt.datetime = NOON, skew: float = 0.0) -> None:
        self._start = start + dt.timedelta(seconds=skew)

    def now(self) -> dt.datetime:
        return self._start + dt.timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        return asyncio.get_running_loop().call_later(seconds, callback)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class StillDatabase(Database):
    """A database during whose work the virtual time stands still; a transaction then takes `latency` seconds."""

    latency = 0.0

    async def transact(self, work: Callable[[Connection], T], *, repeatable: bool = False) -> T:
        if self.latency:
            await asyncio.sleep(self.latency)
        return await self._still(super().transact(work, repeatable=repeatable))

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self._still(super().read(work))

    async def _still(self, work: Coroutine[Any, Any, T]) -> T:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        loop.busy += 1
        try:
            return await work
        finally:
            loop.busy -= 1
