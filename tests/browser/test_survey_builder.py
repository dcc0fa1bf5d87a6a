"""A survey is built from nothing in a real browser, tried in five languages at once, and published."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio
from msgspec import structs
from playwright.async_api import Browser, Locator, Page, expect
from sqlalchemy.engine import Connection

from store import tables
from surveys import library
from surveys.definition import Survey
from tests.browser.colleagues import OpenPage, visits
from tests.browser.test_chat_access import faults
from tests.console.staff.builder_deeds import published
from tests.console.staff.team import Team

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SAVED = "Saved as a draft"
CODE = "after_your_visit"
LIKES = {"ms": "Apakah yang anda suka?", "vi": "Bạn thích gì?", "ar": "ما الذي أعجبك؟", "zh": "您喜欢什么？"}


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, team: Team) -> AsyncIterator[OpenPage]:
    """Opens a page as somebody who markets."""
    async with visits(browser, team) as open_as:
        yield partial(open_as, account=await team.account("marketer"))


async def kept(team: Team) -> Survey:
    """The draft as it is stored."""
    return await team.database.read(lambda connection: library.current(connection, CODE))


async def add(page: Page, kind: str) -> Locator:
    """Add a question of a kind to the only section: the field of its text."""
    await page.get_by_role("link", name="Add a question").click()
    await page.get_by_role("button", name=kind).click()
    return page.get_by_label("Question English")


async def build(page: Page) -> None:
    """A score, a question that only low scores lead to, and a choice."""
    text = await add(page, "Recommendation (NPS)")
    await expect(text).to_have_value("How likely are you to recommend {business} to a friend or colleague?")
    text = await add(page, "Own words")
    await page.get_by_role("button", name="Only if …").click()
    await expect(page.locator("#outline")).to_contain_text("is below 7")
    text = await add(page, "One choice")
    await text.fill("What do you like, ")
    await page.get_by_text("Put something in").click()
    await page.get_by_role("button", name="{call_me|…}").click()
    await page.keyboard.type("dear customer")
    await expect(text).to_have_value("What do you like, {call_me|dear customer}")
    for number, words in ((1, "Tea"), (2, "Cake")):
        await page.get_by_label(f"Answer {number} English").fill(words)
    await expect(page.locator("#survey-deeds .count")).to_have_count(0)  # no problem is left
    await page.get_by_text("All five").click()
    for language, words in LIKES.items():
        await page.locator(f"#f-texts-{language}").fill(words)
    await expect(page.locator("#save-state .state")).to_have_text(SAVED)


async def test_a_survey_is_built_tried_in_five_languages_and_published(visit: OpenPage, team: Team) -> None:
    page = await visit("/staff/surveys/new")
    await page.get_by_label("Name").fill("After your visit")
    await page.get_by_role("button", name="Begin").click()
    await page.get_by_label("Minutes it takes").fill("3")
    await expect(page.locator("#save-state .state")).to_have_text(SAVED)
    await build(page)
    draft = await kept(team)
    assert (draft.minutes, [each.key for each in draft.questions]) == (3, ["nps", "text", "single"])

    await page.get_by_role("link", name="Preview").click()
    phones, last = page.locator("[data-phone]"), page.locator("[data-phone] .said-line:last-child")
    await expect(phones).to_have_count(5)
    await page.locator("[data-phone=ar]").get_by_role("button", name="3", exact=True).click()
    await expect(page.locator(".said-line.mine")).to_have_text(["3"] * 5)
    better = ["What should we do better?", "Apakah yang patut kami perbaiki?", "Chúng tôi nên làm tốt hơn điều gì?"]
    for words, phone in zip(better, await last.all(), strict=False):
        await expect(phone).to_contain_text(words)
    await page.get_by_role("button", name="From the beginning").click()
    await page.locator("[data-phone=zh]").get_by_role("button", name="9", exact=True).click()
    for language, words in LIKES.items():
        await expect(page.locator(f"[data-phone={language}] .said-line:last-child")).to_contain_text(words)
    await page.locator("[data-phone=en]").get_by_role("button", name="Tea").click()
    await expect(page.get_by_text("This is the end.")).to_have_count(5)

    await page.get_by_role("link", name="Publish").click()
    await page.get_by_role("button", name="Publish now").click()
    await expect(page.locator("#survey-state")).to_have_text("Published · Version 1")


async def test_two_who_write_at_once_hear_of_each_other(visit: OpenPage, team: Team) -> None:
    home = await published(team)
    page = await visit(f"{home}?part=question.why")

    def change(connection: Connection) -> None:
        survey = library.current(connection, "visit")
        library.save_draft(connection, "visit", structs.replace(survey, minutes=9), 2, team.house.now)

    await team.database.transact(change)
    await page.get_by_label("Question English").fill("Why so?")
    await expect(page.get_by_role("alert")).to_contain_text("Somebody else changed this survey meanwhile.")
    await expect(page.get_by_label("Question English")).to_have_value("Why so?")
    await page.get_by_role("button", name="Put mine into theirs").click()
    await expect(page.get_by_role("alert")).to_have_count(0)
    both = await team.database.read(lambda connection: library.current(connection, "visit"))
    why = both.question("why")
    assert why is not None
    assert (both.minutes, why.texts) == (9, {"en": "Why so?"})


async def test_nothing_keeps_people_from_building(visit: OpenPage, team: Team) -> None:
    """In a wide Arabic page; test_every_page looks at the narrow ones."""
    home = await published(team)
    page = await visit("/staff/surveys", color_scheme="light", width=1280)
    await team.database.transact(lambda c: c.execute(tables.staff.update().values(language="ar")))
    parts = ("", "?part=rules", "?part=thanks", "?part=question.why", "?part=question.again", "?part=add.all")
    found: list[str] = []
    for path in ("/staff/surveys/new", *(home + part for part in parts), f"{home}/preview", f"{home}/publish"):
        await page.goto(team.url + path)
        found += [f"{path} {fault}" for fault in await faults(page)]
        if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{path} is too wide")
    assert found == []
