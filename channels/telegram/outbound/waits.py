"""How long an answer is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class _Wait:
    def __init__(self, task: asyncio.Task[object], ends: float) -> None:
        self.task = task
        self.cancelling = task.cancelling()
        self.ends = ends
        self.over = False


class Patience:
    """Ends whatever takes longer than `seconds`.

    With one timer for all: aiohttp's own, one for each request, take a tenth of a request's time.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waits: dict[_Wait, None] = {}  # in the order in which they end
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, work: Awaitable[T]) -> T:
        """What `work` comes to. Raises TimeoutError when it takes too long."""
        task = asyncio.current_task()
        assert task is not None
        wait = _Wait(task, asyncio.get_running_loop().time() + self._seconds)
        self._waits[wait] = None
        if self._timer is None:
            self._look()
        try:
            return await work
        except asyncio.CancelledError:
            if wait.over and task.uncancel() <= wait.cancelling:
                raise TimeoutError from None
            raise
        finally:
            del self._waits[wait]

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = None
        for wait in self._waits:
            if wait.ends > loop.time():
                self._timer = loop.call_at(wait.ends, self._look)
                break
            if not wait.over:
                wait.over = True
                wait.task.cancel()
