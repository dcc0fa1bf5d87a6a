"""The staff's pages in a real browser: what refreshes itself, what works without scripts, and who can read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from locales import Language
from store.staff import Role
from tests.browser.colleagues import OpenPage, visits
from tests.console.staff.team import Team

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, team: Team) -> AsyncIterator[OpenPage]:
    """Opens a page as somebody who works here, or as a stranger."""
    async with visits(browser, team) as open_as:

        async def open_page(
            path: str, role: Role | None = "support", lang: Language = "en", width: int = 1000, **options: Any
        ) -> Page:
            account = await team.account(role, name="Siti", language=lang) if role is not None else None
            return await open_as(path, account, width, locale=lang, **options)

        yield open_page


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
