"""Sweeping the clock: time passes fast, and everything that is due on the way happens as it would have.

The clock steps from one full hour to the next, at which the recurring jobs run, and to the quarters at which a row
is due: every zone's nine o'clock is one of them. Jobs and due rows are the tick's own, as always. Before the next
step the sender has sent: a row that it holds under a lease must not find that hours have passed.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from functools import partial

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from bot.demo.board import Board
from bot.demo.clock import DemoClock
from scheduler.tick import Tick
from store.database import Database
from store.tables import campaign_recipients, campaigns, due, outbox

log = structlog.get_logger()

HOUR, QUARTER = dt.timedelta(hours=1), dt.timedelta(minutes=15)
LONGEST = dt.timedelta(days=31)
PAUSE_SECONDS = 0.02  # between steps, so that time is seen to pass
LOOK_SECONDS, SENT_WITHIN = 0.01, 2.0

Pause = Callable[[float], Awaitable[None]]


async def _at_once() -> None:
    """There is nothing that takes long."""


class Sweep:
    """One sweep at a time over `clock`; tells the board of every step."""

    def __init__(
        self,
        clock: DemoClock,
        database: Database,
        tick: Tick,
        wake: Callable[[], None],
        board: Board,
        *,
        settled: Callable[[], Awaitable[None]] = _at_once,
        pause: Pause = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._database = database
        self._tick = tick
        self._wake = wake
        self._settled = settled
        self._board = board
        self._pause = pause
        self._task: asyncio.Task[None] | None = None
        self.until: dt.datetime | None = None

    @property
    def running(self) -> bool:
        """Whether time passes fast now."""
        return self._task is not None and not self._task.done()

    def start(self, until: dt.datetime) -> bool:
        """Begin to sweep to that moment, at most a month away; False when a sweep is under way."""
        if self.running:
            return False
        self.until = min(until, self._clock.now() + LONGEST)
        self._task = asyncio.create_task(self._safely(self.until))
        return True

    async def stop(self) -> None:
        """Let time pass at its own pace again, after the step that is under way."""
        self.until = None
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    async def over(self, until: dt.datetime) -> None:
        """Step through everything until that moment, or until `stop`."""
        self.until = until
        while self.until is not None and (now := self._clock.now()) < until:
            full = _after(now, HOUR)
            waits = await self._database.read(partial(_due_between, since=now, until=full))
            await self._clock.forward(self._database, min(_after(now, QUARTER) if waits else full, until))
            if self._clock.now() >= full:
                await self._tick.run_jobs()
                await self._settled()
            await self._tick.open_due()
            await self._sent()
            self._board.tell("clock")
            await self._pause(PAUSE_SECONDS)
        self.until = None

    async def _safely(self, until: dt.datetime) -> None:
        try:
            await self.over(until)
        except Exception:
            log.exception("sweep_failed")
        finally:
            self.until = None
            self._board.tell("clock")

    async def _sent(self) -> None:
        """Wait until what may be sent now is sent; what cannot be sent holds time up for two seconds only."""
        self._wake()
        for _look in range(int(SENT_WITHIN / LOOK_SECONDS)):
            if not await self._database.read(self._waiting):
                return
            await self._pause(LOOK_SECONDS)

    def _waiting(self, connection: Connection) -> bool:
        now = self._clock.now()
        on_its_way = outbox.c.state.in_(("queued", "claimed", "sending")), outbox.c.due_at <= now
        begins = campaigns.c.state == "planned", campaigns.c.starts_at <= now
        runs = campaigns.c.state == "running"
        of_campaigns = campaign_recipients.c.campaign_id == campaigns.c.id
        prepared = of_campaigns, campaign_recipients.c.state == "waiting", campaign_recipients.c.due_at <= now
        waits = sa.or_(
            sa.exists().where(*on_its_way),
            sa.exists().where(*begins),
            sa.exists().where(runs, sa.or_(campaigns.c.expanded_at.is_(None), sa.exists().where(*prepared))),
        )
        return bool(connection.scalar(sa.select(waits)))


def _due_between(connection: Connection, since: dt.datetime, until: dt.datetime) -> bool:
    """Whether a row is due after one moment and before another."""
    then = due.c.at > since, due.c.at < until, due.c.parked.is_(sa.false())
    return bool(connection.scalar(sa.select(sa.exists().where(*then))))


def _after(now: dt.datetime, step: dt.timedelta) -> dt.datetime:
    """The next moment at which so much of a day is full."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + ((now - midnight) // step + 1) * step
