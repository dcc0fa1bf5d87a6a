"""The API, made ready when it is first asked for: whoever only chats does not pay for its framework at start."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

if TYPE_CHECKING:
    from console.api.house import House


class LateApi:
    """Stands where the API is, and builds it on another thread while the first request waits."""

    def __init__(self, house: House, clock: Callable[[], float] = time.monotonic) -> None:
        self._house = house
        self._clock = clock
        self._building: asyncio.Future[ASGIApp] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self._building is None:
            self._building = asyncio.ensure_future(asyncio.to_thread(self._build))
        api = await asyncio.shield(self._building)
        await api(scope, receive, send)

    def _build(self) -> ASGIApp:
        from console.api.application import application

        return application(self._house, clock=self._clock)
