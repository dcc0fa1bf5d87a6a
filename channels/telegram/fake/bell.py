"""Waiting for the fake's world to change, without asking it over and over."""

import asyncio
from collections.abc import Callable

PATIENCE = 120.0  # seconds: a busy machine is slow, not wrong


class Bell:
    """Rings at every change; who waits for something looks again then."""

    def __init__(self) -> None:
        self._listeners: list[asyncio.Future[None]] = []

    def ring(self) -> None:
        """Wake everybody who waits."""
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            if not listener.done():
                listener.set_result(None)

    async def until(self, condition: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until `condition()` is true; raises TimeoutError after `seconds`."""
        async with asyncio.timeout(seconds):
            while not condition():
                listener = asyncio.get_running_loop().create_future()
                self._listeners.append(listener)
                await listener
