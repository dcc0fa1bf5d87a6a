"""Time as the sender sees it, so that tests may move it."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import time
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """Something that will happen."""

    def cancel(self) -> None:
        """Let it not happen."""


class Clock(Protocol):
    """The time of day, and a count of seconds that never jumps."""

    def now(self) -> dt.datetime:
        """The moment, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds since some fixed point."""

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Have `callback` called on the event loop after `seconds`."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class SystemClock:
    """The machine's own time; the time of day is `now`'s, which may be ahead of it."""

    def __init__(self, now: Callable[[], dt.datetime] = _utc_now) -> None:
        self._now = now

    def now(self) -> dt.datetime:
        """The moment, aware, in UTC."""
        return self._now()

    def monotonic(self) -> float:
        """Seconds since some fixed point."""
        return time.monotonic()

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        """Have `callback` called on the event loop after `seconds`."""
        return asyncio.get_running_loop().call_later(seconds, callback)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class Bell:
    """Wakes the one loop that waits for it at the earliest moment anybody asked for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._rung = asyncio.Event()
        self._moment = math.inf
        self._timer: Timer | None = None

    def ring(self) -> None:
        """Wake it now."""
        self._rung.set()

    def by(self, moment: float) -> None:
        """Wake it at `moment` of the clock's monotonic time at the latest; infinity asks for nothing."""
        if moment >= self._moment or self._rung.is_set():
            return
        self._disarm()
        self._moment = moment
        seconds = moment - self._clock.monotonic()
        if seconds <= 0:
            self._rung.set()
        else:
            self._timer = self._clock.call_later(seconds, self._rung.set)

    async def wait(self) -> None:
        """Sleep until the bell rings; what was asked for before is then forgotten."""
        await self._rung.wait()
        self._rung.clear()
        self._disarm()
        self._moment = math.inf

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
