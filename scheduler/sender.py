"""The sender: everything said leaves through the outbox and through here.

Replies and service messages are delivered at least once, marketing at most once (`sending.receipts`). Order holds
per contact and lane (`store.outbox.claim`). Consent and cadence are checked as the last thing before the wire
(`store.outbox_sending.standings`, `outreach.cadence`). Limits hold over all senders of an account (`pacing`).
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from outreach.cadence import Cadence
from scheduler.sending import metrics
from scheduler.sending.clock import Clock, SystemClock
from scheduler.sending.desk import Desk
from scheduler.sending.terms import Terms
from store import outbox
from store.database import Database, StoreUnavailable
from talk.channel import Channel

log = structlog.get_logger()

GRACE_SECONDS = 20.0
GAUGE_SECONDS = 15.0
RESTART_SECONDS = 1.0


class Sender:
    """Sends what the outbox has for these channel accounts.

    `channels` are by (channel, account). `cadence` reads the rules for marketing as they are now; by default those
    of the programme, for a business that lives by UTC. At most `width` messages of an account are on the wire at
    once. What a sender claimed that died is taken back after `lease`. An answer of the provider's is waited for as
    long as `patience`, and no more than half a lease; after it, nobody knows. The outbox is looked at when `wake`
    is called and every `poll` seconds. `alone` says that no other process sends: then what a dead sender held is
    taken back at the start already; by default it is true on SQLite, where one process writes. `failpoint` is a
    place where tests may kill the process: sender.claimed, sender.sending, sender.sent, sender.marked.
    """

    def __init__(
        self,
        database: Database,
        channels: Mapping[tuple[str, str], Channel],
        *,
        clock: Clock | None = None,
        cadence: Callable[[Connection], Cadence] | None = None,
        width: int = 64,
        lease: dt.timedelta = dt.timedelta(seconds=60),
        patience: dt.timedelta = dt.timedelta(seconds=25),
        poll: float = 0.25,
        alone: bool | None = None,
        failpoint: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._database = database
        self._channels = dict(channels)
        self._terms = Terms(
            clock=clock or SystemClock(),
            cadence=cadence or partial(Cadence.of, zone="UTC"),
            width=width,
            lease=lease,
            patience=patience,
            poll=poll,
            alone=database.path is not None if alone is None else alone,
            failpoint=failpoint,
        )
        self._desks: dict[tuple[str, str], Desk] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False
        self._grace = GRACE_SECONDS
        self._ended = asyncio.Event()

    def wake(self) -> None:
        """Look at the outbox at once; to be called after a commit that put something there, from any thread."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return  # it looks when it starts
        if _running_loop() is loop:
            self._wake()
        else:
            loop.call_soon_threadsafe(self._wake)

    async def run(self) -> None:
        """Send until stopped."""
        self._loop = asyncio.get_running_loop()
        self._ended.clear()
        try:
            async with asyncio.TaskGroup() as tasks:
                gauge = tasks.create_task(self._show_depth())
                desks = [tasks.create_task(self._serve(key)) for key in self._channels]
                await asyncio.gather(*desks)
                gauge.cancel()
        finally:
            self._loop = None
            self._ended.set()

    def stop(self) -> None:
        """Let `run` end: what is on the wire is finished, what is not is given back for others to send."""
        self._stopping = True
        for desk in self._desks.values():
            desk.stop(self._grace)

    async def drain(self, within: float = GRACE_SECONDS) -> None:
        """Stop, and return when everything is written down, at most `within` seconds later.

        What the provider has not answered by then counts as never answered.
        """
        running = self._loop is not None
        self._grace = within
        self.stop()
        if running:
            await self._ended.wait()

    def _wake(self) -> None:
        for desk in self._desks.values():
            desk.wake()

    async def _serve(self, key: tuple[str, str]) -> None:
        while not self._stopping:
            desk = self._desks[key] = Desk(self._database, self._channels[key], self._terms)
            try:
                await desk.run()
            except* Exception as errors:
                # One account's trouble is not the others'. What this desk held is taken back when its leases end.
                log.error(
                    "sender_failed", channel=key[0], errors=[type(error).__name__ for error in errors.exceptions]
                )
                await self._terms.clock.sleep(RESTART_SECONDS)

    async def _show_depth(self) -> None:
        while True:
            try:
                metrics.show_depth(await self._database.read(outbox.depth), list(self._channels))
            except StoreUnavailable:
                log.warning("outbox_depth_unknown")
            await self._terms.clock.sleep(GAUGE_SECONDS)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None
