"""A complaint from the chat to its answer, its end, and back again because it was not solved."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.test_service_story import TOLD, Shop, say, shop

__all__ = ["shop"]

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SPILLED = "The soup had spilled all over the bag."


async def press(customer: Page, label: str) -> None:
    """Press the button that was offered last under this name."""
    await customer.get_by_role("button", name=label, exact=True).last.click()


async def complain(customer: Page) -> str:
    """Tell what happened, as the chat asks; the number of the request."""
    told = customer.locator(TOLD)
    await expect(told.last).to_contain_text("What happened?")
    await say(customer, SPILLED)
    await expect(told.last).to_contain_text("When was that?")
    await press(customer, "Skip")
    await press(customer, "Delivery")
    await expect(told.last).to_contain_text("order or receipt number?")
    await press(customer, "Skip")
    await expect(told.last).to_contain_text("photos?")
    await press(customer, "Skip")
    await press(customer, "Send it")
    opened = told.filter(has_text="Your request has the number").last
    found = re.search(r"has the number (\w{6}),", await opened.inner_text())
    assert found
    return found[1]


async def test_a_complaint_is_answered_and_closed_and_open_again_when_it_was_not_solved(
    browser: Browser, shop: Shop
) -> None:
    agent = await shop.agent(browser, "Siti", "/staff/requests")
    await expect(agent.locator("main")).to_contain_text("No request is open.")
    customer = await shop.customer(browser, "en", "Hello", "I have a complaint")
    number = await complain(customer)
    told = customer.locator(TOLD)

    await agent.reload()
    await agent.get_by_role("link").filter(has_text=number).click()
    await expect(agent.locator("main")).to_contain_text(SPILLED)
    await agent.get_by_role("button", name="Take this request").click()
    await expect(agent.locator("[data-count=requests]")).to_have_text("1")
    await agent.get_by_role("textbox", name="Answer the customer").fill("We are sorry. A new one is on its way.")
    await agent.get_by_role("button", name="Send").click()
    await shop.app.tick.open_due()
    await expect(told.last).to_contain_text("A new one is on its way.")
    await expect(told.last).to_contain_text(number)

    await agent.get_by_text("Close the request").click()
    await agent.get_by_role("textbox", name="What came of it").fill("A new soup was brought.")
    await agent.get_by_role("button", name="Close", exact=True).click()
    await expect(agent.locator("main")).to_contain_text("The request is closed.")
    await shop.app.tick.open_due()
    await expect(customer.locator("#log")).to_contain_text("A new soup was brought.")
    await press(customer, "No, not yet")
    await expect(customer.locator("#log .message.you").last).to_contain_text("No, not yet")
    await expect(told.filter(has_text="open again")).to_have_count(1)

    await agent.goto(f"{shop.url}/staff/requests")
    row = agent.locator(".case").filter(has_text=number)
    await expect(row).to_contain_text("Opened again 1 time")
    await expect(row).to_contain_text("Not solved, says the customer")
