"""Every page in English and Arabic, on a phone and on a desk: `make screenshots` writes `screenshots/`.

The pages are those of the route table, over the sample business of the demo, which runs as anybody starts it.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from console.staff.routes import ROUTES
from tests.browser.conftest import ARGUMENTS
from tests.browser.walking import LINKS, Pages
from tests.ports import held_port

ROOT = Path(__file__).parent.parent
LANGUAGES = ("en", "ar")
WIDTHS = {390: 844, 1280: 800}
DOORS = ("/staff/login", "/staff/forgotten")
INTERVIEW = "/staff/interviews/{public_id}"  # the sample business has none that goes on, so one is begun
LACKS = ("/staff/claims/{public_id}",)  # the sample business has none that waits
CUT = """() => [
  ...(document.documentElement.scrollWidth > innerWidth ? ["is wider than the screen"] : []),
  ...[...document.querySelectorAll("button, .button, .badge, th, h1, h2, label")].filter((element) =>
    element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1
    && !element.closest(".hidden, .stacked thead")
    && getComputedStyle(element).display !== "inline"
    && getComputedStyle(element).textOverflow !== "ellipsis").map((element) => `cuts "${element.innerText}"`)]"""
SAYS = {"en": "What are my points?", "ar": "كم نقاطي؟"}


class Shop(NamedTuple):
    """A demo that runs: its address, the password of its accounts, and a link for a customer of each language."""

    address: str
    password: str
    customers: dict[str, str]


class Camera(NamedTuple):
    """Takes pages in one language at both widths, and notes what does not fit."""

    folder: Path
    language: str
    faults: list[str]

    async def take(self, page: Page, name: str) -> None:
        """Keep what the page shows, down to its end."""
        for width, height in WIDTHS.items():
            await page.set_viewport_size({"width": width, "height": height})
            file = f"{name}-{self.language}-{width}.png"
            self.faults.extend(f"{file} {fault}" for fault in await page.evaluate(CUT))
            await page.screenshot(path=self.folder / file, full_page=True, animations="disabled")


@contextmanager
def demo() -> Iterator[Shop]:
    """The demo as a process, on a database that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="sapa-screenshots-") as folder, held_port() as port:
        command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--data-dir", folder]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            said = ""
            for line in process.stdout:
                said += line
                if line.startswith("Started on"):
                    break
            try:
                yield _shop(said)
            finally:
                process.terminate()


def _shop(said: str) -> Shop:
    def found(form: str) -> str:
        match = re.search(form, said)
        assert match, f"The demo did not start:\n{said}"
        return match[1]

    customers = {"en": found(r"English-speaking customer +(\S+)"), "ar": found(r"Arabic-speaking customer +(\S+)")}
    return Shop(found(r"Staff pages +(\S+)/staff"), found(r"Password, until the end +(\S+)"), customers)


async def log_in(context: BrowserContext, shop: Shop, language: str) -> Page:
    """The owner, whose pages are in this language from now on."""
    page = await context.new_page()
    await page.goto(f"{shop.address}/staff/login")
    await page.locator("[name=email]").fill("owner@daunpagi.example")
    await page.locator("[name=password]").fill(shop.password)
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/staff/(?!login)"))
    await page.goto(f"{shop.address}/staff/account")
    await page.locator("select[name=language]").select_option(language)
    await page.locator("form[action$=language] button").click()
    await page.locator(f"html[lang={language}]").wait_for()
    return page


async def walked(page: Page, shop: Shop) -> list[str]:
    """The addresses of all pages, one object of each kind: a conversation's customer rather than any."""
    pages = Pages(ROUTES)
    for path in ("/staff/inbox?view=mine", "/staff/inbox?view=all"):
        await page.goto(shop.address + path)
        pages.learn(await page.evaluate(LINKS))
    for [contact] in list(pages.found["/staff/inbox/{public_id}"]):
        pages.learn([f"/staff/customers/{contact}"])
    for path in pages.plain:
        if await _is_page(page, shop.address + path):
            await page.goto(shop.address + path)
            pages.learn(await page.evaluate(LINKS))
    for path in pages.objects(0, 1, without=(*LACKS, INTERVIEW)):
        if await _is_page(page, shop.address + path):
            await page.goto(shop.address + path)
            pages.learn(await page.evaluate(LINKS))
    pages.learn([await _an_interview(page, shop, pages)])
    every = [*pages.plain, *pages.objects(0, 1, without=LACKS)]
    return [path for path in every if await _is_page(page, shop.address + path)]


