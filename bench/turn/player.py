"""What every contestant of the turn is to the contest, and its process: `python -m bench.turn.player NAME ...`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Protocol

import msgspec

from bench.contest import measured, pin
from bench.turn.survey import EVENTS, Value, conversations

IN_FLIGHT = 64
WARM_UP = 8
"""With so many customers each contestant holds the survey before it is measured: whatever a bot does once (imports,
connections, statements compiled when first used) lies outside the measure for everybody."""

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

    def feed(self, update: bytes) -> Awaitable[None]:
        """Handle one update; when that is done, what it changed is kept."""

    async def stop(self) -> None:
        """Close what is open."""

    def answers(self) -> dict[str, dict[str, Value]]:
        """What was kept, read again once stopped: each customer's answers by the id of the chat."""

    def rows(self) -> dict[str, str]:
        """A digest of each table in a store of Sapa's; nothing for a bot with tables of its own or none."""


Start = Callable[[Path], Awaitable[Player]]
"""Starts the bot with its files in a directory of its own, in which an empty store of Sapa's lies."""


async def drive(feed: Callable[[bytes], Awaitable[None]], talks: Iterable[Sequence[bytes]]) -> None:
    """Feed all conversations side by side, 64 updates in flight.

    A customer's next update comes when the one before was handled and the others had their turn: nobody writes
    before the question is there.
    """
    waiting = deque(iter(talk) for talk in talks)

    async def work() -> None:
        while waiting:
            talk = waiting.popleft()
            if (update := next(talk, None)) is not None:
                await feed(update)
                waiting.append(talk)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(IN_FLIGHT):
            tasks.create_task(work())


async def play(name: str, customers: int, directory: Path) -> dict[str, object]:
    """One survey with every customer; what it took and what is there afterwards."""
    start: Start = import_module(PLAYERS[name]).start
    player = await start(directory)
    await drive(player.feed, conversations(range(WARM_UP)))
    talks = conversations(range(WARM_UP, WARM_UP + customers))
    with measured() as watch:
        await drive(player.feed, talks)
    await player.stop()
    return {
        "work": customers * EVENTS,
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
