"""The editor of templates in a real browser: a value is put in, seen in a bubble at once, reviewed and listed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.colleagues import OpenPage, visits
from tests.console.staff.team import Team

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, team: Team) -> AsyncIterator[OpenPage]:
    """Opens a page as a marketer."""
    async with visits(browser, team) as open_as:
        yield partial(open_as, account=await team.account("marketer"))


async def test_a_value_is_put_in_seen_at_once_reviewed_and_listed(visit: OpenPage) -> None:
    page = await visit("/staff/templates/new")
    await page.get_by_role("button", name="Begin with this").first.click()
    english = page.get_by_label("Text: English", exact=True)
    await english.fill("Hello ")
    await page.get_by_text("Insert", exact=True).click()
    await page.get_by_role("button", name="What they want to be called, or their name").click()
    await expect(english).to_have_value('Hello {{ call_me | default("…") }}')
    await page.keyboard.type("friend")  # the dots are chosen, so that words take their place
    await expect(english).to_have_value('Hello {{ call_me | default("friend") }}')
    bubbles = page.locator("#preview .phone")
    await expect(bubbles).to_have_count(5)
    await expect(bubbles.first).to_contain_text("Hello Grace")
    await page.get_by_label("Shown for").select_option("nobody")
    await expect(bubbles.first).to_contain_text("Hello friend")
    arabic = page.get_by_label("Text: العربية", exact=True)
    await arabic.fill("مرحبا {{ naem }}")
    await expect(page.locator("#wrong-ar")).to_contain_text("There is no value “naem”")
    await arabic.fill('مرحبا {{ call_me | default("بك") }}')
    await expect(page.locator("#wrong-ar")).to_be_empty()
    await expect(page.locator("#preview .phone[lang=ar] .bubble")).to_contain_text("مرحبا")
    await expect(page.get_by_label("Address of the page").first).to_be_hidden()
    await page.get_by_label("What it does").first.select_option("link")
    await page.get_by_label("Address of the page").first.fill("https://kopi.example/menu")
    await page.locator("#label-0-en").fill("Our menu")
    await expect(bubbles.first.locator(".chip").first).to_contain_text("Our menu")
    await page.locator("#label-0-ar").fill("قائمتنا")
    await page.get_by_label("Name", exact=True).fill("Menu of the week")
    await page.get_by_role("button", name="Mark as reviewed: English").click()
    await expect(page.get_by_role("status")).to_have_text("The text is marked as reviewed. It can be sent.")
    await page.get_by_role("link", name="All templates").click()
    states = page.locator(".template-line .state")
    await expect(states.first).to_have_text("English reviewed")
    await expect(states.nth(3)).to_have_text("العربية draft")
