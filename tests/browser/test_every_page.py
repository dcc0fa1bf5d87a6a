"""Every page of the route table, with what stands there in a house that has something of every kind, looked at."""

from __future__ import annotations

import asyncio
from typing import Literal, cast

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from locales import Language
from store import staff, staff_sessions
from store.staff import Account
from tests.browser.hostile import further_in, people_a_house
from tests.browser.test_chat_access import AXE
from tests.browser.test_today_page import a_full_day
from tests.browser.walking import LINKS, Pages
from tests.console.staff.team import Team
from tests.console.staff.test_staff_claims import filed

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

TABS = 3
OUTSIDE = ("/staff/login", "/staff/forgotten", "/chat")
SCHEMES: tuple[tuple[Language, Literal["light", "dark"]], ...] = (("en", "dark"), ("ar", "light"))
# One look at a page as it is, in both widths: what axe finds serious, and what does not fit.
LOOK = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  const serious = found.violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  return [
    ...serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`)),
    ...(document.documentElement.scrollWidth > innerWidth ? ["is wider than the screen"] : []),
  ];
}"""


async def faults(page: Page) -> list[str]:
    """What axe finds serious on the page that is open, and whether it is wider than its screen."""
    await page.evaluate(AXE)
    return cast("list[str]", await page.evaluate(LOOK))


async def looked_at(tabs: list[Page], team: Team, paths: list[str], pages: Pages) -> list[str]:
    """The faults of these pages; what is no page but a part of one or data is passed over."""
    waiting, wrong = list(paths), list[str]()

    async def work(tab: Page) -> None:
        while waiting:
            path = waiting.pop()
            answer = await tab.goto(team.url + path)
            assert answer is not None
            assert answer.ok, f"{path} answered {answer.status}"
            pages.learn(await tab.evaluate(LINKS))
            if await tab.locator("main, #log").count():
                wrong.extend(f"{path}: {fault}" for fault in await faults(tab))

    await asyncio.gather(*map(work, tabs))
    return wrong


async def browser_of(
    browser: Browser, team: Team, account: Account, language: Language, scheme: Literal["light", "dark"]
) -> BrowserContext:
    """A browser on a phone in which this person is logged in, and reads this language."""
    await team.database.transact(lambda c: staff.change(c, account.id, language=language))
    token = await team.database.transact(lambda c: staff_sessions.begin(c, account.id, team.house.now))
    size = {"width": 320, "height": 780}
    context = await browser.new_context(viewport=size, locale=language, color_scheme=scheme)  # type: ignore[arg-type]
    await context.add_cookies([{"name": "sapa_staff", "value": token, "url": team.url}])
    return context


async def test_axe_finds_nothing_serious_on_any_page(browser: Browser, team: Team) -> None:
    owner, pages, wrong = await team.account("owner"), Pages(team.app.routes), list[str]()
    await filed(team)
    await a_full_day(team)
    pages.learn(["/staff/customers/served"])  # to whom something of every kind happened
    await team.database.transact(lambda c: people_a_house(c, owner, many=3))
    pages.learn(await team.database.read(further_in))
    for language, scheme in SCHEMES:
        context = await browser_of(browser, team, owner, language, scheme)
        tabs = [await context.new_page() for _tab in range(TABS)]
        wrong += await looked_at(tabs, team, [*pages.plain, "/till"], pages)
        wrong += await looked_at(tabs, team, pages.objects(0, 1), pages)
        await context.clear_cookies()
        wrong += await looked_at(tabs, team, list(OUTSIDE), pages)
        await context.close()
    assert wrong == []
