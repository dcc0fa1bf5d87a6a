"""The staff's pages in a real browser: what refreshes itself, what works without scripts, and who can read it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal, TypeAlias

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, expect

from console.hub import Hub
from console.serve import StreamingServer
from locales import Language
from store import staff_sessions
from store.database import Database
from store.staff import Role
from tests.browser.conftest import stop_clock
from tests.browser.test_chat_access import faults
from tests.console.staff.team import Team, field
from tests.console.staff.test_staff_claims import filed
from tests.console.staff.test_staff_conversations import public_id, taken, waiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def team(sqlite_url: str) -> AsyncIterator[Team]:
    """A team whose pages stand at a real address."""
    database, listener = Database(sqlite_url), socket.create_server(("127.0.0.1", 0))
    made = Team(database)
    made.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(made.application(made.url), log_level="warning", lifespan="off")
    server = StreamingServer(config, Hub())
    task = asyncio.create_task(server.serve([listener]))
    yield made
    server.should_exit = True
    await task
    await made.leave()
    database.close()


OpenPage: TypeAlias = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, team: Team) -> AsyncIterator[OpenPage]:
    """Opens a page as somebody who works here, `stopped` so that it looks for news only when a test lets it.

    A page that breaks its own rules fails the test.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def open_page(
        path: str, role: Role | None = "support", lang: Language = "en", *, stopped: bool = False, **options: Any
    ) -> Page:
        size = {"width": options.pop("width", 1000), "height": 720}
        context = await browser.new_context(viewport=size, locale=lang, **options)  # type: ignore[arg-type]
        contexts.append(context)
        if role is not None:
            account = await team.account(role, name="Siti", language=lang)
            token = await team.database.transact(lambda c: staff_sessions.begin(c, account.id, team.house.now))
            await context.add_cookies([{"name": "sapa_staff", "value": token, "url": team.url}])
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        if stopped:
            await stop_clock(page)
        await page.goto(team.url + path)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


async def refreshed(page: Page) -> None:
    """Let a page whose clock is stopped look once, and wait until it has its answer."""
    async with page.expect_response(lambda answer: "x-refresh" in answer.request.headers):
        await page.clock.run_for(4000)


async def test_a_conversation_is_taken_answered_and_given_back(visit: OpenPage, team: Team) -> None:
    customer = await waiting(team)
    await customer.answers()
    page = await visit("/staff")
    await page.get_by_role("link", name="Customer without a name").click()
    await page.get_by_role("button", name="Take this conversation").click()
    await expect(page.get_by_role("status")).to_have_text("The conversation is yours.")
    await page.get_by_label("Your answer").fill("Good morning!\nHow can I help?")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".line.person .text")).to_have_text("Good morning!\nHow can I help?")
    assert await customer.answers() == ["Good morning!\nHow can I help?"]
    await page.get_by_role("button", name="Give back to the bot").click()
    await expect(page.get_by_text("Nobody is waiting.")).to_be_visible()


async def test_what_a_customer_writes_appears_by_itself_and_what_is_typed_stays(
    visit: OpenPage, team: Team
) -> None:
    customer = await waiting(team)
    agent, address = await taken(team, customer)
    page = await visit(address, stopped=True)
    await customer.types("Are you there?")
    await refreshed(page)
    await expect(page.locator(".line.you").last).to_contain_text("Are you there?")
    await page.get_by_role("button", name="Take over from Siti").click()
    await page.get_by_label("Your answer").fill("Yes, I am looking")
    await customer.types("Hello???")
    await refreshed(page)
    await expect(page.locator(".line.you").last).to_contain_text("Hello???")
    await expect(page.get_by_label("Your answer")).to_have_value("Yes, I am looking")
    await agent.submit(f"{address}/take", owner=field(await agent.get(address), "owner"))
    await refreshed(page)
    await expect(page.get_by_label("Your answer")).to_have_value("Yes, I am looking")
    await agent.submit(f"{address}/back")
    await refreshed(page)
    await expect(page.get_by_text("not with the team any more")).to_be_visible()


async def test_new_conversations_appear_in_the_list_and_the_focus_stays(visit: OpenPage, team: Team) -> None:
    first = await waiting(team, "1")
    page = await visit("/staff/conversations", stopped=True)
    link = page.locator(f'a[href="/staff/conversations/{await public_id(team, first)}"]')
    await link.focus()
    await waiting(team, "2")
    await refreshed(page)
    await expect(page.locator(".queue li")).to_have_count(2)
    await expect(link).to_be_focused()


async def test_everything_works_without_scripts(visit: OpenPage, team: Team) -> None:
    customer = await waiting(team)
    await customer.answers()
    page = await visit("/staff/conversations", java_script_enabled=False)
    await page.get_by_role("link", name="Customer without a name").click()
    await page.get_by_role("button", name="Take this conversation").click()
    await page.get_by_label("Your answer").fill("Good morning!")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".line.person .text")).to_have_text("Good morning!")
    assert await customer.answers() == ["Good morning!"]


async def test_the_keyboard_reaches_the_content_first(visit: OpenPage) -> None:
    page = await visit("/staff/account")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Go to the content")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_on_a_phone_the_ways_stand_in_a_drawer(visit: OpenPage, lang: Language) -> None:
    page = await visit("/staff/claims", "owner", lang, width=360)
    here = page.locator(".rail [aria-current]")
    await expect(here).to_be_hidden()
    await page.locator(".bar button").click()
    await expect(here).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Escape")
    await expect(here).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(
    visit: OpenPage, team: Team, lang: Language, scheme: Literal["light", "dark"]
) -> None:
    claim = await filed(team)
    contact = await public_id(team, await waiting(team))
    person = await team.account("cashier")
    page = await visit("/staff/conversations", "owner", lang, width=320, color_scheme=scheme)
    found = []
    for path in (
        "/staff/conversations",
        f"/staff/conversations/{contact}",
        "/staff/claims",
        f"/staff/claims/{claim}",
        "/staff/people",
        f"/staff/people/{person.public_id}",
        "/staff/audit",
        "/staff/account",
    ):
        await page.goto(team.url + path)
        found += [f"{path}: {fault}" for fault in await faults(page)]
        if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path} is too wide")
    await page.context.clear_cookies()
    await page.goto(f"{team.url}/staff/login")
    assert found + await faults(page) == []
