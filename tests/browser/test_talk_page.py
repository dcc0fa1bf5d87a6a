"""The page of a conversation in a real browser: what goes out, what stays, and who sees what."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from store import canned, labels
from store.canned import NewCanned
from tests.browser.colleagues import OpenPage, visits
from tests.browser.test_chat_access import faults
from tests.console.staff.talks import public_id, seen, taken, waiting
from tests.console.staff.team import Team

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MALAY = "Selamat pagi, apa khabar anda hari ini?"


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, team: Team) -> AsyncIterator[OpenPage]:
    """Opens a page as a colleague; a page that breaks its own rules fails the test."""
    async with visits(browser, team) as open_page:
        yield open_page


async def test_a_canned_reply_goes_out_in_arabic_from_an_english_console_and_a_note_does_not(
    visit: OpenPage, team: Team
) -> None:
    customer = await waiting(team, language="ar")
    agent, home = await taken(team, customer)
    texts = {"en": "Your order is on its way, {name}.", "ar": "طلبك في الطريق. رصيدك {points} نقطة."}
    reply = NewCanned(shortcut="way", title="On its way", texts=texts)  # type: ignore[arg-type]
    await team.database.transact(lambda c: canned.save(c, reply, team.house.now))
    tan = await team.account("support", name="Tan Mei")
    page = await visit(home, agent.account)
    text = page.get_by_label("Write your answer")
    await text.press_sequentially("/wa")
    await expect(page.locator("#replies [role=option]")).to_have_count(1)
    await page.keyboard.press("Enter")
    await expect(text).to_have_value(re.compile("طلبك في الطريق"))
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".line.person .text").last).to_contain_text("طلبك في الطريق")
    await expect(text).to_have_value("")
    assert await customer.answers() == ["طلبك في الطريق. رصيدك \u20680\u2069 نقطة."]
    await page.locator("#note").click()
    await page.keyboard.type("Ask @ta")
    await page.keyboard.press("Enter")
    await page.keyboard.type("about <b>this</b>")
    await page.get_by_role("button", name="Save note").click()
    await expect(page.locator(".line.note .text")).to_have_text("Ask @Tan Mei about <b>this</b>")
    assert await customer.answers() == []
    assert not [line for line in await seen(team, customer) if "Tan Mei" in line.text]
    theirs = await visit(home, tan)
    await expect(theirs.locator(".line.note .text")).to_be_visible()
    await expect(theirs.locator("#here")).to_have_text("Also here: Siti")


async def test_what_is_typed_survives_a_reload_a_warning_a_lost_connection_and_a_colleague(
    visit: OpenPage, team: Team
) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    page = await visit(home, agent.account)
    text, send = page.get_by_label("Write your answer"), page.locator("#answer button[type=submit]")
    await text.fill(MALAY)
    hint = "This looks like Bahasa Melayu. The customer writes in English."
    await expect(page.locator("#hint")).to_have_text(hint)
    await page.reload()
    await expect(text).to_have_value(MALAY)
    await send.click()
    await expect(page.get_by_role("alert").filter(has_text="Nothing was sent yet")).to_be_visible()
    await expect(send).to_have_text("Send anyway")
    await page.context.set_offline(True)
    await send.click()
    await expect(page.get_by_role("alert").filter(has_text="That was not sent")).to_be_visible()
    await expect(text).to_have_value(MALAY)
    await page.context.set_offline(False)
    await customer.types("Are you there?")
    await expect(page.locator(".line.you .text").last).to_have_text("Are you there?")
    await send.click()
    await expect(text).to_have_value("")
    assert await customer.answers() == [MALAY]
    await text.fill("Half a senten")
    other = await team.browser("support", name="Tan")
    await other.submit(f"{home}/take", owner=agent.account.public_id)
    await expect(page.locator(".change").last).to_contain_text("Tan took over")
    await expect(text).to_have_value("Half a senten")


async def test_everything_works_without_scripts(visit: OpenPage, team: Team) -> None:
    customer = await waiting(team)
    await customer.answers()
    account = await team.account("support", name="Siti")
    page = await visit(f"/staff/inbox/{await public_id(team, customer)}", account, java_script_enabled=False)
    await page.get_by_role("button", name="Take this conversation").click()
    await page.get_by_label("Write your answer").fill("Good morning!")
    await page.get_by_role("button", name="Send").click()
    await expect(page.locator(".line.person .text")).to_have_text("Good morning!")
    await page.locator("#close").click()
    await page.get_by_label("Solved").check()
    await page.get_by_role("button", name="Close the conversation").click()
    await expect(page.get_by_role("status").filter(has_text="The conversation is closed.")).to_be_visible()
    assert "Good morning!" in await customer.answers()


async def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_screen(visit: OpenPage, team: Team) -> None:
    customer = await waiting(team)
    agent, home = await taken(team, customer)
    await agent.submit(f"{home}/note", note="Ring back")
    await agent.submit(f"{home}/promise", promise="We call you", due="hour")
    found = []
    account = await team.account("owner", language="ar")
    label = await team.database.transact(lambda c: labels.make(c, "VIP", "#aa5500"))
    assert label is not None
    await agent.submit(f"{home}/labels", label=str(label.id))
    await agent.submit(f"{home}/transfer", to=f"staff:{account.public_id}")
    page = await visit(home, account, width=360, color_scheme="dark")
    for part in ("", "#note", "#promise", "#close", "#more"):
        if part:
            await page.locator(part).click()
        found += [f"{part}: {fault}" for fault in await faults(page)]
        if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{part} is too wide")
    await page.goto(f"{team.url}{home}#about")
    await expect(page.locator("#about")).to_be_visible()
    assert found + await faults(page) == []
