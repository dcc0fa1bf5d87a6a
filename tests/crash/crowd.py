"""The far side of the crash runs, in a process of its own: a fake Telegram and customers who never stop writing.

What they say stands in `said.jsonl`, what reached them in `wire.jsonl`, both written before anybody can know of it.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from channels.telegram.fake import FakeTelegram
from tests.crash.play import word

STOP_WORD = "STOP"
FIRST = 1_000  # the chat of the first customer
REST = 1.2  # seconds a customer waits between two messages: Telegram lets one a second through to a chat
UNREAD = 3  # a customer does not write on while so many of their messages were not taken
PER_SECOND = 30


class Saying(msgspec.Struct, frozen=True):
    """One message of a customer; `monotonic` is in seconds of the clock that all processes have."""

    update: int
    chat: int
    text: str
    monotonic: float = 0.0


class Crowd:
    """Customers who write, one every so often, each a word of a growing number and once perhaps a stop word."""

    def __init__(self, fake: FakeTelegram, customers: int, seed: int, log: Path) -> None:
        self._fake = fake
        self._dice = random.Random(seed)
        self._people = [fake.customer(FIRST + number) for number in range(customers)]
        self._written: Counter[int] = Counter()
        self._rested = dict.fromkeys((person.id for person in self._people), 0.0)
        self._stopped: set[int] = set()
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    async def write(self) -> None:
        """Write without end."""
        while True:
            await asyncio.sleep(self._dice.expovariate(PER_SECOND))
            person = self._dice.choice(self._people).id
            unread = sum(update.queue == ("", person) for update in self._fake.updates.pending())
            if self._rested[person] <= time.monotonic() and unread < UNREAD:
                self.say(person)

    def say(self, person: int) -> None:
        """Let a customer write their next message."""
        if person not in self._stopped and self._written[person] > 3 and self._dice.random() < 0.05:
            self._stopped.add(person)
            self._utter(person, STOP_WORD)
        else:
            self._written[person] += 1
            self._utter(person, word(person, self._written[person]))

    def everybody(self) -> None:
        """Let everybody write once more."""
        for person in self._people:
            self.say(person.id)

    def _utter(self, person: int, text: str) -> None:
        self._rested[person] = time.monotonic() + REST
        saying = Saying(self._fake.updates.next_id, person, text, time.monotonic())
        os.write(self._log, msgspec.json.encode(saying) + b"\n")
        self._fake.customer(person).types(text)


async def _serve(folder: Path, customers: int, seed: int, desk: socket.socket) -> None:
    async with FakeTelegram(paid=True, strangers=True, log_path=folder / "wire.jsonl") as fake:
        crowd = Crowd(fake, customers, seed, folder / "said.jsonl")
        reader, writer = await asyncio.open_connection(sock=desk)
        writing = asyncio.create_task(crowd.write())
        writer.write(f"{fake.url}\n".encode())
        while command := (await reader.readline()).decode().strip():
            if command == "hush":
                writing.cancel()
            elif command == "everybody":
                crowd.everybody()
            writer.write(f"{len(fake.updates.pending())}\n".encode())


class Telegram:
    """The parent's end: the server's address, and a word with the customers."""

    def __init__(self, desk: socket.socket) -> None:
        self._desk = desk.makefile("rw")
        self.url = self._desk.readline().strip()

    def ask(self, command: str) -> int:
        """Have the customers `hush`, or `everybody` write once; how many updates are not confirmed."""
        self._desk.write(f"{command}\n")
        self._desk.flush()
        return int(self._desk.readline())

    def close(self) -> None:
        """Let the far side end."""
        self._desk.close()


@contextmanager
def telegram(folder: Path, customers: int, seed: int) -> Iterator[Telegram]:
    """Run the far side in a child process until the block is left."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        try:
            asyncio.run(_serve(folder, customers, seed, theirs))
        finally:
            os._exit(0)
    theirs.close()
    with ours:
        far_side = Telegram(ours)
    try:
        yield far_side
    finally:
        far_side.close()
        os.waitpid(child, 0)
