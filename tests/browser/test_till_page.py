"""The till in a real browser: slow and lost networks, hurried fingers, reloads, cameras, and every language."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest
import pytest_asyncio
import segno
import sqlalchemy as sa
from PIL import Image, ImageOps
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect

from locales import Language
from store.database import Database
from store.staff import Role
from store.tables import till_actions
from tests.browser.conftest import ARGUMENTS
from tests.browser.test_chat_access import faults
from tests.console.till_shop import TillShop, serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SLOW = 4000  # milliseconds until the page says that the network is slow


@pytest_asyncio.fixture(loop_scope="session")
async def shop(sqlite_url: str) -> AsyncIterator[TillShop]:
    """A shop of the test's own, on a port of its own."""
    database = Database(sqlite_url)
    async with serving(database) as opened:
        yield opened
    database.close()


OpenTill: TypeAlias = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(loop_scope="session")
async def till(browser: Browser, shop: TillShop) -> AsyncIterator[OpenTill]:
    """Opens the till as somebody who is logged in and has chosen a branch; a page that breaks its rules fails."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    async def open_till(lang: Language = "en", *, width: int = 390, role: Role = "cashier", **options: Any) -> Page:
        size = {"width": width, "height": 780}
        context = await browser.new_context(viewport=size, locale=lang, **options)  # type: ignore[arg-type]
        contexts.append(context)
        return await opened(context, shop, lang, role, complaints)

    yield open_till
    for context in contexts:
        await context.close()
    assert complaints == []


async def opened(
    context: BrowserContext, shop: TillShop, lang: Language, role: Role, complaints: list[str]
) -> Page:
    session = await shop.session(role, lang)
    await context.add_cookies([{"name": "sapa_staff", "value": session, "url": shop.address}])
    page = await context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    await page.goto(f"{shop.address}/till")
    await page.get_by_role("button", name="KLCC").click()
    await expect(page.locator("#typed")).to_be_focused()
    return page


async def scanned(page: Page, text: str) -> None:
    """What a hand scanner does: it types, and presses Enter."""
    await page.locator("#typed").fill(text)
    await page.keyboard.press("Enter")


async def quoted(page: Page, shop: TillShop, amount: str = "12.50") -> None:
    """Up to the question whether the points shall be given."""
    await scanned(page, f"M:{shop.card}")
    await page.locator("#amount").fill(amount)
    await page.keyboard.press("Enter")
    await expect(page.locator("#quote-says")).to_be_visible()


async def given_up(page: Page) -> None:
    """Press, and stop trying as soon as the page offers that."""
    await page.clock.install()
    await page.locator("#give").click()
    await page.clock.fast_forward(SLOW)
    await page.get_by_role("button", name="Stop trying").click()


async def actions(shop: TillShop) -> int:
    count = sa.select(sa.func.count()).select_from(till_actions)
    return await shop.database.read(lambda connection: connection.scalar(count) or 0)


async def test_a_purchase_from_the_scan_to_the_points_by_keyboard_alone(till: OpenTill, shop: TillShop) -> None:
    page = await till()
    await scanned(page, f"M:{shop.card}")
    await expect(page.locator("#amount")).to_be_focused()
    await page.keyboard.type("12.50")
    await page.keyboard.press("Enter")
    await expect(page.locator("#quote-says")).to_have_text("RM12.50 brings 12 points.")
    await expect(page.locator("#give")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#done-says")).to_contain_text("Aisyah has 12 points more.")
    assert await shop.balance() == 12


async def test_a_double_press_on_a_slow_network_is_done_once(till: OpenTill, shop: TillShop) -> None:
    page = await till()
    await quoted(page, shop)
    gate, sent = asyncio.Event(), []

    async def slow(route: Route) -> None:
        sent.append(route.request.post_data)
        await gate.wait()
        await route.continue_()

    await page.route("**/till/earn", slow)
    await page.clock.install()
    await page.locator("#give").dblclick()
    await expect(page.get_by_text("Sending…")).to_be_visible()
    await page.clock.fast_forward(SLOW)
    await expect(page.get_by_text("The network is slow.")).to_be_visible()
    await expect(page.locator(".turning")).to_be_visible()
    gate.set()
    await expect(page.locator("#done-says")).to_contain_text("12 points more")
    assert (len(set(sent)), await actions(shop)) == (1, 1)  # without an answer the same is sent again


async def test_a_reload_in_the_middle_goes_on_with_the_same_press(till: OpenTill, shop: TillShop) -> None:
    page = await till()
    await quoted(page, shop)
    taken, left = asyncio.Event(), asyncio.Event()

    async def lost_until_the_page_is_left(route: Route) -> None:
        if left.is_set():
            return await route.continue_()
        await route.fetch()  # the server does it
        return taken.set()

    await page.route("**/till/earn", lost_until_the_page_is_left)
    await page.locator("#give").click()
    await taken.wait()
    page.on("framenavigated", lambda _frame: left.set())
    await page.reload()
    await expect(page.locator("#done-says")).to_contain_text("12 points more")
    assert (await shop.balance(), await actions(shop)) == (12, 1)


async def test_without_a_network_the_press_waits_for_it(till: OpenTill, shop: TillShop) -> None:
    page = await till()
    await quoted(page, shop)
    await page.context.set_offline(True)
    await page.locator("#give").click()
    await expect(page.get_by_text("Sending…")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.locator("#done-says")).to_contain_text("12 points more")
    assert await actions(shop) == 1


async def test_whoever_stops_trying_is_told_to_look(till: OpenTill, shop: TillShop) -> None:
    page = await till()
    await quoted(page, shop)
    await page.route("**/till/earn", lambda route: route.abort())
    await given_up(page)
    await expect(page.get_by_role("alert")).to_contain_text("Please look at the last actions")
    assert await actions(shop) == 0


class Held:
    """Requests that wait until they are let through, one after the other."""

    def __init__(self) -> None:
        self.waiting: asyncio.Queue[Route] = asyncio.Queue()

    async def hold(self, page: Page, path: str) -> None:
        await page.route(f"**/till/{path}", self.waiting.put)

    async def let_one_through(self, page: Page) -> None:
        route = await self.waiting.get()
        async with page.expect_response(route.request.url):
            await route.continue_()


async def test_a_press_that_was_stopped_is_not_taken_for_the_next_one(till: OpenTill, shop: TillShop) -> None:
    page, held = await till(), Held()
    await held.hold(page, "earn")
    await quoted(page, shop, "12.50")
    await given_up(page)
    await quoted(page, shop, "20")
    await page.locator("#give").click()
    await held.let_one_through(page)
    await expect(page.get_by_text("Sending…")).to_be_visible()
    await held.let_one_through(page)
    await expect(page.locator("#done-says")).to_contain_text("20 points more")
    assert await actions(shop) == 2


async def test_whoever_logs_in_next_does_not_send_what_another_pressed(till: OpenTill, shop: TillShop) -> None:
    page, held = await till(), Held()
    await quoted(page, shop)
    await held.hold(page, "earn")
    await page.locator("#give").click()
    await (await held.waiting.get()).fetch()  # the server does it, and the answer is lost
    session = await shop.session()
    await page.context.add_cookies([{"name": "sapa_staff", "value": session, "url": shop.address}])
    await page.reload()
    await page.get_by_role("button", name="KLCC").click()
    await expect(page.get_by_text("Nothing yet.")).to_be_visible()
    assert await actions(shop) == 1


async def test_an_answer_that_comes_late_leads_nobody_away(till: OpenTill, shop: TillShop) -> None:
    page, held = await till(), Held()
    await held.hold(page, "find")
    await scanned(page, f"M:{shop.card}")
    await page.get_by_role("button", name="New member").click()
    await held.let_one_through(page)
    await expect(page.locator("#name")).to_be_focused()


async def test_the_points_that_are_given_are_those_that_were_foreseen(till: OpenTill, shop: TillShop) -> None:
    page, held = await till(), Held()
    await scanned(page, f"M:{shop.card}")
    await held.hold(page, "quote")
    await page.locator("#amount").fill("12.50")
    await page.keyboard.press("Enter")
    route = await held.waiting.get()
    await page.locator("#amount").fill("99")
    await route.continue_()
    await expect(page.locator("#quote-says")).to_have_text("RM12.50 brings 12 points.")
    await page.locator("#give").click()
    await expect(page.locator("#done-says")).to_contain_text("12 points more")


async def test_what_was_typed_survives_a_reload_and_a_refusal(till: OpenTill, shop: TillShop) -> None:
    page = await till()
    await scanned(page, f"M:{shop.card}")
    await page.locator("#amount").fill("7")
    await page.locator("#receipt").fill("R-1")
    await page.reload()
    await expect(page.locator("#amount")).to_have_value("7")
    await page.get_by_role("button", name="See the points").click()
    await page.locator("#give").click()
    await page.locator("#next").click()
    await scanned(page, f"M:{shop.card}")
    await page.locator("#amount").fill("8")
    await page.locator("#receipt").fill("r 1")
    await page.get_by_role("button", name="See the points").click()
    await expect(page.get_by_role("alert")).to_contain_text("already brought this member points")
    await expect(page.locator("#amount")).to_have_value("8")


async def test_products_with_rules_of_their_own_bring_their_points(till: OpenTill, shop: TillShop) -> None:
    page = await till()
    await scanned(page, "0123456789")
    await page.locator("#amount").fill("20")
    await page.get_by_text("Products with points of their own").click()
    await page.locator("#quantity").fill("2")
    await page.get_by_role("button", name="Add product").click()
    await page.get_by_role("button", name="See the points").click()
    await expect(page.locator("#quote-says")).to_have_text("RM20.00 brings 40 points.")


async def test_a_voucher_is_redeemed_in_two_steps_and_given_back(till: OpenTill, shop: TillShop) -> None:
    page = await till()
    code = await shop.voucher()
    await scanned(page, f"V:{code}")
    await page.get_by_role("button", name="Redeem").click()
    await expect(page.locator("#redeem-yes")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#done-says")).to_have_text("Redeemed: Free coffee, for Aisyah.")
    await page.locator("#next").click()
    await scanned(page, code.lower())
    await expect(page.locator("#voucher-lines")).to_contain_text("Already used on")
    await expect(page.locator("#redeem")).to_be_hidden()
    await page.locator("#back").click()
    await page.get_by_role("button", name="Undo").click()
    await expect(page.locator("#recent")).to_contain_text("Undone")
    await scanned(page, code)
    await expect(page.locator("#redeem")).to_be_visible()


async def test_a_newcomer_is_joined_and_shown_to_be_known(till: OpenTill, shop: TillShop) -> None:
    page = await till()
    await page.get_by_role("button", name="New member").click()
    await page.locator("#name").fill("Chen")
    await page.locator("#phone").fill("0123456789")
    await page.get_by_role("button", name="Make a member").click()
    await expect(page.locator("#several-list")).to_contain_text("Aisyah")
    await page.get_by_role("button", name="It's somebody else").click()
    await expect(page.locator("#done-says")).to_have_text("Chen is a member now.")
    assert await read_by_jsqr(page, await page.locator("#scan-me").screenshot()) == await shown_link(page, shop)


async def shown_link(page: Page, shop: TillShop) -> str:
    text = await read_by_jsqr(page, await page.locator("#scan-me").screenshot())
    assert text.startswith(f"{shop.address}/chat?as=")
    return text


async def read_by_jsqr(page: Page, picture: bytes) -> str:
    """What the page's own decoder reads in a PNG, without the browser's help."""
    return str(
        await page.evaluate(
            """async (bytes) => {
                const folder = document.querySelector(`script[src$="main.js"]`).src.replace("main.js", "decode.js");
                const { decoder } = await import(folder);
                const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
                return (await decoder(null))(picture);
            }""",
            list(picture),
        )
    )


def png(text: str, turned: float = 0) -> bytes:
    """A QR code, perhaps held askew."""
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="png", scale=8, border=4)
    image = ImageOps.expand(Image.open(drawn).convert("RGB"), 60, "white")
    turned_image = image.rotate(turned, expand=True, fillcolor="white")
    written = io.BytesIO()
    turned_image.save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize("turned", [0, 12, 90, 180])
async def test_codes_are_read_where_the_browser_cannot(till: OpenTill, turned: float) -> None:
    page = await till()
    assert await read_by_jsqr(page, png("V:7Q3M0XKD92ABCD", turned)) == "V:7Q3M0XKD92ABCD"
    assert await read_by_jsqr(page, png("M:7Q3M0XKD92AB", turned)) == "M:7Q3M0XKD92AB"


async def test_a_card_held_in_front_of_the_camera_opens_its_member(
    chromium: str, shop: TillShop, tmp_path: Path
) -> None:
    frame = Image.open(io.BytesIO(png(f"M:{shop.card}"))).resize((480, 480))
    film, jpeg = tmp_path / "card.mjpeg", io.BytesIO()
    ImageOps.pad(frame, (640, 480), color="white").save(jpeg, "JPEG", quality=95)
    film.write_bytes(jpeg.getvalue() * 5)
    fake = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    arguments = [*ARGUMENTS, *fake, f"--use-file-for-fake-video-capture={film}"]
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        complaints: list[str] = []
        context = await launched.new_context(permissions=["camera"])
        page = await opened(context, shop, "en", "cashier", complaints)
        await page.get_by_role("button", name="Scan a code").click()
        await expect(page.locator("#member-name")).to_have_text("Aisyah")
        await expect(page.locator("#camera")).to_be_hidden()
        await launched.close()
    assert complaints == []


async def test_without_a_camera_the_code_is_typed(till: OpenTill) -> None:
    page = await till()
    await page.get_by_role("button", name="Scan a code").click()
    await expect(page.get_by_role("alert")).to_contain_text("Please type the code")


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("ar", "dark")])
async def test_axe_finds_nothing_serious_at_any_step(
    till: OpenTill, shop: TillShop, lang: Language, scheme: Literal["light", "dark"]
) -> None:
    page = await till(lang, width=320, color_scheme=scheme, reduced_motion="reduce")
    found = await faults(page)
    await quoted(page, shop)
    found += await faults(page)
    await page.locator("#change").click()
    found += await faults(page)
    await page.locator("#back").click()
    await scanned(page, await shop.voucher())
    await page.locator("#redeem").click()
    found += await faults(page)
    await page.locator("#redeem-yes").click()
    await expect(page.locator("#done-says")).to_be_visible()
    found += await faults(page)
    await page.locator("#next").click()
    await scanned(page, "nobody")
    await expect(page.get_by_role("alert")).to_be_visible()
    found += await faults(page)
    assert found == []


@pytest.mark.parametrize("width", [320, 430, 1280])
@pytest.mark.parametrize("lang", ["ms", "vi", "ar", "zh"])
async def test_nothing_is_wider_than_the_screen(till: OpenTill, shop: TillShop, lang: Language, width: int) -> None:
    page = await till(lang, width=width, role="admin")

    async def overhang() -> int:
        return int(await page.evaluate("document.documentElement.scrollWidth - innerWidth"))

    wide = [await overhang()]
    await scanned(page, f"M:{shop.card}")
    await page.locator("#products summary").click()
    wide.append(await overhang())
    await page.locator("#back").click()
    await page.locator("#to-join").click()
    wide.append(await overhang())
    assert wide == [0, 0, 0]
