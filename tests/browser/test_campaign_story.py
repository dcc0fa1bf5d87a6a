"""A campaign from the people it is for to its report: built, previewed, tried, approved, sent, watched and read."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, Page, expect
from sqlalchemy.engine import Connection

from outreach.templates.content import Content, Text
from scheduler import trying
from store import tables, tags
from tests.browser.test_service_story import TOLD, ZONE, Shop, shop
from tests.outreach.campaigns.drafts import rules, template
from tests.store.rows import add_contact

__all__ = ["shop"]

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAID = Content(texts={"en": Text("Half price today", "reviewed"), "ms": Text("Separuh harga hari ini", "reviewed")})


def furnish(connection: Connection, shop: Shop) -> None:
    """Three regulars beside the one who chats, of whom one has said stop; and what is said to them."""
    rules(connection, approve_above=2)
    template(connection, SAID, name="Half price")
    for sender, more in (("a", {"language": "ms"}), ("b", {"language": "vi"}), ("c", {"marketing": "withdrawn"})):
        add_contact(connection, sender, shop.now, channel="webchat", account="web", **more)
    connection.execute(tables.contacts.update().where(tables.contacts.c.id == 1).values(marketing="granted"))
    for contact_id in connection.scalars(sa.select(tables.contacts.c.id)):
        tags.add(connection, contact_id, "regular", shop.now)
    connection.execute(tables.staff.update().values(role="marketer"))


async def chosen(page: Page, segment: str) -> None:
    """Build a segment of whoever has the tag, and give it this name."""
    await page.get_by_role("button", name="Add a condition").click()
    await page.locator("select[name$=-fact]").select_option("tags")
    await page.locator("#tree .segment-row input[type=text], #tree .segment-row input:not([type])").first.fill(
        "regular"
    )
    await page.locator("#name").fill(segment)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(segment)


async def deed(page: Page, name: str, asked: str = "") -> None:
    """Press a button of the campaign's page; one that asks first is answered."""
    if asked:
        await page.locator("summary").filter(has_text=name).click()
    await page.get_by_role("button", name=asked or name, exact=True).click()


async def test_a_campaign_is_built_tried_approved_sent_watched_and_read(browser: Browser, shop: Shop) -> None:
    customer = await shop.customer(browser, "en", "Hello")
    mei = await shop.agent(browser, "Mei")
    siti = await shop.agent(browser, "Siti")
    shop.now += dt.timedelta(minutes=30)  # who is in the middle of a dialogue would wait
    await shop.app.database.transact(lambda connection: furnish(connection, shop))

    await mei.goto(f"{shop.url}/staff/segments/new")
    await chosen(mei, "Regulars")
    await mei.goto(f"{shop.url}/staff/templates")
    await mei.get_by_role("link", name="Half price").click()
    await expect(mei.locator(".phone[lang=ms]")).to_contain_text("Separuh harga hari ini")

    await mei.goto(f"{shop.url}/staff/campaigns/new")
    await mei.get_by_label("Name").fill("Weekend offer")
    await mei.get_by_label("Segment").select_option("Regulars")
    await expect(mei.locator("#count")).to_contain_text("4 customers")
    await mei.locator("#template-A").select_option("Half price")
    await mei.get_by_label("At most so many in a minute").fill("60")
    await deed(mei, "Save")
    await expect(mei.locator(".phone[lang=en]")).to_contain_text("Half price today")

    await deed(mei, "Count")
    await trying.try_campaigns(shop.app.database, shop.now, zone=ZONE.key)
    await expect(mei.locator("#tried")).to_contain_text("The customer said stop.")
    await expect(mei.locator(".tally dd").first).to_have_text("3")

    await deed(mei, "Submit…", "Submit it")
    await expect(mei.locator(".marks")).to_contain_text("Waits for approval")
    await siti.goto(mei.url.partition("?")[0])
    await expect(siti.locator("main")).to_contain_text("Mei asks you to look at it")
    broadcasting = asyncio.create_task(shop.app.broadcaster.run())
    await deed(siti, "Approve")
    await expect(siti.locator(".marks")).to_contain_text("Planned")

    # The clock stands still, so that of sixty in a minute only the first goes out.
    await expect(customer.locator(TOLD).last).to_contain_text("Half price today")
    await mei.goto(siti.url.partition("?")[0])
    await expect(mei.locator("#live .chart-key")).to_contain_text("Sent: 1")
    await deed(mei, "Pause")
    await expect(mei.locator(".marks")).to_contain_text("Paused")
    await deed(mei, "Go on")
    clock = asyncio.create_task(_goes_on(shop))
    await expect(mei.locator("#live .chart-key")).to_contain_text("Sent: 3")
    await expect(mei.locator(".marks")).to_contain_text("Done")  # the page has loaded itself anew
    await expect(mei.locator("#live")).to_contain_text("The customer said stop.")

    await mei.get_by_role("link", name="Report").click()
    await expect(mei.locator("main")).to_contain_text("Weekend offer")
    await expect(mei.locator("main")).to_contain_text("Passed over")
    clock.cancel()
    await shop.app.broadcaster.stop()
    await broadcasting


async def _goes_on(shop: Shop) -> None:
    """Let the clock go on, ten times as fast as others."""
    while True:
        await asyncio.sleep(0.1)
        shop.now += dt.timedelta(seconds=1)