async def _an_interview(page: Page, shop: Shop, pages: Pages) -> str:
    """Begin an interview with the first survey that can be asked; its address."""
    for [survey] in pages.found["/staff/surveys/{public_id}"]:
        await page.goto(f"{shop.address}/staff/surveys/{survey}/interviews?q=a")
        if await page.locator("form.begin .main:enabled").count():
            await page.locator("form.begin .main:enabled").first.click()
            await page.wait_for_url(re.compile("/staff/interviews/"))
            return page.url.removeprefix(shop.address)
    raise AssertionError("No survey can be asked in an interview.")


async def _is_page(page: Page, address: str) -> bool:
    answer = await page.request.get(address)
    return "<main" in await answer.text()


async def staff_pages(camera: Camera, page: Page, shop: Shop) -> None:
    """Every page of the staff's, and a conversation with each of its drawers."""
    for path in await walked(page, shop):
        await page.goto(shop.address + path)
        await camera.take(page, _named(path))
        if re.fullmatch(r"/staff/inbox/[^/]+", path):
            for deed in await page.locator("details[name=deed] > summary").all():
                await deed.click()
                await camera.take(page, f"inbox-one-{await deed.get_attribute('id')}")
            await page.goto(f"{shop.address}{path}#about")
            await camera.take(page, "inbox-one-about")
    await page.goto(f"{shop.address}/till")
    await page.locator("main").wait_for()
    await camera.take(page, "till")


def _named(path: str) -> str:
    """A file's name: ids, which are others each time, become `one`."""
    parts = path.removeprefix("/staff").strip("/").split("/")
    patterns = [route.path.removeprefix("/staff").strip("/").split("/") for route in ROUTES]
    for each in patterns:
        same = (a == b or b.startswith("{") for a, b in zip(parts, each, strict=False))
        if len(each) == len(parts) and all(same):
            return "-".join("one" if part.startswith("{") else part for part in each) or "start"
    return "-".join(parts)


async def outside(camera: Camera, page: Page, shop: Shop) -> None:
    """What others see: the doors of the staff's pages, the chat, and the demo's own page."""
    for path in DOORS:
        await page.goto(shop.address + path)
        await camera.take(page, _named(path))
    await page.goto(shop.customers[camera.language])
    await page.locator("#presence[data-live=true]").wait_for()
    await camera.take(page, "chat-new")
    await page.locator("#text").fill(SAYS[camera.language])
    await page.keyboard.press("Enter")
    await page.locator("#log .message.bot").first.wait_for()
    await camera.take(page, "chat")
    await page.goto(f"{shop.address}/demo")
    for phone in page.frames[1:]:
        await phone.locator("#presence[data-live=true]").wait_for()
    await camera.take(page, "demo")


@asynccontextmanager
async def browser_of(browser: Browser, language: str) -> AsyncIterator[BrowserContext]:
    """A browser of somebody who reads this language."""
    context = await browser.new_context(locale=language)
    yield context
    await context.close()


async def take(folder: Path) -> list[str]:
    """Take all of them; what does not fit on its page."""
    faults: list[str] = []
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with demo() as shop:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            for language in LANGUAGES:
                camera = Camera(folder, language, faults)
                async with browser_of(browser, language) as theirs:
                    await staff_pages(camera, await log_in(theirs, shop, language), shop)
                async with browser_of(browser, language) as theirs:
                    await outside(camera, await theirs.new_page(), shop)
            await browser.close()
    return faults


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=ROOT / "screenshots")
    to = parser.parse_args().to
    to.mkdir(parents=True, exist_ok=True)
    for fault in asyncio.run(take(to)):
        print(fault)
    print(f"{len(list(to.glob('*.png')))} pictures in {to}")
