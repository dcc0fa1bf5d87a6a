"""A provider inside the test: its log is the truth of the wire."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from talk.channel import Rates
from talk.messages import Later, Outgoing, Receipt, Refused, Sent, Unknown


@dataclass(frozen=True, slots=True)
class Heard:
    """What reached the provider: when, for whom, what, what it answered, and whether the customer got it."""

    at: float
    to: str
    text: str
    receipt: Receipt
    delivered: bool


Answer = Callable[[str, Outgoing], Receipt]


def deliver(to: str, outgoing: Outgoing) -> Receipt:
    """A provider that takes everything."""
    return Sent(f"{to}:{outgoing.text}")


def scripted(*receipts: Receipt) -> Answer:
    """A provider that gives these answers, then takes everything."""
    left = list(receipts)
    return lambda to, outgoing: left.pop(0) if left else deliver(to, outgoing)


@dataclass
class Provider:
    """A channel whose far side is here.

    `answer` decides; an `Unknown("lost answer")` from it reached the customer, any other did not. `way` gives the
    seconds there and back. Above `limit` in any second of the provider's own clock messages are refused.
    """

    rates: Rates = field(default_factory=Rates)
    answer: Answer = deliver
    way: Callable[[], tuple[float, float]] = lambda: (0.01, 0.01)
    limit: int | None = None
    name: str = "telegram"
    account: str = "shop"
    heard: list[Heard] = field(default_factory=list)
    refused: int = 0
    calls: int = 0
    under_way: int = 0
    most_under_way: int = 0
    _second: deque[float] = field(default_factory=deque)

    async def send(self, to: str, outgoing: Outgoing) -> Receipt:
        there, back = self.way()
        self.calls += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(there)
            receipt = self._arrive(to, outgoing)
            await asyncio.sleep(back)
        finally:
            self.under_way -= 1
        return receipt

    async def fetch(self, ref: str, limit: int) -> bytes:
        raise AssertionError("Nobody fetches here.")

    def _arrive(self, to: str, outgoing: Outgoing) -> Receipt:
        now = asyncio.get_running_loop().time()
        while self._second and self._second[0] <= now - 1.0:
            self._second.popleft()
        if self.limit is not None and len(self._second) >= self.limit:
            self.refused += 1
            return Later("too many requests", 3.0, account=True)
        self._second.append(now)
        receipt = self.answer(to, outgoing)
        delivered = isinstance(receipt, Sent) or (isinstance(receipt, Unknown) and receipt.reason == "lost answer")
        self.heard.append(Heard(now, to, outgoing.text, receipt, delivered))
        return receipt

    @property
    def texts(self) -> list[str]:
        """What customers got, in the order of arrival."""
        return [heard.text for heard in self.heard if heard.delivered]

    def copies(self) -> Counter[str]:
        """How often customers got each text."""
        return Counter(self.texts)


def faulty(share: float, seed: int) -> Answer:
    """A provider that takes most messages, and meets some with every other kind of answer."""
    dice = random.Random(seed)

    def answer(to: str, outgoing: Outgoing) -> Receipt:
        if dice.random() >= share:
            return deliver(to, outgoing)
        faults: list[Receipt] = [
            Unknown("lost answer"),
            Unknown("lost request"),
            Later("too many requests", dice.uniform(0.5, 4.0)),
            Later("account halted", dice.uniform(0.5, 4.0), account=True),
            Refused("bad request"),
        ]
        return dice.choice(faults)

    return answer
