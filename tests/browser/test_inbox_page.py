"""The inbox in a real browser: what moves by itself, what the keyboard does, and who can read it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from locales import Language
from scheduler.indexing import index_lines
from tests.browser.colleagues import OpenPage, visits
from tests.browser.test_chat_access import faults
from tests.console.staff.talks import public_id, waiting
from tests.console.staff.team import Team

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, team: Team) -> AsyncIterator[OpenPage]:
    """Opens a page as somebody who serves customers."""
    async with visits(browser, team) as open_as:

        async def open_page(path: str, name: str = "Siti", lang: Language = "en", **options: Any) -> Page:
            return await open_as(path, await team.account("support", name=name, language=lang), **options)

        yield open_page


async def test_two_consoles_see_a_customer_arrive_and_one_of_them_takes_it_by_the_keyboard(
    visit: OpenPage, team: Team
) -> None:
    siti, other = await visit("/staff/inbox"), await visit("/staff/inbox?view=unassigned", "Tan", "ar")
    claims = await siti.context.new_page()  # a second page of the same browser shares the first one's stream
    await claims.goto(f"{team.url}/staff/claims")
    await expect(siti.get_by_text("No conversation is open.")).to_be_visible()
    customer = await waiting(team)
    await customer.types("Where is my <i>coffee</i>?")
    for page in (siti, other):
        await expect(page.locator(".row")).to_have_count(1)
        await expect(page.locator(".row-last")).to_have_text("Where is my <i>coffee</i>?")
        await expect(page.locator("[data-figure=unassigned]")).to_have_text("1")
        await expect(page.locator(".rail [data-count=attention]")).to_have_text("1")
    await expect(claims.locator(".rail [data-count=attention]")).to_have_text("1")
    await expect(siti).to_have_title(re.compile(r"^\(1\) "))
    await siti.keyboard.press("?")
    await expect(siti.get_by_role("dialog")).to_be_visible()
    await siti.keyboard.press("Escape")
    await siti.keyboard.press("j")
    await siti.keyboard.press("Enter")
    await expect(siti.locator(".talk h1")).to_be_visible()
    await expect(siti.locator("#keys")).to_be_visible()  # shown once keys are heard
    await siti.keyboard.press("t")
    await expect(siti.get_by_label("Write your answer")).to_be_visible()
    await expect(other.locator(".row")).to_have_count(0)  # it is unassigned no longer
    await expect(other.locator("[data-figure=unassigned]")).to_have_text("0")
    await customer.types("Hello?")
    await expect(siti.locator(".line.you").last).to_contain_text("Hello?")
    await siti.locator(".talk h1").click()  # away from the answer, where a slash is a slash
    await siti.keyboard.press("/")
    await siti.keyboard.type("jt")  # letters, while somebody types
    await expect(siti.locator("#q")).to_have_value("jt")


async def test_what_was_said_is_found_as_it_is_typed_and_opens_at_its_place(visit: OpenPage, team: Team) -> None:
    customer = await waiting(team)
    await customer.types("我想用积分换一杯咖啡")
    await index_lines(team.database, team.house.now)
    page = await visit("/staff/inbox")
    await page.get_by_role("searchbox").press_sequentially("积分")
    await expect(page.locator("mark")).to_have_text("积分")
    await page.locator(".snippet").click()
    await expect(page).to_have_url(re.compile(f"/staff/inbox/{await public_id(team, customer)}.*#in-"))
    await expect(page.locator(".line:target")).to_contain_text("我想用积分换一杯咖啡")


async def test_a_long_list_goes_on_where_it_is_scrolled_to(visit: OpenPage, team: Team) -> None:
    for number in range(45):
        await team.house.customer(f"c{number}").types("I want to talk to a person")
    page = await visit("/staff/inbox")
    await expect(page.locator(".row")).to_have_count(40)
    await page.locator(".more").scroll_into_view_if_needed()
    await expect(page.locator(".row")).to_have_count(45)


async def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_phone(visit: OpenPage, team: Team) -> None:
    contact = await public_id(team, await waiting(team))
    await index_lines(team.database, team.house.now)
    found = []
    for scheme, width in (("dark", 390), ("light", 1280)):
        page = await visit("/staff/inbox", lang="ar", width=width, color_scheme=scheme)
        for path in ("/staff/inbox?view=unassigned", "/staff/inbox?q=talk", f"/staff/inbox/{contact}?view=all"):
            await page.goto(team.url + path)
            found += [f"{path} {scheme} {width}: {fault}" for fault in await faults(page)]
            if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path} is too wide at {width}")
    assert found == []
