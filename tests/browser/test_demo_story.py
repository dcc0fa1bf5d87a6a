"""The whole story of the demo, as it is started and as anybody sees it, in less than three minutes."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.browser.conftest import ROOT
from tests.browser.test_chat_access import faults
from tests.ports import held_port

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

STORY_SECONDS = 180
NINE = {"en": "9.00 am", "ms": "9.00 pagi", "vi": "09:00", "ar": "09:00", "zh": "09:00"}
# What a greeting says to whom it reaches; a birthday's first.
GREETS = {
    "en": ("Happy birthday", "a member with us"),
    "ms": ("hari lahir", "menjadi ahli"),
    "vi": ("sinh nhật", "thành viên"),
    "ar": ("عيد", "عضوي"),
    "zh": ("生日", "会员"),
}
COCONUT = {
    "en": "coconut coffee",
    "ms": "kopi kelapa",
    "vi": "cà phê cốt dừa",
    "ar": "قهوة جوز الهند",
    "zh": "椰香咖啡",
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo as a process, on a database of its own; it ends in order."""
    folder = tmp_path_factory.mktemp("demo")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SAPA_")}
    with held_port() as port:
        command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--data-dir", str(folder)]
        environment = {**kept, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield next(line.split()[-1] for line in process.stdout if "/demo" in line)
            finally:
                process.terminate()
        assert process.returncode == 0


def phone(page: Page, language: str) -> FrameLocator:
    return page.frame_locator(f"#phone-{language} iframe")


async def play(page: Page, scene: str) -> list[str]:
    """Press a scene's button; the lines it tells."""
    await page.locator(f"[data-scene={scene}]").click()
    await expect(page.locator(f"#scene-{scene}")).to_have_attribute("data-state", re.compile("done|failed"))
    lines = await page.locator(f"#scene-{scene} .story li").all_inner_texts()
    assert await page.locator(f"#scene-{scene}").get_attribute("data-state") == "done", lines
    return lines


async def greeted(page: Page, language: str, occasion: int) -> None:
    """The last thing this phone was told is the greeting, at nine on its own clock."""
    last = phone(page, language).locator("#log .message.bot").last
    await expect(last).to_contain_text(GREETS[language][occasion])
    await expect(last.locator("time")).to_have_text(NINE[language])
    await expect(page.locator(f"#phone-{language} .greeting")).to_have_attribute("data-state", "told")


async def test_the_whole_story_is_told_in_three_minutes(browser: Browser, demo: str) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 900}, locale="en")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    async with asyncio.timeout(STORY_SECONDS):
        await page.goto(demo)
        for language in NINE:
            await phone(page, language).locator("#presence[data-live=true]").wait_for()

        # A reward is exchanged, and its code works once.
        lines = await play(page, "redeem")
        assert re.match("First scan: Redeemed: ", lines[-2])
        assert re.match("Second scan: Already used on ", lines[-1])

        # Each one's greeting comes at nine of their own morning.
        await play(page, "greet")
        for language in NINE:
            await greeted(page, language, 0)

        # Who has an open complaint is passed over, and the reason is shown; the others are greeted.
        lines = await play(page, "complain")
        reason = "Passed over: a person from the team has this conversation."
        assert [line.partition(": ")[2] for line in lines if "Passed over" in line] == [reason]
        await expect(page.locator("#phone-ar .greeting")).to_have_text(reason)
        for language in ("en", "ms", "vi", "zh"):
            await greeted(page, language, 1)

        # The bot's process is killed while its question is open; what was answered meanwhile is taken.
        first = await _pid(page)
        lines = await play(page, "kill")
        assert lines[-1] == "The answer was taken: the conversation goes on."
        assert await _pid(page) != first
        with pytest.raises(ProcessLookupError):
            os.kill(first, 0)
        await expect(
            phone(page, "vi").locator("#log .message.bot").last.locator("button.reply").first
        ).to_be_enabled()

        # Nobody is greeted twice: others get the phones, and everything can be played again.
        lines = await play(page, "greet")
        assert lines[0] == "These five have been greeted. Others have the phones now."
        for language in NINE:
            await greeted(page, language, 0)
        # An unhappy answer opens a request, and its customer can ask after it.
        lines = await play(page, "listen")
        assert any(re.match("A request is open for the team: ", line) for line in lines)
        number = phone(page, "zh").locator("#log .message.bot code").last
        assert (await number.inner_text()) in lines[-2]

        # Each product is recommended for a reason, and one that is not wanted is not shown again.
        lines = await play(page, "recommend")
        assert len(lines) >= 3
        assert lines[-1].endswith("It won't be suggested again.")
        # The team writes to all five, each in their language at ten. Whoever wanted a pause is passed over, and so
        # is the one whose request is still open.
        lines = await play(page, "broadcast")
        assert lines[-3].startswith("In their own language, at their own ten o'clock: ")
        assert [line.partition(": ")[2] for line in lines[-2:]] == [
            "Passed over: this customer wanted a pause.",
            "Passed over: a request of this customer is open.",
        ]
        for language, word in COCONUT.items():
            got = phone(page, language).locator("#log .message.bot").filter(has_text=word)
            await expect(got).to_have_count(0 if language in ("ms", "zh") else 1)
        assert await faults(page) == []
    assert complaints == []
    await context.close()


async def _pid(page: Page) -> int:
    found = re.search(r"Process (\d+) is running", await page.locator("#process-words").inner_text())
    assert found is not None
    return int(found[1])
