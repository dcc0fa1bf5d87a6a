"""The settings in a real browser: a sentence is changed, seen, published, said at once, and taken back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from functools import partial

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from locales.catalogue import lay_over
from store.wordings import digest
from tests.browser.colleagues import OpenPage, visits
from tests.console.staff.team import Team

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WORDINGS = "/staff/settings/wordings"
HELLO = f"{WORDINGS}/{digest('Hello, how can we help?')}"


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, team: Team) -> AsyncIterator[OpenPage]:
    """Opens a page as the owner."""
    async with visits(browser, team) as open_as:
        yield partial(open_as, account=await team.account("owner"))


@pytest.fixture(autouse=True)
def _nothing_is_left_over() -> Iterator[None]:
    yield
    lay_over({})


async def test_a_sentence_is_changed_seen_published_said_at_once_and_undone(visit: OpenPage, team: Team) -> None:
    page = await visit(WORDINGS)
    await page.get_by_label("Search").fill("how can we help")
    await page.get_by_role("button", name="Find").click()
    await page.get_by_role("link", name="Hello, how can we help?").click()
    field = page.get_by_label("Your words: English")
    await page.get_by_role("button", name="Start from Sapa's words: English").click()
    await expect(field).to_have_value("Hello, how can we help?")
    await field.fill("Selamat datang & welcome, {nobody}")
    await expect(page.locator("#remarks")).to_contain_text("Sapa doesn't know {nobody} in this sentence.")
    await field.fill("Selamat datang & welcome!")
    await page.get_by_label("Your words: العربية").fill("أهلا وسهلا!")
    await expect(page.locator("#preview .bubble").first).to_have_text("Selamat datang & welcome!")
    arabic = page.locator("#preview .phone[lang=ar] .bubble")
    await expect(arabic).to_have_text("أهلا وسهلا!")
    assert await arabic.evaluate("node => getComputedStyle(node).direction") == "rtl"
    await expect(page.locator("#preview .bubble")).to_have_count(5)

    chat = await visit("/chat")
    await expect(chat.get_by_text("Hello, how can we help?")).to_be_visible()
    await page.get_by_role("button", name="Publish").click()
    await expect(page.get_by_role("status")).to_have_text("It is published. Sapa says it from now on.")
    await chat.reload()
    await expect(chat.get_by_text("Selamat datang & welcome!")).to_be_visible()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.get_by_role("status")).to_have_text("It is undone. Sapa says what it said before.")
    await chat.reload()
    await expect(chat.get_by_text("Hello, how can we help?")).to_be_visible()
    assert [action for _who, action in await team.audited()] == ["wording.published", "wording.undone"]
