"""Any cut of a conversation over a real store, by a restart, a duplicate, a crash or an interruption, changes
nothing."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from flows.book import FLOWS
from store.database import Database
from store.sessions import one
from store.tables import due, entries, sessions
from talk.conversation import Session
from talk.engine import Book, Talk
from talk.messages import Inbound
from tests.handlers.house import Customer, TestHouse
from tests.talk.random_flows import ASIDES, Program, books

CUTS = ("duplicate", "at once", "crash", "restart", "stale press", "nonsense", "aside", "due again")
LABELS = {"choice": ("Tea", "Coffee", "Milk"), "yes_no": ("Yes", "No")}


async def welcome(talk: Talk) -> None:
    await talk.go("main")


async def help_(talk: Talk) -> None:
    await talk.go("aside")


class Visit:
    """A customer who goes through a script in `main`, on a database file that outlives the house."""

    def __init__(self, path: Path, book: dict[str, Program]) -> None:
        self.url = f"sqlite:///{path}"
        self.book: Book = {**FLOWS, **ASIDES, **book, "welcome": welcome, "help": help_, "menu": ASIDES["hint"]}
        self.says: list[str] = []
        self.question = ""
        self.dues: set[int] = set()
        self.customer = self._enter()

    def _enter(self) -> Customer:
        return TestHouse(Database(self.url), self.book).customer()

    def restart(self) -> None:
        house = self.customer.house
        house.database.close()
        seen, buttons = self.customer.seen, self.customer.buttons
        self.customer = self._enter()
        self.customer.house.now = house.now
        self.customer.seen, self.customer.buttons = seen, buttons

    async def go(self, script: list[int], cuts: Iterable[Iterable[str]] = ()) -> None:
        coming, script = iter(cuts), list(script)
        await self.happens(self.customer.event(text="hello"))
        while script and (session := await self.session()).state != "ended":
            now = set(next(coming, ()))
            await self.between(now)
            if session.state == "waiting" or (
                session.record.parked and session.record.parked.until and script[0] % 4 == 0
            ):
                script = script[session.state == "asking" :]
                await self.let_pass(now)
            else:
                await self.happens(self.answer(script.pop(0)), now)

    async def between(self, cuts: set[str]) -> None:
        if "restart" in cuts:
            self.restart()
        if "aside" in cuts:
            await self.happens(self.customer.event(text="help"))
            await self.happens(self.answer(1))
            await self.happens(self.answer(1))
        if "stale press" in cuts:
            await self.happens(self.customer.event("button", button="1.0.o1"))
        if "nonsense" in cuts and self.question and not self.question.startswith("text"):
            await self.happens(self.customer.event(text="?!"))
        if "due again" in cuts:
            for number in self.dues:
                await self.customer.house.turn.fall_due(number)

    def answer(self, number: int) -> Inbound:
        kind = self.question.partition(" ")[0]
        if labels := LABELS.get(kind):
            return self.customer.event("button", button=self.customer.buttons[labels[number % len(labels)]])
        return self.customer.event(text=str(number) if kind == "number" else f"word {number}")

    async def happens(self, event: Inbound, cuts: Iterable[str] = ()) -> None:
        house = self.customer.house
        if "crash" in cuts:
            house.failpoint = self.fails_once
        if "at once" in cuts:
            await asyncio.gather(*(house.turn.receive(event) for _copy in range(3)))
        await house.turn.receive(event)
        if "duplicate" in cuts:
            await house.turn.receive(event)
        await self.listen()

    def fails_once(self, name: str) -> None:
        if name == "turn.written":
            self.customer.house.failpoint = lambda _name: None
            raise RuntimeError(name)

    async def let_pass(self, cuts: set[str]) -> None:
        house = self.customer.house
        parked = (await self.session()).record.parked
        assert parked is not None
        here = due.c.session_id == 1, due.c.token == parked.token
        (row,) = await house.rows(sa.select(due.c.id, due.c.at).where(*here))
        house.now = max(house.now, row.at)
        self.dues.add(row.id)
        times = 3 if "at once" in cuts else 1
        await asyncio.gather(*(house.turn.fall_due(row.id) for _copy in range(times)))
        await self.listen()

    async def listen(self) -> None:
        for message in await self.customer.answers():
            for sentence in message.split("\n\n"):
                first, _space, rest = sentence.partition(" ")
                if first == "say" and rest.split()[0] not in ASIDES:
                    self.says.append(rest)
                elif first == "ask":
                    self.question = rest

    async def session(self) -> Session:
        found = await self.customer.house.database.read(lambda connection: one(connection, 1))
        assert found is not None
        return found[0]

    async def outcome(self) -> dict[str, Any]:
        session, house = await self.session(), self.customer.house
        earned = sa.select(entries.c.key, entries.c.points).order_by(entries.c.id)
        assert not [notice.kind for notice in house.alerts if notice.kind.endswith("parked")]
        asking = await house.rows(sa.select(sessions.c.id).where(sessions.c.state == "asking"))
        assert len(asking) <= 1
        return {
            "journal": session.record.journal,
            "exit": session.exit,
            "said": self.says,
            "entries": [tuple(row) for row in await house.rows(earned) if row.key.startswith("1:")],
        }


def outcome(template: Path, book: dict[str, Program], script: list[int], cuts: list[list[str]]) -> dict[str, Any]:
    async def visit(path: Path) -> dict[str, Any]:
        visit = Visit(path, book)
        try:
            await visit.go(script, cuts)
            return await visit.outcome()
        finally:
            visit.customer.house.database.close()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(template, folder))
        return asyncio.run(visit(path))


scripts = st.lists(st.integers(0, 30), min_size=1, max_size=5)
cuts = st.lists(st.lists(st.sampled_from(CUTS), max_size=2, unique=True), min_size=1, max_size=7)
# Shrinking what takes databases takes hours; the same properties without a store shrink.
anything = settings(suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.reuse, Phase.generate))


@settings(anything, max_examples=8)
@given(books(), scripts, cuts)
def test_a_conversation_over_a_store_is_not_changed_by_cuts(
    sqlite_template: Path, book: dict[str, Program], script: list[int], cuts: list[list[str]]
) -> None:
    assert outcome(sqlite_template, book, script, cuts) == outcome(sqlite_template, book, script, [])


@pytest.mark.slow
@settings(anything, max_examples=80)
@given(books(), scripts, cuts)
def test_many_conversations_over_a_store_are_not_changed_by_cuts(
    sqlite_template: Path, book: dict[str, Program], script: list[int], cuts: list[list[str]]
) -> None:
    assert outcome(sqlite_template, book, script, cuts) == outcome(sqlite_template, book, script, [])
