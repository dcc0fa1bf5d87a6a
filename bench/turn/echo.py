"""aiogram's own parse and dispatch with an echo handler: no store, no network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from aiogram import Dispatcher
from aiogram.types import Message

from bench.turn.survey import Value
from bench.turn.telegram import silent_bot


async def echo(message: Message) -> None:
    """Say the same."""
    await message.answer(message.text or "")


class Echo:
    """The dispatcher of aiogram's echo example."""

    def __init__(self) -> None:
        self._bot = silent_bot()
        self._dispatcher = Dispatcher()
        self._dispatcher.message.register(echo)

    async def feed(self, update: bytes) -> None:
        """Parse and dispatch an update."""
        await self._dispatcher.feed_raw_update(self._bot, msgspec.json.decode(update, type=dict[str, Any]))

    async def stop(self) -> None:
        """Nothing is open."""

    def answers(self) -> dict[str, dict[str, Value]]:
        """It keeps none."""
        return {}

    def rows(self) -> dict[str, str]:
        """It has no tables."""
        return {}


async def start(_directory: Path) -> Echo:
    """The contestant."""
    return Echo()
