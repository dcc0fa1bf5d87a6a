"""The chat's page as a customer uses it."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.async_api import FilePayload, Locator, Page, Route, expect

from tests.browser.conftest import OpenPage, Server, live, stop_clock

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

MESSAGES = "#log .message"


async def write(page: Page, text: str) -> None:
    await page.locator("#text").fill(text)
    await page.keyboard.press("Enter")


async def texts(page: Page) -> list[str]:
    return await page.locator(f"{MESSAGES} .text").all_inner_texts()


def reply(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).last


async def scroll_to_the_top(page: Page) -> None:
    """Scroll, and return when the page has heard of it: it is told with the next picture, not at once."""
    await page.locator("#scroll").evaluate(
        """node => new Promise((heard) => {
            node.addEventListener("scroll", () => heard(), { once: true });
            node.scrollTo(0, 0);
        })"""
    )


def png() -> FilePayload:
    file = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(file, "PNG")
    return {"name": "cake.png", "mimeType": "image/png", "buffer": file.getvalue()}


async def test_a_message_is_sent_and_answered(visit: OpenPage) -> None:
    page = await visit()
    await write(page, "Hello")
    await expect(page.locator(MESSAGES)).to_have_count(3)
    assert await texts(page) == ["Hello", "You said: Hello", "What can I do?"]
    await expect(page.locator("#text")).to_be_focused()
    await expect(page.locator("#text")).to_have_value("")
    await expect(page.locator(".message.you")).to_have_attribute("data-state", "")


async def test_shift_and_enter_begin_a_new_line(visit: OpenPage) -> None:
    page = await visit()
    await page.locator("#text").fill("One")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("Two")
    await expect(page.locator(MESSAGES)).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.locator(".message.you .text")).to_have_text("One\nTwo")


async def test_a_newcomer_is_offered_first_questions(visit: OpenPage) -> None:
    page = await visit()
    await reply(page, "How many points do I have?").click()
    await expect(page.locator(".message.bot")).to_contain_text("1,240 points")
    await expect(page.locator("#hello")).to_be_hidden()


async def test_quick_replies_are_reached_and_pressed_by_keyboard(visit: OpenPage) -> None:
    page = await visit()
    await write(page, "Hello")
    await expect(reply(page, "My points")).to_be_visible()
    await page.keyboard.press("Shift+Tab")  # the picture button
    for _ in range(3):
        await page.keyboard.press("Shift+Tab")
    await expect(reply(page, "My points")).to_be_focused()
    await page.keyboard.press("Enter")

    await expect(page.locator(MESSAGES)).to_have_count(5)
    assert (await texts(page))[3] == "My points"
    used = page.get_by_role("group", name="Suggested replies").first.get_by_role("button")
    for button in await used.all():
        await expect(button).to_have_attribute("aria-disabled", "true")
    await expect(used.first).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(MESSAGES)).to_have_count(5)


async def test_replies_that_were_passed_over_step_back(visit: OpenPage) -> None:
    page = await visit()
    await write(page, "Hello")
    asked = page.locator(".message", has=reply(page, "My points"))
    await expect(asked).not_to_have_class(re.compile("past"))
    await write(page, "silence")
    await expect(asked).to_have_class(re.compile("past"))
    await reply(page, "My points").click()
    await expect(page.locator(".message.bot").last).to_contain_text("1,240 points")


async def test_a_message_that_is_changed_offers_its_replies_again(visit: OpenPage) -> None:
    page = await visit()
    await write(page, "tick")
    await reply(page, "Coffee").click()
    await expect(reply(page, "✓ Coffee")).to_be_enabled()
    await expect(page.locator(".message.bot")).to_have_count(1)
    await page.reload()
    await expect(reply(page, "✓ Coffee")).to_be_enabled()
    await expect(reply(page, "Tea")).not_to_have_attribute("aria-disabled", "true")


async def test_a_reload_keeps_the_conversation_the_draft_and_what_was_pressed(visit: OpenPage) -> None:
    page = await visit()
    await write(page, "Hello")
    await reply(page, "My points").click()
    await expect(page.locator(MESSAGES)).to_have_count(5)
    before = await texts(page)
    await page.locator("#text").fill("A thought I have not")
    await page.reload()
    await expect(page.locator(MESSAGES)).to_have_count(5)
    assert await texts(page) == before
    await expect(page.locator("#text")).to_have_value("A thought I have not")
    await expect(page.locator(".reply.chosen")).to_have_text("My points")


async def test_what_could_not_be_sent_is_sent_by_the_next_tab(visit: OpenPage) -> None:
    page = await visit()
    # Only this tab is cut off, so whatever arrives was sent by the next one.
    await page.route("**/chat/messages", lambda route: route.abort())
    async with page.expect_event("requestfailed", lambda request: request.method == "POST") as failed:
        await write(page, "Remember me")
    await page.close()

    again = await page.context.new_page()
    async with again.expect_request("**/chat/messages") as sent:
        await again.goto(page.url)
    assert (await sent.value).post_data_json == (await failed.value).post_data_json
    await expect(again.locator(".message.bot")).to_have_count(2)
    await expect(again.locator(".message.you")).to_have_count(1)


async def test_a_visitor_who_lost_the_cookie_goes_on_as_a_new_one(visit: OpenPage) -> None:
    page = await visit()
    await write(page, "Before")
    await expect(page.locator(MESSAGES)).to_have_count(3)
    await page.context.clear_cookies()
    await write(page, "After")
    await expect(page.locator(".message.bot").first).to_have_text(re.compile("You said: After"))
    await expect(page.locator(".message.you")).to_have_count(1)


async def test_a_visitor_is_told_when_sending_fails_and_may_try_again(visit: OpenPage) -> None:
    page = await visit()
    refused = 0

    async def refuse(route: Route) -> None:
        nonlocal refused
        refused += 1
        # The page sends again by itself as well, but not within the hour after it has told.
        later = {"Retry-After": "3600"} if refused == 3 else {}
        await route.fulfill(status=503, json={"error": "Not now."}, headers=later)

    await page.route("**/chat/messages", refuse)
    await write(page, "Hello")
    await expect(page.locator(".message.you")).to_have_attribute("data-state", "failed")
    await expect(page.locator(".message.you .state")).to_have_text("Not now.")
    assert refused == 3
    await page.unroute("**/chat/messages")
    await reply(page, "Try again").click()
    await expect(page.locator(".message.bot")).to_have_count(2)


async def test_a_refused_message_says_why(visit: OpenPage) -> None:
    page = await visit()
    await page.route(
        "**/chat/messages", lambda route: route.fulfill(status=422, json={"error": "Too long, sorry."})
    )
    await write(page, "Hello")
    await expect(page.locator(".message.you .state")).to_have_text("Too long, sorry.")


async def test_the_page_survives_a_restart_of_the_server(visit: OpenPage, sqlite_url: str, port: int) -> None:
    server = Server(sqlite_url, port)
    try:
        page = await visit(at=server)
        await write(page, "Before")
        await expect(page.locator(MESSAGES)).to_have_count(3)
        server.stop()
        await expect(page.locator("#presence")).to_have_attribute("data-live", "false")
        await write(page, "While you were away")
        await expect(page.locator(".message.you").last).to_have_attribute(
            "data-state", re.compile("sending|failed")
        )
        server.start()
        await expect(page.locator(MESSAGES)).to_have_count(6)
        assert (await texts(page))[3:5] == ["While you were away", "You said: While you were away"]
        await expect(page.locator("#presence")).to_have_attribute("data-live", "true")
    finally:
        server.stop()


async def test_somebody_offline_is_told_and_nothing_is_lost(visit: OpenPage) -> None:
    page = await visit()
    await page.context.set_offline(True)
    await expect(page.locator("#banner")).to_contain_text("offline")
    await write(page, "From the lift")
    await page.context.set_offline(False)
    await expect(page.locator(".message.bot")).to_have_count(2)
    await expect(page.locator("#banner")).to_be_hidden()


async def test_two_tabs_show_the_same_conversation(visit: OpenPage) -> None:
    first = await visit()
    second = await first.context.new_page()
    await second.goto(first.url)
    await live(second)
    await write(second, "Hello")
    for tab in (first, second):
        await expect(tab.locator(MESSAGES)).to_have_count(3)


async def test_arabic_runs_from_right_to_left(visit: OpenPage) -> None:
    page = await visit("ar")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await write(page, "مرحبا")
    await expect(page.locator(MESSAGES)).to_have_count(3)
    own = await page.locator(".message.you .body").bounding_box()
    theirs = await page.locator(".message.bot .body").first.bounding_box()
    assert own is not None
    assert theirs is not None
    assert own["x"] + own["width"] < theirs["x"]
    english = page.locator(".message.bot .text").last
    assert await english.evaluate("node => getComputedStyle(node).direction") == "ltr"


async def test_another_language_is_spoken_without_losing_the_conversation(visit: OpenPage) -> None:
    page = await visit()
    await write(page, "Hello")
    await expect(page.locator(MESSAGES)).to_have_count(3)
    await page.locator("#language").select_option("ar")
    await expect(page.locator("html")).to_have_attribute("dir", "rtl")
    await expect(page.locator(MESSAGES)).to_have_count(4)
    assert (await texts(page))[-1] == "I'll write in ar from now on."
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("lang", "ar")


@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_a_narrow_screen_has_nothing_to_scroll_sideways(visit: OpenPage, lang: str) -> None:
    page = await visit(lang, width=320, height=560)
    wide = "document.documentElement.scrollWidth - innerWidth"
    scroll = "document.getElementById('scroll').scrollWidth - document.getElementById('scroll').clientWidth"
    assert await page.evaluate(wide) <= 0
    await write(page, "Antidisestablishmentarianism" * 6)
    await page.locator("#picture").set_input_files(png())
    await expect(page.locator(MESSAGES)).to_have_count(5)
    assert await page.evaluate(wide) <= 0
    assert await page.evaluate(scroll) <= 0


async def test_markup_is_shown_as_our_own_nodes_or_as_text(visit: OpenPage) -> None:
    page = await visit()
    await write(page, "markup")
    message = page.locator(".message.bot .text")
    await expect(message).to_have_text(
        "Bold <i> ours theirs <img src=x onerror=alert(1)> open, see https://kopi.example/menu."
    )
    await expect(message.locator("img")).to_have_count(0)
    addresses = await message.locator("a").evaluate_all("nodes => nodes.map(node => node.href)")
    assert addresses == ["https://kopi.example/?a=1&b=2", "https://kopi.example/menu"]
    await expect(message.locator("b")).to_have_text("Bold")


async def test_a_picture_is_sent_shown_and_enlarged_by_keyboard(visit: OpenPage) -> None:
    page = await visit()
    await page.locator("#picture").set_input_files(png())
    await expect(page.locator(".message.bot")).to_contain_text("What a lovely picture.")
    await page.reload()
    picture = page.get_by_role("button", name="Enlarge the picture")
    await expect(picture.locator("img")).to_have_js_property("naturalWidth", 60)
    await picture.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#viewer")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#viewer")).to_be_hidden()
    await expect(picture).to_be_focused()


async def test_a_file_that_is_no_picture_is_named_before_it_travels(visit: OpenPage) -> None:
    page = await visit()
    await stop_clock(page)  # the words go away after a while
    await page.locator("#picture").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    await expect(page.locator("#banner")).to_contain_text("JPEG")
    await expect(page.locator(MESSAGES)).to_have_count(0)


async def test_a_picture_that_cannot_be_shown_is_named(visit: OpenPage) -> None:
    page = await visit()
    await page.locator("#picture").set_input_files(
        {"name": "cake.png", "mimeType": "image/png", "buffer": b"no picture"}
    )
    await expect(page.locator(".message.you .text")).to_have_text("Picture")
    await expect(page.locator(".message.you .state")).to_contain_text("JPEG")


async def test_older_messages_come_while_scrolling_back(visit: OpenPage) -> None:
    page = await visit()
    await write(page, "many")
    await expect(page.locator(MESSAGES)).to_have_count(81)
    await page.reload()
    await expect(page.locator(MESSAGES)).to_have_count(30)
    for expected in (60, 81):
        await scroll_to_the_top(page)
        await expect(page.locator(MESSAGES)).to_have_count(expected)
    assert await texts(page) == ["many", *[f"Line {number}" for number in range(1, 81)]]


async def test_news_are_announced_and_do_not_tear_a_reader_away(visit: OpenPage) -> None:
    page = await visit()
    await write(page, "many")
    await expect(page.locator(MESSAGES)).to_have_count(81)
    await scroll_to_the_top(page)
    other = await page.context.new_page()
    await other.goto(page.url)
    await live(other)
    await write(other, "points")
    await page.bring_to_front()
    await expect(page.locator(MESSAGES)).to_have_count(83)
    await expect(page.get_by_text("Line 1", exact=True)).to_be_in_viewport()

    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_text("1,240 points")).to_be_in_viewport()
    await expect(page.locator("#pill")).to_be_hidden()


async def test_the_first_message_carries_the_poster_that_led_here(visit: OpenPage, server: Server) -> None:
    page = await visit()
    await page.goto(f"{server.address}/chat?from=p_KL_ms")
    await live(page)
    async with page.expect_request("**/chat/messages") as sent:
        await write(page, "Hello")
    assert '"source":"p_KL_ms"' in ((await sent.value).post_data or "")
