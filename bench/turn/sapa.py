"""Sapa: the update as the webhook takes it, through the turn, to its commit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bench.turn import store
from bench.turn.dialogue import BOOK, answers_of
from bench.turn.survey import ACCOUNT, NOW, Value
from channels.telegram.intake import Intake
from handlers.scene import House, Notice
from handlers.turn import Committed, Turn
from store.database import Database


class Sapa:
    """The turn over a SQLite store; the clock stands still unless somebody moves it."""

    def __init__(self, directory: Path) -> None:
        self.now = NOW
        self._path = directory / store.NAME
        self.database = Database(f"sqlite:///{self._path}")
        house = House(BOOK, ZoneInfo("Asia/Kuala_Lumpur"), "MY", "en", b"", "")
        turn = Turn(self.database, house, now=self._moment, committed=_committed, alert=_alert)
        self._intake = Intake(ACCOUNT, turn.receive, _park)

    def _moment(self) -> dt.datetime:
        return self.now

    async def feed(self, update: bytes) -> None:
        """Take an update as the webhook does."""
        await self._intake.take(msgspec.json.decode(update, type=dict[str, Any]))

    async def stop(self) -> None:
        """Close the store."""
        self.database.close()

    def answers(self) -> dict[str, dict[str, Value]]:
        """What the journals of the sessions hold."""
        return {sender: answers_of(record) for sender, record in store.records(self._path)}

    def rows(self) -> dict[str, str]:
        """What the tables hold."""
        return store.digests(self._path)


def _committed(_committed: Committed) -> None:
    """Nothing is sent here."""


async def _alert(notice: Notice) -> None:
    raise AssertionError(f"Nothing should go wrong: {notice}.")


async def _park(raw: str, _external_id: str, _reason: str) -> None:
    raise AssertionError(f"Everything should be readable: {raw}.")


async def start(directory: Path) -> Sapa:
    """The contestant."""
    return Sapa(directory)
