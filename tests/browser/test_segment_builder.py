"""A segment is built in a real browser without a mouse, its count moving along; a list is read from a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy.engine import Connection

from store import segments, tables
from store.segments import Segment
from tests.browser.colleagues import OpenPage, visits
from tests.browser.test_chat_access import faults
from tests.console.staff.segments_deeds import customers_of_a_shop
from tests.console.staff.team import Team

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NEW = "/staff/segments/new"


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, team: Team) -> AsyncIterator[OpenPage]:
    """Opens a page as somebody who markets, in a shop with some customers."""
    await team.database.transact(customers_of_a_shop)
    async with visits(browser, team) as open_as:
        yield partial(open_as, account=await team.account("marketer"))


def everybody(page: Page) -> Locator:
    """The figure of how many are in it."""
    return page.locator("#figures dd").first


async def press(page: Page, button: Locator) -> None:
    """Press a button without a mouse."""
    await button.focus()
    await page.keyboard.press("Enter")


async def choose(page: Page, field: Locator, words: str) -> None:
    """Choose in a list without a mouse: by typing how the words begin."""
    await field.focus()
    await page.keyboard.type(words)
    await expect(field.locator("option:checked")).to_have_text(words)


async def kept(team: Team) -> Segment:
    """The segment that was made last."""
    return max(await team.database.read(segments.every), key=lambda segment: segment.id)


async def test_a_segment_is_built_of_two_groups_with_the_keyboard_and_its_count_moves_along(
    visit: OpenPage, team: Team
) -> None:
    page = await visit(f"{NEW}?stage=at_risk")
    await expect(everybody(page)).to_have_text("3")
    await page.get_by_label("Name").fill("Worth a call")
    await press(page, page.get_by_role("button", name="Add a group").first)
    fact = page.locator("#n-1-0-fact")
    await expect(fact).to_be_focused()
    await expect(page.locator("#trouble-n-1-0")).to_contain_text("Please choose a fact")
    await expect(page.locator("#count-note")).to_contain_text("The figures are those of before.")
    await expect(everybody(page)).to_have_text("3")

    await choose(page, fact, "Language")
    await expect(page.locator("#n-1-0-value")).to_be_visible()
    await choose(page, page.locator("#n-1-0-value"), "English")
    await expect(everybody(page)).to_have_text("1")
    await press(page, page.locator("#add-n-1"))
    await expect(page.locator("#n-1-1-fact")).to_be_focused()
    await choose(page, page.locator("#n-1-1-fact"), "Tags")
    await page.get_by_label("vip").focus()
    await page.keyboard.press("Space")
    await page.locator("#n-1-1-value").focus()
    await page.keyboard.type("wholesale")
    await page.keyboard.press("Enter")  # shows what was typed, and saves nothing yet
    await expect(page.locator("#in-words")).to_contain_text("vip or wholesale")
    await expect(page.locator("#n-1-1-value")).to_be_focused()
    await page.locator("#n-1-1-value").fill("")
    await expect(everybody(page)).to_have_text("2")
    await expect(page.locator("#in-words")).to_have_text(
        "Stage of life as a customer is At risk, and (Language is English, or Tags: vip)."
    )
    await expect(page.locator("#sample a").first).to_have_attribute("href", "/staff/customers/customer-0")

    await press(page, page.get_by_role("button", name="Save", exact=True))
    await expect(page.get_by_text("The segment is saved.")).to_be_visible()
    await expect(everybody(page)).to_have_text("2")
    assert (await kept(team)).condition == {
        "all": [
            {"fact": "stage", "op": "is", "value": "at_risk"},
            {
                "any": [
                    {"fact": "language", "op": "is", "value": "en"},
                    {"fact": "tags", "op": "has", "value": ["vip"]},
                ]
            },
        ]
    }


async def test_somebody_elses_change_is_shown_beside_ones_own(visit: OpenPage, team: Team) -> None:
    made = await team.database.transact(
        lambda c: segments.add(c, name="News", condition={"all": []}, by="test", now=team.house.now)
    )
    assert isinstance(made, Segment)
    page = await visit(f"/staff/segments/{made.public_id}")

    def change(connection: Connection) -> Any:
        condition = {"fact": "language", "op": "is", "value": "ms"}
        return segments.save(connection, made.id, name="Theirs", condition=condition, edit=0, now=team.house.now)

    await team.database.transact(change)
    await page.get_by_label("Name").fill("Mine")
    await page.get_by_role("button", name="Save", exact=True).click()
    both = page.get_by_role("alert")
    await expect(both).to_contain_text("Theirs: Language is Bahasa Melayu.")
    await expect(page.get_by_label("Name")).to_have_value("Mine")
    await page.get_by_role("button", name="Save mine instead").click()
    await expect(page.get_by_text("The segment is saved.")).to_be_visible()
    assert ((await kept(team)).name, (await kept(team)).condition) == ("Mine", {"all": []})


async def test_what_was_typed_stays_when_the_session_ends_meanwhile(visit: OpenPage, team: Team) -> None:
    page = await visit(f"{NEW}?stage=at_risk")
    await page.get_by_label("Name").fill("Kept")
    await expect(everybody(page)).to_have_text("3")
    await team.database.transact(lambda connection: connection.execute(tables.staff_sessions.delete()))
    await page.locator("#add-n").click()
    await expect(page.locator("#count-note")).to_have_text("You are not logged in any more. Please log in again.")
    await expect(page.get_by_label("Name")).to_have_value("Kept")
    await expect(page.locator("#n-0-value")).to_have_value("at_risk")
    await expect(everybody(page)).to_have_text("3")


async def test_a_list_is_read_from_a_file_without_leaving_the_page(visit: OpenPage, team: Team) -> None:
    page = await visit("/staff/segments/lists")
    await page.get_by_label("Name").fill("Guests")
    await page.get_by_role("button", name="Make the list").click()
    table = b"customer number\nC-0\nC-2\nnobody\nC-0\n"
    await page.get_by_label("File").set_input_files({"name": "guests.csv", "mimeType": "text/csv", "buffer": table})
    await page.get_by_role("button", name="Read the file").click()
    await expect(page.locator("#result")).to_contain_text("2 customers came onto the list")
    await expect(page.locator("#result")).to_be_focused()
    await expect(page.locator("#result td")).to_have_text(["4", "nobody", "Nobody is known by it"])
    await expect(page.locator(".members li")).to_have_count(2)
    async with page.expect_download() as saving:
        await page.get_by_role("button", name="Save all of these lines as a table").click()
    assert (await saving.value).suggested_filename == "not-found.csv"


async def test_nothing_keeps_people_from_building(visit: OpenPage, team: Team) -> None:
    """In a wide Arabic page; test_every_page looks at the narrow ones."""
    page = await visit(NEW, color_scheme="light", width=1280)
    await team.database.transact(lambda c: c.execute(tables.staff.update().values(language="ar")))
    await page.goto(f"{team.url}{NEW}?stage=at_risk&rfm=champions&tag=vip")
    await expect(everybody(page)).to_have_text("0")
    await page.locator("#wrap-n-2").click()
    await page.locator("#n-2-1-fact").select_option("bought")
    await page.locator("#n-2-1-period").select_option("span")
    await expect(page.locator("#n-2-1-before")).to_be_visible()
    found = await faults(page)
    if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("the builder is too wide")
    assert found == []
