"""A member of staff's account in a real browser: the code from an app set up, asked for, and lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from locales import Language
from tests.browser.colleagues import at_an_address
from tests.browser.test_chat_access import faults
from tests.console.staff.team import PASSWORD, Team, app_code

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def team(sqlite_url: str) -> AsyncIterator[Team]:
    """A team whose pages stand at a real address, in a house that has a mail server."""
    async with at_an_address(sqlite_url, mail=True) as made:
        yield made


async def log_in(page: Page, team: Team, email: str) -> None:
    await page.goto(f"{team.url}/staff/login")
    assert await faults(page) == []
    await page.locator("#email").fill(email)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("main button[type=submit]").click()


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("ar", 390)])
async def test_the_code_from_an_app_is_set_up_asked_for_and_replaced_by_a_recovery_code(
    browser: Browser, team: Team, lang: Language, width: int
) -> None:
    account = await team.account("owner", PASSWORD, language=lang, name="Siti")
    context = await browser.new_context(viewport={"width": width, "height": 800}, locale=lang)
    page, wrong = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Policy" in said.text else None)
    await log_in(page, team, account.email)
    await page.goto(f"{team.url}/staff/account/second")
    await page.locator("#current").fill(PASSWORD)
    await page.locator("main button[type=submit]").click()
    assert await page.locator("img.qr").evaluate("picture => picture.decode().then(() => picture.naturalWidth > 0)")
    assert await faults(page) == []
    key = await page.locator("#key").input_value()
    await page.locator("#code").fill(app_code(key, team.house.now))
    await page.locator("main button[type=submit]").click()
    codes = (await page.locator("#codes").input_value()).split("\n")
    assert await faults(page) == []

    team.house.now += dt.timedelta(minutes=1)
    await context.clear_cookies(name="sapa_staff")
    for code in (app_code(key, team.house.now), codes[0]):
        await log_in(page, team, account.email)
        assert await faults(page) == []
        await page.locator("#code").fill(code)
        await page.locator("main button[type=submit]").click()
        await page.goto(f"{team.url}/staff/account")
        await expect(page.locator(".sessions li")).not_to_have_count(0)
        assert await faults(page) == []
        await context.clear_cookies(name="sapa_staff")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert wrong == []
    await context.close()
