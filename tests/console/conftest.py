"""The chat over a store of its own: in memory of the test (`client`), and on a real port (`address`)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from console.hub import Hub
from console.serve import StreamingServer
from store.database import Database
from tests.console.fake_bot import FakeBot, application


@pytest.fixture
async def store(sqlite_url: str) -> AsyncIterator[Database]:
    """An open, empty SQLite store."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def bot(store: Database) -> FakeBot:
    """The scripted bot."""
    return FakeBot(store)


@pytest.fixture
def hub() -> Hub:
    """The hub of the chat."""
    return Hub()


@pytest.fixture
def app(store: Database, hub: Hub, bot: FakeBot) -> Starlette:
    """The chat as it stands by default."""
    return application(store, hub, bot)


Connect = Callable[..., httpx.AsyncClient]


@pytest.fixture
async def connect(app: Starlette) -> AsyncIterator[Connect]:
    """Makes browsers without a page: `connect()` for the default chat, `connect(app)` for another."""
    clients: list[httpx.AsyncClient] = []

    def make(other: Starlette | None = None, url: str = "http://chat.test") -> httpx.AsyncClient:
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(other or app), base_url=url))
        return clients[-1]

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def client(connect: Connect) -> httpx.AsyncClient:
    """A browser that opened the chat."""
    browser = connect()
    await browser.get("/chat")
    return browser


@pytest.fixture
async def server(app: Starlette, hub: Hub) -> AsyncIterator[StreamingServer]:
    """The chat on a real port of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", lifespan="off")
    serving = StreamingServer(config, hub)
    config.port = listener.getsockname()[1]
    task = asyncio.create_task(serving.serve([listener]))
    yield serving
    serving.should_exit = True
    await task


@pytest.fixture
async def visitor(server: StreamingServer) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that opened the chat over a real connection."""
    base = f"http://127.0.0.1:{server.config.port}"
    async with httpx.AsyncClient(base_url=base, timeout=60) as browser:
        await browser.get("/chat")
        yield browser
