"""Who can use the page and from where: screen readers, other sites' frames, personal links."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, Page, expect

from store import links, tables
from tests.browser.conftest import OpenPage, Server, live
from tests.browser.test_chat_page import MESSAGES, png, write
from tests.console.fake_bot import SECRET

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")


async def faults(page: Page) -> list[str]:
    """What axe finds serious or critical, each with the element it is about."""
    await page.evaluate(AXE)
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_axe_finds_nothing_serious(visit: OpenPage, lang: str, scheme: Literal["light", "dark"]) -> None:
    page = await visit(lang, width=420, color_scheme=scheme, reduced_motion="reduce")
    assert await faults(page) == []
    await write(page, "markup")
    await page.locator("#picture").set_input_files(png())
    await write(page, "Hello")
    await expect(page.locator(MESSAGES)).to_have_count(7)
    await page.get_by_role("button", name="My points").click()
    await expect(page.locator(MESSAGES)).to_have_count(9)
    await page.context.set_offline(True)
    await expect(page.locator("#banner")).to_be_visible()
    assert await faults(page) == []


async def test_messages_are_announced_and_history_is_not(visit: OpenPage) -> None:
    page = await visit()
    log = page.get_by_role("log")
    await write(page, "Hello")
    await expect(page.locator(MESSAGES)).to_have_count(3)
    await expect(log).to_have_attribute("aria-live", "polite")
    await page.reload()
    await expect(page.locator(MESSAGES)).to_have_count(3)
    await expect(log).to_have_attribute("aria-live", "off")


async def test_the_message_box_is_one_press_away(visit: OpenPage) -> None:
    page = await visit()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Go to the message box")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_be_focused()


# Frames of other sites


@pytest.fixture
def shop(server: Server, host_port: int) -> Iterator[str]:
    """Another site with the widget: allowed at its own port."""
    script = f'<script src="{server.address}/widget.js"></script>'
    page = f'<!doctype html><html lang="en"><title>Shop</title><body>{script}'

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_arguments: object) -> None:
            pass

    with closing_server(ThreadingHTTPServer(("127.0.0.1", host_port), Page)):
        yield f"http://localhost:{host_port}/"


def closing_server(serving: ThreadingHTTPServer) -> Any:
    threading.Thread(target=serving.serve_forever, daemon=True).start()

    class Stop:
        def close(self) -> None:
            serving.shutdown()
            serving.server_close()

    return closing(Stop())


async def test_the_widget_opens_the_chat_on_another_site(browser: Browser, shop: str) -> None:
    context = await browser.new_context(locale="en")
    page = await context.new_page()
    await page.goto(shop)
    await page.get_by_role("button", name="Open the chat").click()
    chat = page.frame_locator("iframe")
    await live(chat)
    await chat.locator("#text").fill("Hello from the shop")
    await chat.locator("#text").press("Enter")
    await expect(chat.locator(MESSAGES)).to_have_count(3)

    await chat.locator("#text").press("Escape")
    await expect(page.get_by_role("button", name="Open the chat")).to_be_focused()
    # Over http another site's frame keeps no cookie: the token did it.
    assert await context.cookies() == []
    await context.close()


async def test_the_widget_goes_on_where_it_was(browser: Browser, shop: str) -> None:
    context = await browser.new_context(locale="en")
    page = await context.new_page()
    chat = page.frame_locator("iframe")
    await page.goto(shop.replace("localhost", "127.0.0.1"))
    await page.get_by_role("button", name="Open the chat").click()
    await live(chat)
    await chat.locator("#text").fill("Hello from the shop")
    await chat.locator("#text").press("Enter")
    await expect(chat.locator(MESSAGES)).to_have_count(3)
    await page.reload()
    await page.get_by_role("button", name="Open the chat").click()
    await expect(chat.locator(MESSAGES)).to_have_count(3)
    await context.close()


async def test_a_site_that_is_not_listed_gets_no_frame(browser: Browser, shop: str) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(shop.replace("localhost", "other.localhost"))
    async with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
        await page.get_by_role("button", name="Open the chat").click()
    await expect(page.frame_locator("iframe").locator("#text")).to_have_count(0)
    await context.close()


# Personal links


def personal_link(server: Server, words: str) -> str:
    """A link for the one contact who wrote these words."""
    contacts, inbox = tables.contacts, tables.inbox
    engine = sa.create_engine(server.database)
    writer = sa.select(contacts.c.public_id).join(inbox, inbox.c.contact_id == contacts.c.id)
    with engine.connect() as connection:
        contact = connection.execute(writer.where(inbox.c.text == words)).scalar_one()
    engine.dispose()
    return f"{server.address}/chat?as={links.sign(SECRET, contact, datetime.now(UTC) + timedelta(days=1))}"


async def test_a_personal_link_opens_the_conversation_in_another_browser_once(
    visit: OpenPage, browser: Browser, server: Server
) -> None:
    page = await visit()
    await write(page, "It is me")
    await expect(page.locator(MESSAGES)).to_have_count(3)
    link = personal_link(server, "It is me")

    phone, thief = await browser.new_context(locale="en"), await browser.new_context(locale="en")
    opened = await phone.new_page()
    await opened.goto(link)
    await expect(opened.locator(MESSAGES)).to_have_count(3)
    assert opened.url == f"{server.address}/chat"

    refused = await thief.new_page()
    await refused.goto(link)
    await expect(refused.locator("#words")).to_contain_text("already been used")
    await refused.get_by_role("link", name="Continue to the chat").click()
    await expect(refused.locator("#hello")).to_be_visible()
    for context in (phone, thief):
        await context.close()
