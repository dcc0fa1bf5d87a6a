"""Consoles that listen: the team's pages at a real address, and what their streams are told."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
import uvicorn

from console.hub import Hub
from console.serve import StreamingServer
from tests.console.staff.team import Browser, Team

LONG = 30.0  # seconds after which nothing comes any more, on a machine that does everything at once


class Told(NamedTuple):
    """One event of a stream."""

    type: str
    id: str
    data: Any


class Console:
    """An open stream, read event by event."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()
        self.last = ""
        self.counts: dict[str, Any] = {}  # the figures as they were told last

    async def next(self, *types: str) -> Told:
        """The next event of one of these types; Told("end", …) when the stream is over."""
        async with asyncio.timeout(LONG):
            while True:
                told = await self._one()
                if told.type == "counts":
                    self.counts = told.data
                if told.type in (*types, "end"):
                    return told

    async def _one(self) -> Told:
        fields: dict[str, str] = {}
        async for line in self._lines:
            name, _, value = line.partition(": ")
            if line:
                fields[name] = value
            elif "event" in fields:
                self.last = fields.get("id", self.last)
                return Told(fields["event"], self.last, json.loads(fields["data"]))
        return Told("end", self.last, None)


class Served:
    """The team's pages at a real address."""

    def __init__(self, url: str, server: StreamingServer) -> None:
        self.url = url
        self.server = server

    @asynccontextmanager
    async def listens(
        self, browser: Browser, last: str = "", *, greeted: bool = True, **query: str
    ) -> AsyncIterator[Console]:
        """A console of this browser's, from the event `last` on, once it has been greeted."""
        headers = {"Last-Event-ID": last} if last else {}
        async with (
            httpx.AsyncClient(base_url=self.url, cookies=browser.cookies, timeout=LONG) as client,
            client.stream("GET", "/staff/events", params=query, headers=headers) as answer,
        ):
            assert answer.status_code == 200, await answer.aread()
            console = Console(answer)
            assert not greeted or (await console.next("hello")).type == "hello"
            yield console


@asynccontextmanager
async def served(team: Team, listener: socket.socket | None = None) -> AsyncIterator[Served]:
    """Serve the team's application (on a socket that listens already), and stop as the program does."""
    listener, hub = listener or socket.create_server(("127.0.0.1", 0)), Hub()
    hub.closing(team.app.state.office.desk.close)
    server = StreamingServer(uvicorn.Config(team.app, log_level="warning", lifespan="off"), hub)
    task = asyncio.create_task(server.serve([listener]))
    await server.up.wait()
    try:
        yield Served(f"http://127.0.0.1:{listener.getsockname()[1]}", server)
    finally:
        server.should_exit = True
        await task
