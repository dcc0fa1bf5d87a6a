"""Lets messages go to the provider as fast as its limits allow, replies first."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from collections import deque
from typing import Protocol

import structlog

from scheduler.pacing import Pace
from scheduler.sending import metrics, receipts
from scheduler.sending.clock import Bell
from scheduler.sending.queue import Queue
from scheduler.sending.receipts import Letter, Settlement
from scheduler.sending.terms import HOLD_SECONDS, Terms
from store.outbox import MARKETING
from talk.channel import Channel
from talk.messages import Later, Receipt, Unknown

log = structlog.get_logger()

SEND_SECONDS = 25.0  # for the provider's answer, and no more than half a lease; after it, nobody knows
READY = 25  # marketing messages that wait for a free place on the wire


class Ledger(Protocol):
    """Where the wire tells what became of messages."""

    def settled(self, settlement: Settlement) -> None:
        """Write this down soon."""

    def pause(self, seconds: float) -> None:
        """The provider lets nothing through for this account."""

    def consider(self) -> None:
        """Something went: perhaps more is wanted now."""


class Wire:
    """The messages that are ready for one account, and those under way.

    At most `width` are under way at once. Some of these places are kept free of marketing, so that a reply finds
    one even while the provider answers nothing.
    """

    def __init__(self, channel: Channel, terms: Terms, ledger: Ledger) -> None:
        self.pace = Pace(channel.rates, alone=terms.alone)
        self.queue = Queue()
        self._channel = channel
        self._terms = terms
        self._clock = terms.clock
        self._ledger = ledger
        self._bell = Bell(terms.clock)
        self._flights: set[asyncio.Task[None]] = set()
        self._marketing = 0  # of them
        self._for_marketing = max(1, terms.width - max(1, terms.width // 8))
        self._patience = min(SEND_SECONDS, terms.lease.total_seconds() / 2)
        self._cut = False

    @property
    def flying(self) -> int:
        """How many messages are under way."""
        return len(self._flights)

    @property
    def room(self) -> int:
        """How many more marketing messages could be ready to go."""
        room = self._for_marketing + READY - self._marketing - self.queue.marketing
        if self.pace.rate:
            room = min(room, self.pace.ahead - self.queue.urgent - self.queue.marketing)
        return max(0, room)

    @property
    def lot(self) -> int:
        """With how much room it is worth while to begin more marketing."""
        return min(READY, (self.pace.ahead + 1) // 2) if self.pace.rate else READY

    def lacks_slots(self) -> bool:
        """Whether messages are ready that have no slot of the account's time."""
        return bool(self.pace.rate) and self.pace.slots(self._clock.monotonic()) < min(
            self.lot, self.queue.urgent + self.queue.marketing
        )

    def nudge(self) -> None:
        """Messages, slots or time have come."""
        self._bell.ring()

    def cut(self) -> None:
        """Wait for no answer any more."""
        self._cut = True
        for flight in self._flights:
            flight.cancel()

    async def run(self, tasks: asyncio.TaskGroup) -> None:
        """Let messages go until cancelled; what is under way then is a task of `tasks`."""
        while True:
            await self._bell.wait()
            self._let_go(tasks)
            self._ledger.consider()

    def _let_go(self, tasks: asyncio.TaskGroup) -> None:
        now = self._clock.monotonic()
        held = self.queue.unhold(now)
        self._bell.by(math.inf if held is None else held)
        while (lane := self._next_lane()) is not None:
            wait = self.pace.wait(now)
            if wait > 0:
                self._bell.by(now + wait)
                break
            if self._may_fly(letter := lane.popleft(), now):
                self._fly(letter, tasks)

    def _next_lane(self) -> deque[Letter] | None:
        if len(self._flights) >= self._terms.width:
            return None
        return self.queue.first(marketing=self._marketing < self._for_marketing)

    def _may_fly(self, letter: Letter, now: float) -> bool:
        row = letter.row
        wait = self.pace.chat_wait(row.sender, now)
        if wait <= 0 and letter.lease_ends - now >= self._patience:
            if row.expires_at is None or row.expires_at > self._clock.now():
                return True
            self._settled(letter, receipts.drop(letter, "skipped", "expired"))
        elif 0 < wait <= HOLD_SECONDS:
            self.queue.hold(letter, now + wait)
            self._bell.by(now + wait)
        else:
            due_at = self._clock.now() + dt.timedelta(seconds=wait) if wait > 0 else None
            self._ledger.settled(receipts.release(row, letter.place, due_at))
        return False

    def _fly(self, letter: Letter, tasks: asyncio.TaskGroup) -> None:
        self.pace.began(letter.row.sender, self._clock.monotonic())
        self._marketing += letter.row.lane == MARKETING
        self._flights.add(tasks.create_task(self._send(letter)))

    async def _send(self, letter: Letter) -> None:
        began = self._clock.monotonic()
        self._terms.failpoint("sender.sending")
        receipt = await self._answer(letter)
        self._terms.failpoint("sender.sent")
        self._landed(letter, receipt, began)

    async def _answer(self, letter: Letter) -> Receipt:
        try:
            async with asyncio.timeout(self._patience):
                return await self._channel.send(letter.row.sender, letter.outgoing)
        except TimeoutError:
            return Unknown("no answer")
        except asyncio.CancelledError:
            if not self._cut:
                raise
            return Unknown("stopped while it was sent")
        except Exception as error:
            # Not the error's own words: they may hold the message, the number or the token.
            log.error(
                "send_raised", channel=self._channel.name, row=letter.row.public_id, error=type(error).__name__
            )
            return Unknown(type(error).__name__)

    def _landed(self, letter: Letter, receipt: Receipt, began: float) -> None:
        flight = asyncio.current_task()
        assert flight is not None
        self._flights.discard(flight)
        self._marketing -= letter.row.lane == MARKETING
        now, row = self._clock.monotonic(), letter.row
        self.pace.ended(row.sender, now)
        metrics.seconds(self._channel.name).observe(now - began)
        if isinstance(receipt, Later):
            if receipt.account:
                self._ledger.pause(receipt.seconds)
            else:
                self.pace.pause_chat(row.sender, now + receipt.seconds)
        self._settled(letter, receipts.settle(letter, receipt, self._clock.now()))
        self._bell.ring()

    def _settled(self, letter: Letter, settlement: Settlement) -> None:
        mark = settlement.mark
        metrics.outcomes(self._channel.name, letter.row.lane, mark.state).inc()
        if mark.state == "failed" and mark.reason.startswith(receipts.GIVEN_UP):
            log.error("message_given_up", channel=self._channel.name, row=letter.row.public_id, reason=mark.reason)
        self._ledger.settled(settlement)
