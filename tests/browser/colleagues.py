"""The staff's pages at a real address, and colleagues who open them in a real browser."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from playwright.async_api import Browser, BrowserContext, Page

from store import staff_sessions
from store.database import Database
from store.staff import Account
from tests.console.staff.consoles import served
from tests.console.staff.team import Team

OpenPage: TypeAlias = Callable[..., Awaitable[Page]]


@asynccontextmanager
async def at_an_address(sqlite_url: str, *, mail: bool = False) -> AsyncIterator[Team]:
    """A team whose pages stand at a real address; with `mail` the house has a mail server."""
    database, listener = Database(sqlite_url), socket.create_server(("127.0.0.1", 0))
    made = Team(database)
    made.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    made.app = made.application(made.url, mail=made.mail if mail else None)
    async with served(made, listener):
        yield made
    await made.leave()
    database.close()


@asynccontextmanager
async def visits(browser: Browser, team: Team) -> AsyncIterator[OpenPage]:
    """Opens a page as a colleague, or as a stranger; a page that breaks its own rules fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def open_page(path: str, account: Account | None = None, width: int = 1280, **options: Any) -> Page:
        context = await browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        if account is not None:
            token = await team.database.transact(lambda c: staff_sessions.begin(c, account.id, team.house.now))
            await context.add_cookies([{"name": "sapa_staff", "value": token, "url": team.url}])
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        await page.goto(team.url + path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []
