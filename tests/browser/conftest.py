"""A real Chromium in front of a real server with the scripted bot behind it."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, FrameLocator, Page, async_playwright, expect

from tests.browser.colleagues import at_an_address
from tests.console.staff.team import Team
from tests.ports import held_port

ROOT = Path(__file__).parent.parent.parent
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ABSENT = (
    "Chromium is not installed, so the chat is not tested in a browser; `apt-get install chromium` installs it."
)


expect.set_options(timeout=60_000)  # a machine that runs everything else at once is slow, not wrong


class Server:
    """The chat as a process of its own, on a port that stays the same when it is started again."""

    def __init__(self, database: str, port: int, *origins: str) -> None:
        self.database = database
        self.port = port
        self.address = f"http://127.0.0.1:{port}"
        self._origins = origins
        self.start()

    def start(self) -> None:
        """Start, and return when it listens."""
        options = ["--port", str(self.port), "--database", self.database]
        for origin in self._origins:
            options += ["--origin", origin]
        command = [sys.executable, "-m", "tests.console.fake_bot", *options]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == b"ready\n"

    def stop(self) -> None:
        """Stop as an operator does."""
        self._process.terminate()
        self._process.wait(timeout=60)
        assert self._process.stdout is not None
        self._process.stdout.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is; without it the browser tests are left out, except in CI, which must not leave them out."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(ABSENT)
    if found is None:
        pytest.skip(ABSENT)
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """One Chromium for the whole run."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def team(sqlite_url: str) -> AsyncIterator[Team]:
    """A team whose pages stand at a real address, and whose streams hear of every commit."""
    async with at_an_address(sqlite_url) as made:
        yield made


@pytest.fixture(scope="session")
def host_port() -> Iterator[int]:
    """The port of the site that may frame the chat."""
    with held_port() as port:
        yield port


@pytest.fixture(scope="session")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, host_port: int) -> Iterator[Server]:
    """The chat's server; every test is another visitor of it."""
    path = tmp_path_factory.mktemp("browser") / "sapa.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    origins = [f"http://{name}:{host_port}" for name in ("localhost", "127.0.0.1")]
    with held_port() as port:
        serving = Server(f"sqlite:///{path}", port, *origins)
        yield serving
        serving.stop()


OpenPage: TypeAlias = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, server: Server) -> AsyncIterator[OpenPage]:
    """Opens the chat as a new visitor: `await visit(lang="ar", width=320)`; `at` is another server.

    A page that breaks its own rules (an exception, a refused script or style) fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def open_page(lang: str = "en", width: int = 1000, at: Server | None = None, **options: Any) -> Page:
        size = {"width": width, "height": options.pop("height", 720)}
        context = await browser.new_context(viewport=size, locale=lang, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: _note(complaints, message.text))
        await page.goto((at or server).address + "/chat")
        await live(page)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


async def live(page: Page | FrameLocator) -> None:
    """Wait until the chat listens."""
    await page.locator("#presence[data-live=true]").wait_for()


async def stop_clock(page: Page) -> None:
    """From now on nothing happens on the page by the passing of time."""
    await page.clock.install()
    await page.clock.pause_at(dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))  # it stops only in the future


def _note(complaints: list[str], words: str) -> None:
    if "Content Security Policy" in words or "TrustedHTML" in words:
        complaints.append(words)
