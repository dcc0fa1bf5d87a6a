"""Whole stories between a customer in the chat and the team in the console, over the house as it runs."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import sqlalchemy as sa
import uvicorn
from playwright.async_api import Browser, BrowserContext, Locator, Page, Route, expect
from sqlalchemy.engine import Connection

from bot.app import App, compose
from bot.settings import load
from bot.why import _told
from console.serve import StreamingServer
from locales import Language
from scheduler.planning import plan_greetings
from store import anniversaries, canned, staff, staff_sessions, tables, unasked
from store.anniversaries import BIRTHDAY, Day
from store.canned import NewCanned
from store.database import Database
from tests.browser.conftest import live
from tests.conftest import SECRET

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

ZONE = ZoneInfo("Asia/Kuala_Lumpur")
MORNING = dt.datetime(2026, 11, 21, 8, 40, tzinfo=ZONE)
PERSON = "أريد التحدث مع موظف"
COMPLAINT = "وصلت القهوة باردة والكعكة ناقصة."
SORRY = NewCanned(
    shortcut="sorry",
    title="Apology",
    texts={"en": "I'm sorry, {name}. I'll see to it.", "ar": "نعتذر عن ذلك. سأتابع الأمر حتى يحل."},
)
ROW, ANSWER, TOLD = "#rows .row", "Write your answer", "#log .message:not(.you)"


class Shop:
    """A house that runs at a real address, on a clock that stands still."""

    app: App

    def __init__(self, url: str) -> None:
        self.url, self.now = url, MORNING
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    async def customer(self, browser: Browser, language: Language, *words: str) -> Page:
        """Somebody in the chat who has written this, and was answered."""
        page = await self._page(browser, language, 420)
        await page.goto(f"{self.url}/chat")
        await live(page)
        for each in words:
            await say(page, each)
        return page

    async def agent(self, browser: Browser, name: str, path: str = "/staff/inbox") -> Page:
        """A colleague with an English console."""

        def begin(connection: Connection) -> str:
            made = staff.add(connection, f"{name}@shop.test", name, "support", "en", self.now)
            assert made is not None
            return staff_sessions.begin(connection, made.id, self.now)

        token = await self.app.database.transact(begin)
        page = await self._page(browser, "en", 1280)
        await page.context.add_cookies([{"name": "sapa_staff", "value": token, "url": self.url}])
        await page.goto(self.url + path)
        return page

    async def birthday(self) -> None:
        """Today the only customer, who agreed to news, has a birthday; the planner has put a greeting down."""
        day, given = Day(self.now.month * 100 + self.now.day, None), self.now - dt.timedelta(days=30)
        contact = await self.contact()

        def work(connection: Connection) -> None:
            anniversaries.fill(connection, BIRTHDAY, {contact.id: day}, given)
            agreed = {"marketing": "granted", "welcomed_at": given}
            connection.execute(tables.contacts.update().values(agreed))

        await self.app.database.transact(work)
        await plan_greetings(self.app.database, self.now, zone=ZONE.key)

    async def why(self) -> str:
        """What `sapa why` tells of the only customer."""
        contact = await self.contact()

        def work(connection: Connection) -> list[str]:
            [who] = unasked.named(connection, contact.public_id, "", None)
            return list(_told(connection, who, ZONE, self.now))

        return "\n".join(await self.app.database.read(work))

    async def holder(self) -> str:
        """The name of who has the only conversation."""
        held = sa.select(tables.staff.c.name).join(
            tables.contacts, tables.contacts.c.owner == tables.staff.c.public_id
        )
        return await self.app.database.read(lambda connection: str(connection.scalar(held)))

    async def contact(self) -> Any:
        """The only customer: id and public id."""
        wanted = sa.select(tables.contacts.c.id, tables.contacts.c.public_id)
        return await self.app.database.read(lambda connection: connection.execute(wanted).one())

    async def _page(self, browser: Browser, language: Language, width: int) -> Page:
        context = await browser.new_context(viewport={"width": width, "height": 800}, locale=language)
        self.contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self._hear(said.text))
        return page

    def _hear(self, words: str) -> None:
        if "Security Policy" in words:
            self.complaints.append(words)


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A house with its sender; a page that breaks its own rules fails the test."""
    database, listener = Database(sqlite_url), socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    settings, opened = load(secret_key=SECRET.decode(), data_dir=tmp_path, public_url=url), Shop(url)
    app = opened.app = await compose(settings, database, now=lambda: opened.now)
    await database.transact(lambda connection: canned.save(connection, SORRY, opened.now))
    server = StreamingServer(uvicorn.Config(app.web, log_level="warning", lifespan="off"), app.hub)
    serving = asyncio.create_task(server.serve([listener]))
    sending = asyncio.create_task(app.sender.run())
    yield opened
    for context in opened.contexts:
        await context.close()
    server.should_exit = True
    await app.sender.drain(5)
    await asyncio.gather(serving, sending)
    database.close()
    assert opened.complaints == []


async def say(page: Page, words: str) -> None:
    """Write in the chat, and wait until it has arrived."""
    await page.locator("#text").fill(words)
    await page.keyboard.press("Enter")
    await expect(page.locator("#log .message.you[data-state='']").last).to_contain_text(words)


