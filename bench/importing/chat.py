"""Customers in the web chat while purchases come in: `python -m bench.importing.chat FOLDER FILE`.

Each asks for their points once a second, as a browser does: a message is posted, and the answer comes as an event.
A reply's time runs from the moment its question is due, whenever it is really posted, to the event.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import aiohttp
import msgspec

QUESTION = "points"
PAUSE_SECONDS = 1.0


class Customer:
    """One customer's browser, which has opened the chat with a personal link."""

    def __init__(self, browser: aiohttp.ClientSession, events: aiohttp.ClientResponse) -> None:
        self._browser = browser
        self._events = events

    async def ask(self) -> float:
        """Ask, and return the moment the answer came."""
        name = str(uuid4())
        async with asyncio.TaskGroup() as tasks:
            heard = tasks.create_task(self._hear_answer(name))
            tasks.create_task(self._post(name))
        return heard.result()

    async def _post(self, name: str) -> None:
        async with self._browser.post("/chat/messages", json={"id": name, "text": QUESTION}) as response:
            assert response.status == 202, await response.text()

    async def _hear_answer(self, name: str) -> float:
        asked = False
        async for line in self._events.content:
            if not line.startswith(b'data: {"seq"'):
                continue
            said = msgspec.json.decode(line.removeprefix(b"data: "))
            asked = asked or said["id"] == name
            if asked and said["from"] == "bot":
                return time.monotonic()
        raise AssertionError("The conversation ended before the answer.")


@asynccontextmanager
async def entered(link: str) -> AsyncIterator[Customer]:
    """Open the chat with a personal link, and listen."""
    address = urlsplit(link)
    base, token = f"{address.scheme}://{address.netloc}", parse_qs(address.query)["as"][0]
    cookies = aiohttp.CookieJar(unsafe=True)  # from an address without a name, too
    async with aiohttp.ClientSession(base, cookie_jar=cookies, timeout=aiohttp.ClientTimeout()) as browser:
        async with browser.post("/chat/enter", data={"as": token}) as response:
            assert response.status == 200, await response.text()
        async with browser.get("/chat/events") as events:
            yield Customer(browser, events)


async def play(folder: Path, file: Path) -> dict[str, Any]:
    """Let everybody ask while the file comes in once, and say how long they waited."""
    holder = socket.socket()
    command = (sys.executable, "-m", "bench.importing.server", str(folder), str(held_port(holder)), str(file))
    server = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        async with AsyncExitStack() as stack:
            links = msgspec.json.decode(await server.stdout.readline(), type=list[str])
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # the server has taken the last
            customers = [await stack.enter_async_context(entered(link)) for link in links]
            await asyncio.gather(*(customer.ask() for customer in customers))
            importing = asyncio.create_task(server.stdout.readline())
            server.stdin.write(b"import\n")
            waits = await talk(customers, importing)
        return {
            "added": int(await importing),
            "replies": len(waits),
            "reply_p95_ms": 1_000 * quantiles(waits, n=20)[-1],
        }
    finally:
        server.terminate()
        await server.wait()
        holder.close()


async def talk(customers: Sequence[Customer], working: asyncio.Task[bytes]) -> list[float]:
    """How long each question's answer took in seconds, of all that were asked while the work went on."""
    begun, waits = time.monotonic(), []

    async def ask_on(customer: Customer, due: float) -> None:
        while not (await asyncio.wait([working], timeout=due - time.monotonic()))[0]:
            waits.append(await customer.ask() - due)
            due += PAUSE_SECONDS

    async with asyncio.TaskGroup() as tasks:
        for number, customer in enumerate(customers):
            tasks.create_task(ask_on(customer, begun + PAUSE_SECONDS * number / len(customers)))
    return waits


def held_port(holder: socket.socket) -> int:
    """A port for the server; bound while `holder` is open, so that the system gives it to nobody else meanwhile."""
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    port: int = holder.getsockname()[1]
    return port


def main() -> None:
    """Play and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(play(given.folder, given.file))) + b"\n")


if __name__ == "__main__":
    main()
