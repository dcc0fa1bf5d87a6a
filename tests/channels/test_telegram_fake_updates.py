"""The fake hands updates out as Telegram does: by long polling with offsets, or to a webhook with retries."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from channels.telegram.fake import FakeTelegram
from channels.telegram.fake.updates import PRESS_SECONDS, UPDATE_SECONDS

SECRET = "a-secret_0"
PATIENCE = 20.0  # seconds for whatever a test waits for; a long poll that nobody ends takes longer


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Bot:
    """A webhook that answers as scripted and keeps what it was sent."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.received: asyncio.Queue[tuple[int, dict[str, Any]]] = asyncio.Queue()
        self.secrets: set[str | None] = set()
        self.held: asyncio.Event | None = None
        self.at_once = self.most_at_once = 0

    async def take(self, request: web.Request) -> web.Response:
        update = msgspec.json.decode(await request.read())
        self.secrets.add(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        status = self.statuses.pop(0) if self.statuses else 200
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.received.put_nowait((status, update))
        if self.held is not None:
            await self.held.wait()
        self.at_once -= 1
        return web.Response(status=status)

    async def listen(self) -> tuple[web.AppRunner, str]:
        app = web.Application()
        app.router.add_post("/hook", self.take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner, f"http://127.0.0.1:{runner.addresses[0][1]}/hook"

    async def next(self) -> tuple[int, dict[str, Any]]:
        return await asyncio.wait_for(self.received.get(), PATIENCE)


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
async def fake(clock: Hand) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(clock=clock, webhook_pause=0.01) as server:
        yield server


@pytest.fixture
async def http(fake: FakeTelegram) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{fake.url}/bot{fake.token}/") as session:
        yield session


async def ask(http: aiohttp.ClientSession, method: str, **params: Any) -> Any:
    async with http.post(method, json=params) as answer:
        body = await answer.json()
        return body["result"] if body["ok"] else body["description"]


async def test_updates_come_again_until_an_offset_confirms_them(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    for text in ("one", "two", "three"):
        fake.customer(1).types(text)
    first = await ask(http, "getUpdates", limit=2)
    assert [update["message"]["text"] for update in first] == ["one", "two"]
    assert await ask(http, "getUpdates", limit=2) == first
    rest = await ask(http, "getUpdates", offset=first[-1]["update_id"] + 1)
    assert [update["message"]["text"] for update in rest] == ["three"]
    assert await ask(http, "getUpdates", offset=rest[-1]["update_id"] + 1) == []
    assert fake.updates.pending() == []


async def test_a_negative_offset_keeps_the_last_ones(fake: FakeTelegram, http: aiohttp.ClientSession) -> None:
    for text in ("one", "two", "three"):
        fake.customer(1).types(text)
    assert [update["message"]["text"] for update in await ask(http, "getUpdates", offset=-1)] == ["three"]
    assert len(fake.updates.pending()) == 1


async def test_ids_that_restarted_lower_are_not_confirmed_by_an_old_offset(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    fake.updates.next_id = 7
    fake.customer(1).types("after a quiet week")
    assert [update["update_id"] for update in await ask(http, "getUpdates", offset=100_000_005)] == [7]


async def test_a_long_poll_ends_when_something_happens(fake: FakeTelegram, http: aiohttp.ClientSession) -> None:
    poll = asyncio.create_task(ask(http, "getUpdates", timeout=30))
    await fake.until(lambda: fake.updates.waiting)
    fake.customer(1).types("hello")
    assert [update["message"]["text"] for update in await asyncio.wait_for(poll, PATIENCE)] == ["hello"]


async def test_a_second_poll_ends_the_first_with_409(fake: FakeTelegram, http: aiohttp.ClientSession) -> None:
    first = asyncio.create_task(ask(http, "getUpdates", timeout=30))
    await fake.until(lambda: fake.updates.waiting)
    second = asyncio.create_task(ask(http, "getUpdates", timeout=30))
    assert (await asyncio.wait_for(first, PATIENCE)) == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    fake.customer(1).types("hello")
    assert len(await asyncio.wait_for(second, PATIENCE)) == 1


async def test_only_allowed_kinds_are_kept_and_the_choice_lasts(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    await ask(http, "getUpdates", allowed_updates=["callback_query"])
    fake.customer(1).types("unwanted")
    fake.customer(1).presses_data("x", {"message_id": 1})
    kinds = [set(update) - {"update_id"} for update in await ask(http, "getUpdates")]
    assert kinds == [{"callback_query"}]


async def test_presses_live_150_seconds_and_other_updates_a_day(
    fake: FakeTelegram, http: aiohttp.ClientSession, clock: Hand
) -> None:
    fake.customer(1).types("hello")
    query = fake.customer(1).presses_data("x", {"message_id": 1})
    clock.now += PRESS_SECONDS
    assert await ask(http, "answerCallbackQuery", callback_query_id=query) is True
    assert [set(update) - {"update_id"} for update in await ask(http, "getUpdates")] == [{"message"}]
    clock.now += 1
    assert str(await ask(http, "answerCallbackQuery", callback_query_id=query)).startswith(
        "Bad Request: query is too old"
    )
    clock.now += UPDATE_SECONDS
    assert await ask(http, "getUpdates") == []


async def test_a_webhook_gets_updates_with_its_secret_in_order(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    bot = Bot()
    runner, url = await bot.listen()
    fake.customer(1).types("before")
    await ask(http, "setWebhook", url=url, secret_token=SECRET, max_connections=2)
    fake.customer(1).types("after")
    texts = [(await bot.next())[1]["message"]["text"] for _ in range(2)]
    assert texts == ["before", "after"]
    assert bot.secrets == {SECRET}
    assert await ask(http, "getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first"
    )
    await fake.until(lambda: not fake.updates.pending())
    await runner.cleanup()


async def test_a_failed_push_is_repeated_and_holds_up_only_its_own_chat(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    bot = Bot(500, 503, 302)
    runner, url = await bot.listen()
    await ask(http, "setWebhook", url=url)
    fake.customer(1).types("one")
    fake.customer(1).types("two")
    pushed = [await bot.next() for _ in range(5)]
    assert [(status, update["message"]["text"]) for status, update in pushed] == [
        (500, "one"),
        (503, "one"),
        (302, "one"),
        (200, "one"),
        (200, "two"),
    ]
    info = await ask(http, "getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 302 Found"
    await runner.cleanup()


async def test_no_more_than_max_connections_are_used_at_once(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    bot = Bot()
    bot.held = asyncio.Event()
    runner, url = await bot.listen()
    await ask(http, "setWebhook", url=url, max_connections=3)
    for chat_id in range(1, 11):
        fake.customer(chat_id).types("hello")
    for _ in range(3):
        await bot.next()
    bot.held.set()
    for _ in range(7):
        await bot.next()
    assert bot.most_at_once == 3
    await fake.until(lambda: not fake.updates.pending())
    await runner.cleanup()


async def test_an_unreachable_webhook_keeps_updates_for_the_poll_after_it(
    fake: FakeTelegram, http: aiohttp.ClientSession, port: int
) -> None:
    url = f"http://127.0.0.1:{port}/hook"
    await ask(http, "setWebhook", url=url)
    fake.customer(1).types("hello")
    await fake.until(lambda: "last_error_message" in fake.world.webhook.info())
    info = await ask(http, "getWebhookInfo")
    assert (info["url"], info["pending_update_count"], info["last_error_message"]) == (url, 1, "Connection refused")
    await ask(http, "deleteWebhook")
    assert len(await ask(http, "getUpdates")) == 1
    await ask(http, "deleteWebhook", drop_pending_updates=True)
    assert await ask(http, "getUpdates") == []
