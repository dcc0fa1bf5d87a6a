"""What every contestant of the turn is to the contest, and its process: `python -m bench.turn.player NAME ...`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Protocol

import msgspec

from bench.contest import measured, pin
from bench.turn.survey import Value, updates

IN_FLIGHT = 64

PLAYERS = {
    "sapa": "bench.turn.sapa",
    "echo": "bench.turn.echo",
    "template": "bench.turn.template",
    "ptb": "bench.turn.ptb",
    "floor": "bench.turn.floor",
}
"""Each in a module of its own with a function `start`, imported by its process alone."""


class Player(Protocol):
    """A bot that holds the survey."""

    async def feed(self, update: bytes) -> None:
        """Handle one update; when this returns, what it changed is kept."""

    async def stop(self) -> None:
        """Keep what is left to keep and close."""

    def answers(self) -> dict[str, dict[str, Value]]:
        """What was kept, once stopped: each customer's answers by the id of the chat."""

    def rows(self) -> dict[str, int]:
        """How many rows each table has; nothing for a bot without tables."""


Start = Callable[[Path], Awaitable[Player]]
"""Starts the bot with its files in a directory of its own, in which an empty store may lie."""


async def drive(feed: Callable[[bytes], Awaitable[None]], waiting: Iterable[bytes]) -> None:
    """Feed all updates, at most 64 in flight; a customer's next comes when many others had theirs."""
    queue = iter(waiting)

    async def work() -> None:
        for update in queue:
            await feed(update)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(IN_FLIGHT):
            tasks.create_task(work())


async def play(name: str, customers: int, directory: Path) -> dict[str, object]:
    """One survey with every customer; what it took and what is there afterwards."""
    start: Start = import_module(PLAYERS[name]).start
    player = await start(directory)
    said = list(updates(customers))
    with measured() as watch:
        await drive(player.feed, said)
    await player.stop()
    return {
        "work": len(said),
        "wall": watch.wall,
        "cpu": watch.cpu,
        "answers": player.answers(),
        "rows": player.rows(),
    }


def main() -> None:
    """Play and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=PLAYERS)
    parser.add_argument("customers", type=int)
    parser.add_argument("directory", type=Path)
    given = parser.parse_args()
    pin()
    result = asyncio.run(play(given.name, given.customers, given.directory))
    sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")


if __name__ == "__main__":
    main()
