"""The pages of customers in a real browser: found as one types, changed, tagged, corrected by two people."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from sqlalchemy.engine import Connection

from loyalty import adjusting
from store import tags
from tests.browser.colleagues import OpenPage, visits
from tests.conftest import NOON
from tests.console.staff import clientele
from tests.console.staff.team import Team

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def team(team: Team) -> Team:
    """A team whose pages stand at a real address, and its customers."""
    staff = await team.account("support", name="Aina")

    def add(connection: Connection) -> None:
        mei = clientele.add_customer(connection, "mei", email="mei@kopi.example")
        clientele.give_points(connection, mei, 350, 1980)
        clientele.live_a_life(connection, mei, staff.id, staff.public_id)
        clientele.give_voucher(connection, mei)
        tags.add(connection, mei, "vip", NOON)
        for place in range(40):
            linh = {"name": f"Nguyễn Diệu Linh {place}", "language": "vi", "phone": f"+849123456{place:02}"}
            clientele.add_customer(connection, f"linh{place}", **linh)
            clientele.add_customer(connection, f"tan{place}", name=f"Tan {place}", phone=None)
        big: dict[str, Any] = {"staff_id": staff.id, "limit": 1000, "public_id": "big", "now": NOON}
        adjusting.adjust(connection, mei, 2000, "A lost parcel", **big)

    await team.database.transact(add)
    return team


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, team: Team) -> AsyncIterator[OpenPage]:
    """Opens a page as a colleague; a page that breaks its own rules fails the test."""
    async with visits(browser, team) as open_page:
        yield open_page


async def test_a_customer_is_found_as_one_types_changed_tagged_and_corrected_by_two_people(
    visit: OpenPage, team: Team
) -> None:
    mei, ali = await team.account("admin", name="Mei"), await team.account("owner", name="Ali")
    page = await visit("/staff/customers", mei)
    await expect(page.locator(".person")).to_have_count(50)
    await page.get_by_role("link", name="Show more").click()
    await expect(page.locator(".person")).to_have_count(81)
    await page.get_by_role("searchbox").press_sequentially("nguyen dieu")
    await expect(page.locator("#found [role=status]")).to_contain_text("40 customers")
    await expect(page).to_have_url(re.compile(r"\?q=nguyen\+dieu$"))
    await page.get_by_role("searchbox").fill("012-345 6789")
    await expect(page.locator(".person")).to_have_count(1)
    await page.locator(".person").click()

    await page.get_by_role("link", name="Edit").click()
    await page.get_by_label("Phone").fill("123")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#phone-help")).to_contain_text("This is not a phone number.")
    await page.get_by_label("Phone").fill("012-999 8888")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("status")).to_contain_text("The changes are saved.")
    await expect(page.locator(".beside")).to_contain_text("+60129998888")

    await page.get_by_label("Add a tag").fill("Coffee")
    await page.keyboard.press("Enter")
    await expect(page.locator(".tag-list li")).to_have_count(2)
    await page.get_by_role("button", name="Remove vip").click()
    await expect(page.locator(".tag-list li")).to_have_count(1)
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator(".tag-list li")).to_have_count(2)

    await page.get_by_role("link", name="Correct the points").click()
    await page.get_by_label("Take points off").check()
    await page.get_by_label("How many points?").fill("1,500")
    await page.locator("form", has_text="Take points off").get_by_label("Why?").fill("Booked for the neighbour")
    await page.get_by_role("button", name="Correct the points").click()
    await expect(page.get_by_role("status")).to_contain_text("waits for a second person")
    other = await visit("/staff/customers", ali)
    await other.get_by_role("link", name="2 corrections of points wait").click()
    asked = other.locator("li.card", has_text="Booked for the neighbour")
    await asked.get_by_role("button", name="Agree").click()
    await expect(other.get_by_role("status")).to_contain_text("The points are corrected.")
    await page.reload()
    await expect(page.locator(".ledger tbody tr").first).to_contain_text("−1,500")


async def test_more_of_what_happened_comes_without_scripts_and_with_them(visit: OpenPage, team: Team) -> None:
    support = await team.account("support")

    def many(connection: Connection) -> None:
        customer = clientele.of(connection, "mei").id
        for place in range(40):
            given: dict[str, Any] = {
                "staff_id": support.id,
                "limit": 10_000,
                "public_id": f"more{place}",
                "now": NOON,
            }
            adjusting.adjust(connection, customer, 1, f"Reason {place}", **given)

    await team.database.transact(many)
    page = await visit("/staff/customers/mei?show=points", support)
    await expect(page.locator(".event")).to_have_count(30)
    await page.get_by_role("link", name="Show earlier").click()
    await expect(page.locator(".event")).to_have_count(60)
    await expect(page.locator(".on-day")).to_have_count(1)
    plain = await visit("/staff/customers/mei?show=points", support, java_script_enabled=False)
    await plain.get_by_role("link", name="Show earlier").click()
    await expect(plain.locator(".event")).to_have_count(30)
    assert re.search(r"/events\?show=points&before=", plain.url)