async def at_once(path: str, buttons: list[Locator]) -> None:
    """Press these, and let what their pages send to the path arrive in the same moment."""
    sent = asyncio.Barrier(len(buttons))

    async def hold(route: Route) -> None:
        await sent.wait()
        await route.continue_()

    for button in buttons:
        await button.page.route(f"**/{path}", hold, times=1)
    await asyncio.gather(*(button.click() for button in buttons))


async def take(agent: Page, words: str) -> None:
    """Open the conversation that says so in the list, which learns of it by itself, and take it."""
    await agent.locator(ROW).filter(has_text=words).click()
    await agent.get_by_role("button", name="Take this conversation").click()
    await expect(agent.get_by_label(ANSWER)).to_be_visible()


async def test_a_complaint_in_arabic_is_served_from_an_english_console_and_rated(
    browser: Browser, shop: Shop
) -> None:
    agent = await shop.agent(browser, "Siti")
    customer = await shop.customer(browser, "ar", PERSON, COMPLAINT)
    told, log = customer.locator(TOLD), customer.locator("#log")
    await take(agent, COMPLAINT)
    await expect(told.last).to_contain_text("Siti")

    await agent.get_by_label(ANSWER).press_sequentially("/so")
    await expect(agent.locator("#replies [role=option]")).to_have_count(1)
    await agent.keyboard.press("Enter")
    await agent.keyboard.press("Control+Enter")
    await expect(told.last).to_contain_text(SORRY.texts["ar"])
    await expect(told.last).to_contain_text("Siti")
    await expect(log).not_to_contain_text(SORRY.texts["en"])

    await agent.locator("#promise").click()
    await agent.get_by_label("What do you promise?").fill("A fresh cake")
    await agent.get_by_role("button", name="Keep this promise").click()
    await expect(agent.locator("#about")).to_contain_text("A fresh cake")

    await agent.locator("#close").click()
    await agent.get_by_label("Solved").check()
    await agent.get_by_role("button", name="Close the conversation").click()
    await customer.get_by_role("button", name="★★★★★", exact=True).click()
    await expect(told.last).to_contain_text("شكرا")
    await say(customer, "خدمة سريعة ولطيفة")
    await expect(told.last).to_contain_text("فريقنا")

    found = await shop.contact()
    await agent.goto(f"{shop.url}/staff/inbox/{found.public_id}")
    for place in (agent.locator("#about"), agent.locator("main")):
        await expect(place).to_contain_text("خدمة سريعة ولطيفة")
        await agent.goto(f"{shop.url}/staff/customers/{found.public_id}")
    await expect(agent.locator("main")).to_contain_text("Rated 5 stars")


async def test_of_two_agents_who_answer_at_once_one_is_told_and_keeps_what_was_typed(
    browser: Browser, shop: Shop
) -> None:
    customer = await shop.customer(browser, "en", "I want to talk to a person")
    home = f"/staff/inbox/{(await shop.contact()).public_id}"
    agents = {name: await shop.agent(browser, name, home) for name in ("Siti", "Tan")}
    await at_once("take", [each.get_by_role("button", name="Take this") for each in agents.values()])
    for each in agents.values():
        await each.locator("#answer, #problem").first.wait_for()
    holder = await shop.holder()
    [first, second] = sorted(agents, key=lambda name: name != holder)
    told = agents[second].get_by_role("alert").first
    await expect(told).to_contain_text(f"{first} has this conversation now")
    assert await agents[first].locator("#problem").count() == 0

    await agents[first].get_by_label(ANSWER).fill("The cake is ready.")
    await agents[second].get_by_role("button", name=f"Take over from {first}").click()
    await agents[second].get_by_label(ANSWER).fill("The cake is on its way.")
    await at_once("reply", [each.get_by_role("button", name="Send") for each in agents.values()])
    await expect(agents[first].get_by_role("alert").first).to_contain_text(f"{second} has this conversation now")
    await expect(agents[first].locator("#kept")).to_have_value("The cake is ready.")
    await expect(agents[second].locator(".line.person .text")).to_have_text(["The cake is on its way."])
    await expect(customer.locator(TOLD).last).to_contain_text("The cake is on its way.")
    await expect(customer.locator("#log")).not_to_contain_text("The cake is ready.")


async def test_while_a_person_holds_it_the_bot_is_silent_and_a_greeting_is_passed_over_with_its_reason(
    browser: Browser, shop: Shop
) -> None:
    agent = await shop.agent(browser, "Siti")
    customer = await shop.customer(browser, "en", "I want to talk to a person")
    await take(agent, "talk to a person")
    told, lines = customer.locator(TOLD), agent.locator(".line.you .text")
    await expect(told.last).to_contain_text("Siti")
    before = await told.count()
    await say(customer, "What are my points?")
    await expect(lines.last).to_have_text("What are my points?")  # its turn is over, and said nothing

    await shop.birthday()
    shop.now = MORNING.replace(hour=9, minute=1)
    await shop.app.tick.open_due()
    found = await shop.contact()
    assert "greeting (birthday 2026): a person had the conversation" in await shop.why()
    await agent.goto(f"{shop.url}/staff/customers/{found.public_id}")
    await expect(agent.locator("main")).to_contain_text("Put off: Greeting")
    await expect(agent.locator("main")).to_contain_text("Somebody of the team had the conversation.")
    await customer.reload()
    await live(customer)
    await expect(told).to_have_count(before)
