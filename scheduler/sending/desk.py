"""One account's sending: this keeps the store, `Wire` keeps the wire, and they share only what is in memory.

So a slow database does not stop the wire, nor a slow provider the marking. Whatever has come together is asked of
the database in one transaction (`Pulse`), and then the next.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from functools import partial

import msgspec
import structlog

from scheduler.sending import metrics, receipts
from scheduler.sending.clock import Bell
from scheduler.sending.pulse import Demand, Pulse
from scheduler.sending.receipts import Letter, Settlement
from scheduler.sending.terms import HOLD_SECONDS, Terms
from scheduler.sending.wire import Wire
from store.database import Database, StoreUnavailable
from store.outbox import MARKETING, REPLY, SERVICE, Row
from talk.channel import Channel
from talk.messages import Outgoing

log = structlog.get_logger()

MARKS = 200  # receipts that are written in one transaction
LINGER_SECONDS = 0.01  # for more to come together
RECEIPT_SECONDS = 0.03  # and with marketing's receipts, which nobody waits for
SLOWEST_RETRY = 2.0  # seconds between tries to reach the database
MARK_SECONDS = 2.0  # of the time to drain are kept for marking

_decoder = msgspec.json.Decoder(Outgoing)


class Desk:
    """Sends what the outbox has for one account, until it is stopped."""

    def __init__(self, database: Database, channel: Channel, terms: Terms) -> None:
        self._database = database
        self._channel = channel
        self._terms = terms
        self._clock = terms.clock
        self._wire = Wire(channel, terms, self)
        self._settlements: list[Settlement] = []
        self._pause_until: dt.datetime | None = None
        self._bell = Bell(terms.clock)
        self._more_marketing = True
        self._pulsed_at = self._looked_at = self._swept_at = -math.inf
        self._recovering = terms.alone
        self._retry = 0.0
        self._singly = False
        self._stopping = False
        self._grace = 0.0

    def wake(self) -> None:
        """There is something new in the outbox."""
        self._looked_at = -math.inf
        self._bell.ring()

    def stop(self, grace: float) -> None:
        """Claim nothing more, give back what is not on the wire, and wait at most `grace` seconds for the rest."""
        self._grace = grace
        self._stopping = True
        self._bell.ring()

    async def run(self) -> None:
        """Work until stopped."""
        async with asyncio.TaskGroup() as tasks:
            wire = tasks.create_task(self._wire.run(tasks))
            self._bell.ring()
            while not self._stopping:
                await self._bell.wait()
                if not self._stopping:
                    await self._pulse(self._plan())
            await self._wind_down()
            wire.cancel()

    # What the wire tells

    def settled(self, settlement: Settlement) -> None:
        """Write this down soon: a reply's receipt at once, for the next reply waits for it."""
        self._settlements.append(settlement)
        lingers = settlement.row.lane == MARKETING and not self._stopping
        self._bell.by(self._pulsed_at + RECEIPT_SECONDS if lingers else -math.inf)

    def pause(self, seconds: float) -> None:
        """The provider lets nothing through for this account: all its senders must know."""
        until = self._clock.now() + dt.timedelta(seconds=seconds)
        self._pause_until = max(until, self._pause_until or until)
        self._paused(seconds)

    def consider(self) -> None:
        """Ask the store for more if the wire can take more."""
        if self._wire.pace.paused(self._clock.monotonic()):
            return
        hungry = self._more_marketing and self._wire.room >= self._wire.lot
        if hungry or self._wire.lacks_slots():
            self._bell.by(self._pulsed_at + LINGER_SECONDS)

    # The store

    def _plan(self) -> Pulse:
        now = self._clock.monotonic()
        pulse = self._settling()
        if self._recovering:
            # Who sends alone and has just begun knows that every lease is a dead sender's.
            pulse.sweep = pulse.now + 2 * self._terms.lease
        if self._recovering or self._singly or self._wire.pace.paused(now):
            return pulse
        if now - self._looked_at >= self._terms.poll:
            self._looked_at = now
            self._more_marketing = True
        if now - self._swept_at >= self._terms.lease.total_seconds() / 4:
            self._swept_at, pulse.sweep = now, pulse.now
        pulse.demand = self._demand(now)
        return pulse

    def _settling(self) -> Pulse:
        limit = 1 if self._singly else MARKS
        settlements, self._settlements = self._settlements[:limit], self._settlements[limit:]
        pause_until, self._pause_until = self._pause_until, None
        now = self._clock.now()
        return Pulse(
            channel=self._channel.name,
            account=self._channel.account,
            now=now,
            leased_until=now + self._terms.lease,
            cadence=self._terms.cadence,
            chat_wait=partial(self._wire.pace.chat_wait, now=self._clock.monotonic()),
            settlements=settlements,
            pause_until=pause_until,
        )

    def _demand(self, now: float) -> Demand:
        pace, queue = self._wire.pace, self._wire.queue
        return Demand(
            replies=max(0, self._wire.ahead - queue.urgent),
            marketing=self._wire.room if self._more_marketing else 0,
            waiting=queue.urgent + queue.marketing,
            slots=pace.slots(now) if pace.rate else 0,
            ahead=pace.ahead if pace.rate else 0,
            slot=pace.slot if pace.rate else None,
            lag=dt.timedelta(seconds=pace.lag),
        )

    async def _pulse(self, pulse: Pulse) -> None:
        began = self._pulsed_at = self._clock.monotonic()
        try:
            await self._database.transact(pulse.run)
        except StoreUnavailable as error:
            log.warning("sender_waits_for_the_database", channel=self._channel.name, error=str(error))
            self._undo(pulse)
        except Exception as error:
            # Not the error's own words: they may hold the message.
            log.error("sender_pulse_failed", channel=self._channel.name, error=type(error).__name__)
            if self._singly and pulse.settlements:
                log.error("receipt_not_written", row=pulse.settlements[0].row.public_id)
                pulse.settlements = ()
            self._singly = True
            self._undo(pulse)
        else:
            self._retry = 0.0
            self._wire.pace.took(self._clock.monotonic() - began)
            self._singly = self._singly and bool(self._settlements)
            self._apply(pulse, began)
            return
        self._retry = min(SLOWEST_RETRY, max(0.1, 2 * self._retry))
        await self._clock.sleep(self._retry)
        self._bell.ring()

    def _undo(self, pulse: Pulse) -> None:
        """Whether the transaction committed is not known: whatever it may have taken is given back."""
        taken = [receipts.release(row) for row in (*pulse.claimed, *pulse.begun)]
        self._settlements = [*pulse.settlements, *taken, *self._settlements]
        if pulse.pause_until is not None:
            self._pause_until = max(pulse.pause_until, self._pause_until or pulse.pause_until)

    def _apply(self, pulse: Pulse, began: float) -> None:
        lease_ends = began + self._terms.lease.total_seconds()
        for row in (*pulse.claimed, *pulse.begun):
            self._admit(row, lease_ends)
        if pulse.first_slot is not None:
            self._wire.pace.grant(began + (pulse.first_slot - pulse.now).total_seconds(), pulse.granted)
        if pulse.demand.marketing:
            self._more_marketing = MARKETING in pulse.more
        self._count(pulse)
        if pulse.settlements:
            self._terms.failpoint("sender.marked")
        if pulse.claimed or pulse.begun:
            self._terms.failpoint("sender.claimed")
        if pulse.paused_until is not None:
            self._paused((pulse.paused_until - pulse.now).total_seconds())
        self._wire.nudge()
        self._bell.by(began + self._terms.poll)
        if self._recovering:
            self._recovering = bool(pulse.swept)
            self._bell.ring()
        if self._settlements:
            self._bell.by(began + RECEIPT_SECONDS)
        if pulse.more & {REPLY, SERVICE}:
            self._bell.by(began + LINGER_SECONDS)

    def _admit(self, row: Row, lease_ends: float) -> None:
        letter = Letter(row, Outgoing(), lease_ends)
        try:
            letter.outgoing = _decoder.decode(row.payload)
        except msgspec.MsgspecError:
            log.error("message_unreadable", row=row.public_id)
            self.settled(receipts.drop(letter, "failed", "unreadable"))
        else:
            self._wire.queue.put(letter)

    def _count(self, pulse: Pulse) -> None:
        name = self._channel.name
        for row, _reason in pulse.skipped:
            metrics.outcomes(name, row.lane, "skipped").inc()
        for swept in pulse.swept:
            log.warning("lease_ran_out", channel=name, row=swept.public_id, state=swept.state)
            if swept.state != "queued":
                metrics.outcomes(name, swept.lane, swept.state).inc()

    def _paused(self, seconds: float) -> None:
        self._wire.pace.pause(self._clock.monotonic() + seconds)
        if seconds > HOLD_SECONDS:
            self._give_up_all()
        self._bell.by(self._clock.monotonic() + seconds)

    def _give_up_all(self) -> None:
        for letter in self._wire.queue.empty():
            self.settled(receipts.release(letter.row))

    async def _wind_down(self) -> None:
        self._give_up_all()
        cut = self._clock.monotonic() + max(0.0, self._grace - MARK_SECONDS)
        while self._wire.flying or self._settlements:
            now = self._clock.monotonic()
            if now >= cut + MARK_SECONDS:
                log.error("receipts_not_written", channel=self._channel.name, messages=len(self._settlements))
                break
            if now >= cut:
                self._wire.cut()
            if self._settlements:
                await self._pulse(self._settling())
            else:
                self._bell.by(cut if now < cut else cut + MARK_SECONDS)
                await self._bell.wait()
