"""Two hundred hostile names and messages in every place a page of the staff's can show: nothing of them runs."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page

from store import staff_sessions
from store.staff import Account
from tests.browser.hostile import HOSTILE, RUN, WORKED_OUT, further_in, people_a_house, poison
from tests.browser.walking import Pages
from tests.console.staff.talks import public_id, waiting
from tests.console.staff.team import Team
from tests.console.staff.test_staff_claims import filed
from tests.handlers.house import later

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

ROUNDS, OBJECTS, TABS = 2, 2, 3
LISTEN = """
window.violations = [];
for (const ask of ["alert", "confirm", "prompt"]) window[ask] = () => { window.ran = true; };
window.hacked = () => { window.ran = true; };
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
LOOK = """() => ({
  ran: window.ran ?? false,
  violations: window.violations,
  elements: [...document.querySelectorAll("[data-hostile]")].map((element) => element.outerHTML.slice(0, 200)),
  worked: document.documentElement.textContent.includes("WORKED_OUT"),
  words: [...document.querySelectorAll("input, textarea")].map((field) => field.value)
    .concat(document.documentElement.textContent).join(" "),
  links: [...document.querySelectorAll("[href], [hx-get]")].flatMap((element) =>
    [element.getAttribute("href"), element.getAttribute("hx-get")]).filter((link) => link?.startsWith("/")),
})""".replace("WORKED_OUT", WORKED_OUT)


class Walk(Pages):
    """The pages, and which hostile words have stood on one."""

    def __init__(self, team: Team) -> None:
        super().__init__(team.app.routes)
        self.shown: set[str] = set()

    def hear(self, words: str, links: Iterable[str]) -> None:
        """Remember which hostile words stood there, and which objects links lead to."""
        self.shown |= {each for each in HOSTILE if each not in self.shown and plain(each) in words}
        self.learn(links)


def plain(words: str) -> str:
    """The beginning of hostile words, as far as every page shows them alike."""
    return re.split(r"[\x00-\x1f]", words)[0][:30]


async def faults(page: Page, address: str, known: Walk) -> list[str]:
    """What a page took for more than words."""
    answer = await page.goto(address, wait_until="load")
    assert answer is not None
    wrong = [f"{address}: answered {answer.status}"] if answer.status >= 400 else []
    return wrong + await found_on(page, address, known)


async def found_on(page: Page, address: str, known: Walk) -> list[str]:
    """The same of a page that is open."""
    try:
        seen: dict[str, Any] = await page.evaluate(LOOK)
    except Error:  # a page that is told to loads itself anew
        await page.wait_for_load_state()
        seen = await page.evaluate(LOOK)
    wrong = [f"went to {page.url}"] if urlsplit(page.url).netloc != urlsplit(address).netloc else []
    wrong += [f"element {each}" for each in seen["elements"]]
    wrong += [f"violation {each}" for each in seen["violations"]]
    wrong += ["it ran"] * seen["ran"] + ["a template worked it out"] * seen["worked"]
    known.hear(seen["words"], seen["links"])
    return [f"{address}: {each}" for each in wrong]


async def walk(tabs: list[Page], team: Team, paths: list[str], known: Walk) -> list[str]:
    """Open these pages, in all tabs at once."""
    waiting, wrong = list(paths), list[str]()

    async def work(tab: Page) -> None:
        while waiting:
            wrong.extend(await faults(tab, team.url + waiting.pop(), known))

    await asyncio.gather(*map(work, tabs))
    return wrong


async def logged_in(browser: Browser, team: Team, owner: Account) -> BrowserContext:
    token = await team.database.transact(lambda c: staff_sessions.begin(c, owner.id, team.house.now))
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    await context.add_cookies([{"name": "sapa_staff", "value": token, "url": team.url}])
    await context.add_init_script(LISTEN)
    return context


async def test_no_page_takes_hostile_words_for_more_than_words(browser: Browser, team: Team) -> None:
    owner = await team.account("owner")
    await filed(team)
    await team.database.transact(lambda c: people_a_house(c, owner))
    context = await logged_in(browser, team, owner)
    tabs, known, wrong = [await context.new_page() for _tab in range(TABS)], Walk(team), list[str]()
    known.learn(await team.database.read(further_in))
    for turn in range(ROUNDS):
        order = sorted(HOSTILE, key=known.shown.__contains__)  # what no page showed yet comes first
        await team.database.transact(lambda c, order=order: poison(c, order))  # type: ignore[misc]
        wrong += await walk(tabs, team, known.plain, known)
        wrong += await walk(tabs, team, known.objects(turn, OBJECTS), known)
    assert wrong == []
    assert known.shown == set(HOSTILE), "not all of them stood on a page"
    await context.close()


async def test_hostile_words_that_arrive_while_a_page_is_open_are_words_there_too(
    browser: Browser, team: Team
) -> None:
    context = await logged_in(browser, team, await team.account("owner"))
    customer = await waiting(team)
    for path in ("/staff/inbox", f"/staff/inbox/{await public_id(team, customer)}"):
        page = await context.new_page()
        wrong = await faults(page, team.url + path, Walk(team))
        for place in range(0, len(HOSTILE), 20):
            await customer.types(" ".join(each[:100] for each in HOSTILE[place : place + 20]))
            later(team.house, minutes=1)  # who writes that much at once is not listened to
        await customer.types(f"the last <img data-hostile src=x onerror={RUN}>")
        await page.get_by_text("the last <img").first.wait_for()
        wrong += await found_on(page, team.url + path, Walk(team))
        assert wrong == []
    await context.close()
