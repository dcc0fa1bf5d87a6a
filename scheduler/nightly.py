"""Work of every night that takes long, begun in the background when its hour has come."""

from __future__ import annotations

import abc
import asyncio
import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from store.database import Database

LOOKS = dt.timedelta(minutes=5)
RETRY = dt.timedelta(hours=1)  # after one that failed


class Nightly(abc.ABC):
    """Looks whether the night has come, and works; `stop` leaves off."""

    def __init__(self, database: Database, zone: ZoneInfo, *, now: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._zone = zone
        self._now = now
        self._running: asyncio.Task[None] | None = None

    async def look(self, database: Database, now: dt.datetime) -> bool:
        """Begin in the background when it is time; never more to do at once."""
        idle = self._running is None or self._running.done()
        if idle and await database.read(lambda connection: self._is_wanted(connection, now)):
            self._running = asyncio.create_task(self._work())
        return False

    async def settled(self) -> None:
        """Wait until what has begun is done; for a clock that runs faster than the work."""
        if self._running is not None:
            await asyncio.wait((self._running,))

    async def stop(self) -> None:
        """Leave off."""
        if self._running is not None:
            self._running.cancel()
            with suppress(asyncio.CancelledError):
                await self._running

    @abc.abstractmethod
    def _is_wanted(self, connection: Connection, now: dt.datetime) -> bool: ...

    @abc.abstractmethod
    async def _work(self) -> None: ...


def is_due(
    begun: dt.datetime | None, failed: dt.datetime | None, now: dt.datetime, *, night: dt.time, zone: ZoneInfo
) -> bool:
    """Whether the last one was begun before the latest night, and none failed lately; the first is due at once."""
    local = now.astimezone(zone)
    latest = dt.datetime.combine(local.date(), night, zone)
    if latest > local:
        latest = dt.datetime.combine(local.date() - dt.timedelta(days=1), night, zone)
    rested = failed is None or now - failed >= RETRY
    return rested and (begun is None or begun < latest)
