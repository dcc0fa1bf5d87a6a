"""The broadcaster: campaigns begin, get their recipients, put their messages into the outbox, and end.

Two loops side by side: one gives everybody in an audience their row, the other prepares whoever is due and takes
over what became of messages. Each step is one short transaction that holds its campaign, so any number of replicas
may work, and one that is killed anywhere is gone on from by the next. Few of a campaign's messages wait in the
outbox at a time: replies do not wait behind them, and little is prepared in vain when the campaign is paused.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeAlias

import msgspec
import structlog
from prometheus_client import Counter
from sqlalchemy.engine import Connection

from outreach.cadence import Cadence
from outreach.campaigns import ending, expanding, preparing
from outreach.campaigns.lifecycle import settings_of
from outreach.campaigns.preparing import Batch, Terms
from outreach.templates.content import Content
from outreach.templates.rendering import Link
from scheduler.sending.clock import Bell, Clock, SystemClock
from store import campaigns_at_work, recipients_folding
from store.campaigns import CANCELLED, DONE, PLANNED, RUNNING
from store.campaigns_at_work import AtWork
from store.database import Database, StoreUnavailable

log = structlog.get_logger()

IN_OUTBOX = 1_000  # messages of a campaign that are due there, and no more are prepared
STUCK_IN_OUTBOX = 5_000  # with those that the provider told to wait
FOLDED = 500  # messages whose outcome is taken over in one transaction
STEP_SECONDS = 0.02  # how long a transaction is to take: law 8 allows 50 ms
SOON = 0.1  # until what is under way is looked at again
TRY_AGAIN = 60.0  # seconds for which a campaign rests when a step of it failed
REMEMBERED = 100  # campaigns whose contents are kept at hand

Work: TypeAlias = Callable[[AtWork, list[AtWork]], Awaitable[float]]

_PREPARED = Counter("sapa_broadcast_prepared", "Campaigns' messages that were put into the outbox.")


class Size:
    """How many rows a transaction takes, so that it lasts about `STEP_SECONDS`."""

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most
        self.rows = least

    def took(self, rows: int, seconds: float) -> None:
        """So many rows took so long."""
        if rows >= self.rows / 2:
            wanted = rows * STEP_SECONDS / max(seconds, 1e-6)
            # Slowly up and at once down: one slow commit of the disk's is the rule of nothing.
            self.rows = round(min(self._most, max(self._least, min(wanted, 2 * self.rows))))


class Did(msgspec.Struct, frozen=True):
    """What a step did: how many messages it put into the outbox, and in how many seconds there is more to do.

    `turned`: the campaign began or ended.
    """

    put: int
    again: float
    turned: bool = False


class Broadcaster:
    """Works on all campaigns until it is stopped; it looks when `wake` is called and every `poll` seconds.

    `zone` is the business's time zone. `link` makes, from a campaign's public id, what makes the addresses of its
    links. `put` is called after a commit that put messages into the outbox. `failpoint` is a place where tests may
    kill the process: broadcast.written (before a commit), broadcast.expanded, broadcast.stepped (after one).
    """

    def __init__(
        self,
        database: Database,
        *,
        zone: str,
        link: Callable[[str], Link],
        put: Callable[[], None],
        clock: Clock | None = None,
        poll: float = 1.0,
        failpoint: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._database = database
        self._zone = zone
        self._link = link
        self._put = put
        self._clock = clock or SystemClock()
        self._poll = poll
        self._failpoint = failpoint
        self._bells = (Bell(self._clock), Bell(self._clock))
        self._batch, self._stretch = Size(50, 400), Size(250, 4_000)
        self._contents: dict[int, dict[str, Content]] = {}
        self._resting: dict[int, float] = {}
        self._stopping = False

    def wake(self) -> None:
        """Look at once; to be called on the event loop, after a commit that changed a campaign."""
        for bell in self._bells:
            bell.ring()

    async def stop(self) -> None:
        """Let `run` end after the steps that are under way."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Work until stopped."""
        self.wake()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._loop(self._bells[0], self._expand))
            tasks.create_task(self._loop(self._bells[1], self._step))

    async def _loop(self, bell: Bell, work: Work) -> None:
        while True:
            await bell.wait()
            if self._stopping:
                return
            again = await self._round(work)
            if not self._stopping:
                bell.by(self._clock.monotonic() + again)

    async def _round(self, work: Work) -> float:
        """One piece of work for each campaign, those first that go first; in how many seconds to look again."""
        again = self._poll
        try:
            found = await self._database.read(campaigns_at_work.at_work)
            found.sort(key=lambda campaign: (-settings_of(campaign).priority, campaign.id))
            for campaign in found:
                if not self._stopping and self._resting.get(campaign.id, -math.inf) <= self._clock.monotonic():
                    again = min(again, await self._safely(work, campaign, found))
        except StoreUnavailable as error:
            log.warning("broadcaster_waits_for_the_database", error=str(error))
        return again

    async def _safely(self, work: Work, campaign: AtWork, found: list[AtWork]) -> float:
        try:
            return await work(campaign, found)
        except StoreUnavailable:
            raise
        except Exception:
            # One campaign's trouble is not the others'.
            log.exception("campaign_failed", campaign=campaign.public_id)
            self._resting[campaign.id] = self._clock.monotonic() + TRY_AGAIN
            return self._poll

    # From an audience to recipients

    async def _expand(self, campaign: AtWork, _others: list[AtWork]) -> float:
        now = self._clock.now()
        if not expanding.is_wanted(campaign, now):
            return self._poll
        look = partial(expanding.look, campaign=campaign, most=self._stretch.rows, now=now, zone=self._zone)
        found = await self._database.read(look)
        await self._database.transact(partial(self._add, campaign_id=campaign.id, found=found, now=now))
        self._failpoint("broadcast.expanded")
        self._bells[1].ring()
        return 0.0

    def _add(self, connection: Connection, campaign_id: int, found: expanding.Found, now: dt.datetime) -> None:
        began = time.perf_counter()
        expanding.add(connection, campaign_id, found, now, self._zone)
        self._stretch.took(len(found.zones), time.perf_counter() - began)

    # From recipients to messages, and back

    async def _step(self, campaign: AtWork, others: list[AtWork]) -> float:
        if campaign.state == PLANNED and campaign.starts_at > self._clock.now():
            return self._poll
        priority = settings_of(campaign).priority
        before = [each.id for each in others if each.state == RUNNING and settings_of(each).priority > priority]
        work = partial(self._work, campaign_id=campaign.id, before=before, now=self._clock.now())
        did = await self._database.transact(work)
        self._failpoint("broadcast.stepped")
        if did.turned:
            self._bells[0].ring()
        if did.put:
            _PREPARED.inc(did.put)
            self._put()
        return did.again

    def _work(self, connection: Connection, campaign_id: int, before: list[int], now: dt.datetime) -> Did:
        """One step of a campaign, inside its transaction."""
        campaign = campaigns_at_work.hold(connection, campaign_id)
        if campaign is None:
            return Did(0, self._poll)
        if ending.turn(connection, campaign, now):
            return Did(0, 0.0, turned=True)
        if campaign.state == RUNNING:
            return self._serve(connection, campaign, before, now)
        more = recipients_folding.fold(connection, campaign_id, FOLDED) == FOLDED
        if campaign.state in (DONE, CANCELLED):
            more |= ending.wind_up(connection, campaign, self._batch.rows, now) > 0
        return Did(0, 0.0 if more else self._poll)

    def _serve(self, connection: Connection, campaign: AtWork, before: list[int], now: dt.datetime) -> Did:
        """Take over what became of messages, and prepare others."""
        began = time.perf_counter()
        more = recipients_folding.fold(connection, campaign.id, FOLDED) == FOLDED
        more |= expanding.deal_rest(connection, campaign, self._batch.rows, now, self._zone) > 0
        batch = self._prepare(connection, campaign, before, now)
        self._failpoint("broadcast.written")
        self._batch.took(batch.looked_at, time.perf_counter() - began)
        if more or batch.more:
            return Did(batch.put, 0.0)
        if batch.put or batch.under_way:
            return Did(batch.put, SOON)
        ending.finish(connection, campaign, now)
        return Did(0, self._poll)

    def _prepare(self, connection: Connection, campaign: AtWork, before: list[int], now: dt.datetime) -> Batch:
        """Prepare some, if there is room in the outbox for a batch that is worth a transaction."""
        put, due = recipients_folding.under_way(connection, campaign.id, now)
        room = min(IN_OUTBOX - due, STUCK_IN_OUTBOX - put)
        if room < min(self._batch.rows, IN_OUTBOX // 4):
            return Batch(under_way=put)
        batch = preparing.prepare(
            connection, campaign, self._terms(connection, campaign, before), min(room, self._batch.rows), now
        )
        batch.under_way = put
        return batch

    def _terms(self, connection: Connection, campaign: AtWork, before: list[int]) -> Terms:
        return Terms(
            cadence=Cadence.of(connection, self._zone),
            zone=self._zone,
            contents=self._contents_of(connection, campaign),
            link=self._link(campaign.public_id),
            before=before,
        )

    def _contents_of(self, connection: Connection, campaign: AtWork) -> dict[str, Content]:
        """What its variants say: read once, for nothing of it changes any more."""
        known = self._contents.get(campaign.id)
        if known is None:
            if len(self._contents) >= REMEMBERED:
                self._contents.clear()
            _condition, contents = campaigns_at_work.frozen(connection, campaign.id)
            known = self._contents[campaign.id] = msgspec.convert(contents, dict[str, Content])
        return known
