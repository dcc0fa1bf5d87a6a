"""Lets messages go to the provider as fast as its limits allow, replies first."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
from collections import deque
from dataclasses import dataclass
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

AHEAD = 100  # messages that are ready to go, and no more than a second's worth; marketing apart from the rest


class Ledger(Protocol):
    """Where the wire tells what became of messages."""

    def settled(self, settlement: Settlement) -> None:
        """Write this down soon."""

    def pause(self, seconds: float) -> None:
        """The provider lets nothing through for this account."""

    def consider(self) -> None:
        """Something went: perhaps more is wanted now."""


@dataclass(slots=True, eq=False)
class _Flight:
    """A message under way, and the task that carries it and perhaps another one after it."""

    letter: Letter
    began: float
    task: asyncio.Task[None] | None = None
    given_up: bool = False

    def give_up(self) -> None:
        """Wait for its answer no longer."""
        assert self.task is not None
        self.given_up = True
        self.task.cancel()


class Wire:
    """The messages that are ready for one account, and those under way.

    At most `width` are under way at once. Some of these places are kept free of marketing, so that a reply finds
    one even while the provider answers nothing. Who has brought one message there takes the next that may go.
    """

    def __init__(self, channel: Channel, terms: Terms, ledger: Ledger) -> None:
        self.pace = Pace(channel.rates, alone=terms.alone)
        self.queue = Queue()
        self._channel = channel
        self._terms = terms
        self._clock = terms.clock
        self._ledger = ledger
        self._bell = Bell(terms.clock)
        self._flights: set[_Flight] = set()
        self._marketing = 0  # of them
        self._for_marketing = max(1, terms.width - max(1, terms.width // 8))
        self._patience = min(terms.patience, terms.lease / 2).total_seconds()
        self._cut = False

    @property
    def flying(self) -> int:
        """How many messages are under way."""
        return len(self._flights)

    @property
    def ahead(self) -> int:
        """How many replies may be ready to go, and marketing messages apart from them: at most a second's worth."""
        return min(AHEAD, math.ceil(self.pace.rate)) if self.pace.rate else AHEAD

    @property
    def room(self) -> int:
        """How many more marketing messages could be ready to go."""
        room = self.ahead
        if self.pace.rate:
            room = min(room, self.pace.ahead - self.queue.urgent)
        return max(0, room - self.queue.marketing)

    @property
    def lot(self) -> int:
        """With how much room it is worth while to begin more marketing."""
        if self.pace.rate:
            # Sooner: a slot of time that finds no message is lost.
            return min(AHEAD // 4, (self.pace.ahead + 1) // 2)
        return AHEAD // 2

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
            flight.give_up()

    async def run(self, tasks: asyncio.TaskGroup) -> None:
        """Let messages go until cancelled; what is under way then is a task of `tasks`."""
        watch = tasks.create_task(self._watch())
        try:
            while True:
                await self._bell.wait()
                self._let_go(tasks)
                self._ledger.consider()
        finally:
            watch.cancel()

    def _let_go(self, tasks: asyncio.TaskGroup) -> None:
        now = self._clock.monotonic()
        held = self.queue.unhold(now)
        self._bell.by(math.inf if held is None else held)
        while (letter := self._next(now)) is not None:
            flight = _Flight(letter, now)
            self._begin(flight)
            flight.task = tasks.create_task(self._carry(flight))

    def _next(self, now: float) -> Letter | None:
        """The message that goes now."""
        while not self._cut and (lane := self._next_lane()) is not None:
            wait = self.pace.wait(now)
            if wait > 0:
                self._bell.by(now + wait)
                break
            if self._may_fly(letter := lane.popleft(), now):
                return letter
        return None

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
            self._ledger.settled(receipts.release(row, due_at))
        return False

    def _begin(self, flight: _Flight) -> None:
        self._flights.add(flight)
        self._marketing += flight.letter.row.lane == MARKETING
        self.pace.began(flight.letter.row.sender, flight.began)

    async def _carry(self, flight: _Flight) -> None:
        """Send a message, and as long as more may go at once, the next."""
        while True:
            self._terms.failpoint("sender.sending")
            receipt = await self._answer(flight)
            self._terms.failpoint("sender.sent")
            now = self._clock.monotonic()
            self._landed(flight, receipt, now)
            if flight.given_up or (letter := self._next(now)) is None:
                break
            flight.letter, flight.began = letter, now
            self._begin(flight)
            self._ledger.consider()
        self._bell.ring()

    async def _watch(self) -> None:
        """Give up what has been under way for too long; a timer for each message would cost more than its row."""
        while True:
            now = self._clock.monotonic()
            waiting = [flight for flight in self._flights if not flight.given_up]
            for flight in waiting:
                if flight.began + self._patience <= now:
                    flight.give_up()
            oldest = min((flight.began for flight in waiting if not flight.given_up), default=now)
            await self._clock.sleep(oldest + self._patience - now)

    async def _answer(self, flight: _Flight) -> Receipt:
        letter = flight.letter
        try:
            return await self._channel.send(letter.row.sender, letter.outgoing)
        except asyncio.CancelledError:
            if not flight.given_up:
                raise
            return Unknown("stopped while it was sent" if self._cut else "no answer")
        except Exception as error:
            # Not the error's own words: they may hold the message, the number or the token.
            log.error(
                "send_raised", channel=self._channel.name, row=letter.row.public_id, error=type(error).__name__
            )
            return Unknown(type(error).__name__)

    def _landed(self, flight: _Flight, receipt: Receipt, now: float) -> None:
        letter, row = flight.letter, flight.letter.row
        self._flights.discard(flight)
        self._marketing -= row.lane == MARKETING
        self.pace.ended(row.sender, now)
        metrics.seconds(self._channel.name).observe(now - flight.began)
        if isinstance(receipt, Later):
            if receipt.account:
                self._ledger.pause(receipt.seconds)
            else:
                self.pace.pause_chat(row.sender, now + receipt.seconds)
        self._settled(letter, receipts.settle(letter, receipt, self._clock.now()))

    def _settled(self, letter: Letter, settlement: Settlement) -> None:
        mark = settlement.mark
        metrics.outcomes(self._channel.name, letter.row.lane, mark.state).inc()
        if mark.state == "failed" and mark.reason.startswith(receipts.GIVEN_UP):
            log.error("message_given_up", channel=self._channel.name, row=letter.row.public_id, reason=mark.reason)
        self._ledger.settled(settlement)
