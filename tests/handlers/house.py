"""A house for tests: the real turn over a real database, a clock that stands still, and customers who write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from flows.book import FLOWS
from handlers.scene import House, Notice
from handlers.turn import Committed, Turn
from store.database import Database
from store.tables import outbox
from talk.engine import Book
from talk.messages import Inbound, Kind, Media
from tests.conftest import NOON, SECRET

_numbers = count(1)


class TestHouse:
    """The turn with everything around it that a test wants to look at."""

    __test__ = False

    def __init__(self, database: Database, book: Book | None = None) -> None:
        self.database = database
        self.now = NOON
        self.committed: list[Committed] = []
        self.alerts: list[Notice] = []
        self.house = House(
            book or FLOWS, ZoneInfo("Asia/Kuala_Lumpur"), "MY", "en", SECRET, "http://localhost:8000"
        )
        self.turn = Turn(
            database,
            self.house,
            now=lambda: self.now,
            committed=self._commit,
            alert=self._alert,
            failpoint=self._fail,
        )
        self.failpoint: Callable[[str], None] = lambda _name: None
        self.moved: Callable[[Committed], None] = lambda _committed: None

    def _fail(self, name: str) -> None:
        self.failpoint(name)

    def _commit(self, committed: Committed) -> None:
        self.committed.append(committed)
        self.moved(committed)

    async def _alert(self, notice: Notice) -> None:
        self.alerts.append(notice)

    def customer(self, sender: str = "1", channel: str = "webchat") -> Customer:
        return Customer(self, sender, channel)

    async def rows(self, statement: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        return await self.database.read(lambda connection: connection.execute(statement).all())


class Customer:
    """Somebody at a channel: what they send returns what the bot answered in that turn."""

    def __init__(self, house: TestHouse, sender: str, channel: str) -> None:
        self.house = house
        self.sender = sender
        self.channel = channel
        self.seen = 0
        self.buttons: dict[str, str] = {}

    def event(self, kind: Kind = "text", **details: Any) -> Inbound:
        details.setdefault("external_id", f"e{next(_numbers)}")
        return Inbound(
            channel=self.channel, account="web", sender=self.sender, kind=kind, at=self.house.now, **details
        )

    def types(self, text: str) -> Awaitable[list[str]]:
        return self.sends(self.event(text=text))

    def presses(self, label: str) -> Awaitable[list[str]]:
        return self.sends(self.event("button", button=self.buttons[label]))

    def photo(self, album: str = "") -> Awaitable[list[str]]:
        return self.sends(self.event("photo", media=(Media(ref="f1"),), album=album))

    async def sends(self, inbound: Inbound) -> list[str]:
        await self.house.turn.receive(inbound)
        return await self.answers()

    async def answers(self) -> list[str]:
        """What the bot said since the last look; its buttons can be pressed by their labels."""
        rows = await self.house.rows(
            sa.select(outbox.c.id, outbox.c.payload)
            .where(outbox.c.sender == self.sender, outbox.c.channel == self.channel, outbox.c.id > self.seen)
            .order_by(outbox.c.id)
        )
        for row in rows:
            self.seen = row.id
            for line in row.payload.get("buttons", []):
                self.buttons.update({button["label"]: button["data"] for button in line})
        return [row.payload.get("text", "") for row in rows]


def later(house: TestHouse, **ago: float) -> None:
    """Let time pass."""
    house.now += dt.timedelta(**ago)
