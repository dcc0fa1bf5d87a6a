"""The agents and the customers: `python -m bench.inbox.player FOLDER SIZE`.

A message's time runs from the moment it is due, whenever it is really posted, to the event on an agent's stream
that bears its words. Some agents lose their connection again and again; they come back with the id of the last
event that they had. What they are told then is late by as long as they were away, so it counts as told or missed,
not as time.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import re
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from statistics import quantiles
from uuid import uuid4

import aiohttp
import msgspec

from bench.importing.chat import held_port
from bench.inbox.crowd import Crowd, Size

WORDS = re.compile(rb"message-(\d+)-end")
ADDRESSES = 40  # the customers' own: what one address may send is limited
CUT_EVERY = 0.25  # seconds; then another agent's connection is cut
AWAY = (0.2, 2.0)  # seconds for which one is away
LAST_LOOKS = 200  # twenty a second: in which what was sent last must arrive


class Agent:
    """One agent's console: which messages it was told, and how long each took that came while it listened."""

    def __init__(self, url: str, cookie: str, dues: dict[int, float]) -> None:
        self.told: set[int] = set()
        self.waits: list[float] = []
        self.listening = asyncio.Event()
        self._url, self._cookie, self._dues = url, cookie, dues
        self._id = self._last = b""
        self._since = 0.0
        self._answer: aiohttp.ClientResponse | None = None

    async def listen(self, browser: aiohttp.ClientSession) -> None:
        """Read the stream; when it is cut, come back a while later."""
        while True:
            headers = {"Cookie": self._cookie, **({"Last-Event-ID": self._last.decode()} if self._last else {})}
            async with browser.get(f"{self._url}/staff/events", headers=headers) as answer:
                assert answer.status == 200, await answer.text()
                self._answer = answer
                with suppress(aiohttp.ClientError):
                    async for line in answer.content:
                        self._hear(line)
            self._answer = None
            await asyncio.sleep(random.uniform(*AWAY))

    def cut(self) -> None:
        """Lose the connection."""
        if self._answer is not None:
            self._answer.close()

    def _hear(self, line: bytes) -> None:
        if line.startswith(b"id: "):
            self._id = line[4:].strip()
        elif not line.strip():
            self._last = self._id  # the event is whole
        elif line.startswith(b"event: hello"):
            self._since = time.monotonic()
            self.listening.set()
        elif line.startswith(b"event: reset"):
            raise AssertionError("An agent was told to load the page anew.")
        elif line.startswith(b"data: "):
            self._note(line)

    def _note(self, line: bytes) -> None:
        now = time.monotonic()
        for number in {int(found) for found in WORDS.findall(line)} - self.told:
            self.told.add(number)
            if self._dues[number] >= self._since:
                self.waits.append(now - self._dues[number])


async def play(folder: Path, size: Size) -> dict[str, float]:
    """Let customers write while agents listen, and say what came of it."""
    holder = socket.socket()
    port = held_port(holder)
    command = (
        sys.executable,
        "-m",
        "bench.inbox.server",
        str(folder),
        str(port),
        msgspec.json.encode(size).decode(),
    )
    server = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, limit=2**24)
    assert server.stdout is not None
    try:
        crowd = msgspec.json.decode(await server.stdout.readline(), type=Crowd)
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the server has taken the last
        with _sessions() as sessions:
            return await _played(f"http://127.0.0.1:{port}", crowd, size, sessions)
    finally:
        server.terminate()
        await server.wait()
        holder.close()


async def _played(url: str, crowd: Crowd, size: Size, sessions: list[aiohttp.ClientSession]) -> dict[str, float]:
    dues: dict[int, float] = {}
    expected: list[set[int]] = [set() for _queue in range(size.queues)]
    agents = [Agent(url, cookie, dues) for cookie, _queue in crowd.agents]
    listening = [asyncio.create_task(agent.listen(sessions[-1])) for agent in agents]
    for agent in agents:
        await agent.listening.wait()
    cutting = asyncio.create_task(_cut(agents))
    await _write(url, crowd, size, sessions[:-1], dues, expected)
    cutting.cancel()
    wanted = [(agent, expected[queue]) for agent, (_cookie, queue) in zip(agents, crowd.agents, strict=True)]
    for _look in range(LAST_LOOKS):
        if not any(numbers - agent.told for agent, numbers in wanted):
            break
        await asyncio.sleep(0.05)
    for task in listening:
        if task.done():
            task.result()
        task.cancel()
    waits = [wait for agent in agents for wait in agent.waits]
    cuts = quantiles(waits, n=20)
    return {
        "p50_ms": 1000 * cuts[9],
        "p95_ms": 1000 * cuts[-1],
        "delivered": sum(len(agent.told & numbers) for agent, numbers in wanted),
        "missed": sum(len(numbers - agent.told) for agent, numbers in wanted),
        "caught_up": sum(len(agent.told) - len(agent.waits) for agent in agents),
        "messages": len(dues),
    }


async def _write(
    url: str,
    crowd: Crowd,
    size: Size,
    sessions: list[aiohttp.ClientSession],
    dues: dict[int, float],
    expected: list[set[int]],
) -> None:
    """Post a message at each of its moments, whoever is still busy with an earlier one."""
    begun = time.monotonic() + 0.1
    customers = itertools.cycle(zip(crowd.customers, itertools.cycle(sessions), strict=False))
    async with asyncio.TaskGroup() as posting:
        for number in range(size.per_second * size.seconds):
            (cookie, queue), browser = next(customers)
            due = begun + number / size.per_second
            await asyncio.sleep(due - time.monotonic())
            dues[number] = due
            expected[queue].add(number)
            posting.create_task(_post(browser, url, cookie, number))


async def _post(browser: aiohttp.ClientSession, url: str, cookie: str, number: int) -> None:
    said = {"id": str(uuid4()), "text": f"Where is my order? message-{number}-end"}
    async with browser.post(f"{url}/chat/messages", json=said, headers={"Cookie": cookie}) as answer:
        assert answer.status == 202, await answer.text()


async def _cut(agents: list[Agent]) -> None:
    while True:
        await asyncio.sleep(CUT_EVERY)
        random.choice(agents).cut()


@contextmanager
def _sessions() -> Iterator[list[aiohttp.ClientSession]]:
    """A session for each of the customers' addresses, and one for the agents."""
    with ExitStack() as stack:
        sessions = []
        for number in range(ADDRESSES + 1):
            connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=2, local_addr=(f"127.0.1.{number + 1}", 0))
            made = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(),
                read_bufsize=2**20,
            )
            stack.callback(lambda one: asyncio.get_running_loop().create_task(one.close()), made)
            sessions.append(made)
        yield sessions


def main() -> None:
    """Play and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("size", type=partial(msgspec.json.decode, type=Size))
    given = parser.parse_args()
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(play(given.folder, given.size))) + b"\n")


if __name__ == "__main__":
    main()
