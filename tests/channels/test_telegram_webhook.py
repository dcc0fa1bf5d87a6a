"""The webhook answers 200 only for what is committed or parked, and only to Telegram."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from channels.telegram.back_off import BackOff
from channels.telegram.bot_token import TokenRefused
from channels.telegram.fake import FakeTelegram, faults
from channels.telegram.inbound import CallRefused, Source
from channels.telegram.webhook import NoSecret, register, webhook_route
from store.database import StoreUnavailable
from tests.channels.telegram_receiver import PATIENCE, Receiver

ANH, MAI = 1001, 1002
PATH = "/telegram/hook"
SECRET = "s3cret_of-Telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
QUICK = BackOff(first=0.01, longest=0.02)


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def app(receiver: Receiver) -> Starlette:
    return Starlette(routes=[webhook_route(PATH, SECRET, "5", receiver.receive, receiver.keep)])


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sapa") as opened:
        yield opened


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """The application on a free port, by real HTTP; gives the webhook's address."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}{PATH}"
    finally:
        server.should_exit = True
        await running


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(limits=False, webhook_pause=0.01) as server:
        yield server


@pytest.fixture
async def source(fake: FakeTelegram) -> AsyncIterator[Source]:
    opened = Source(fake.token, fake.url)
    yield opened
    await opened.close()


def update(text: str = "hello", number: int = 1, sender: int = ANH) -> dict[str, Any]:
    person = {"id": sender, "is_bot": False, "first_name": "Anh"}
    chat = {"id": sender, "type": "private", "first_name": "Anh"}
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": person, "text": text},
    }


async def post(client: httpx.AsyncClient, content: Any, secret: bytes = SECRET.encode()) -> int:
    answer = await client.post(PATH, json=content, headers={HEADER.encode(): secret})
    return answer.status_code


@pytest.mark.parametrize("secret", ["", "with space", "x" * 257, "geheim!"])
def test_a_webhook_without_a_usable_secret_is_not_built(secret: str, receiver: Receiver) -> None:
    with pytest.raises(NoSecret, match="SAPA_TELEGRAM_SECRET"):
        webhook_route(PATH, secret, "5", receiver.receive, receiver.keep)


async def test_an_update_is_answered_when_its_turn_has_committed(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.hold("hello")
    answering = asyncio.create_task(post(client, update()))
    await receiver.until(lambda: receiver.began == ["hello"])
    assert not answering.done()
    receiver.let_go("hello")
    assert await answering == 200
    assert receiver.texts == ["hello"]


@pytest.mark.parametrize("secret", [b"", b"wrong", SECRET.encode() + b"x", "sécret".encode(), b"\xff\xfe"])
async def test_who_does_not_know_the_secret_is_refused(
    client: httpx.AsyncClient, receiver: Receiver, secret: bytes
) -> None:
    assert await post(client, update(), secret) == 403
    assert receiver.began == []


async def test_who_sends_no_secret_is_refused(client: httpx.AsyncClient, receiver: Receiver) -> None:
    assert (await client.post(PATH, json=update())).status_code == 403
    assert receiver.began == []


async def test_a_store_that_is_not_available_is_said_so(client: httpx.AsyncClient, receiver: Receiver) -> None:
    receiver.errors = [StoreUnavailable("locked")]
    assert await post(client, update()) == 503
    assert await post(client, update()) == 200


async def test_a_fault_of_the_turns_frame_is_not_acknowledged(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.errors = [RuntimeError("a bug")]
    assert await post(client, update()) == 500


async def test_an_unreadable_update_is_parked(client: httpx.AsyncClient, receiver: Receiver) -> None:
    assert await post(client, {"update_id": 8, "message": {}}) == 200
    assert [external_id for external_id, _raw in receiver.unreadable] == ["8"]


async def test_what_is_no_update_at_all_is_refused(client: httpx.AsyncClient) -> None:
    assert await post(client, [1, 2]) == 400
    broken = await client.post(PATH, content=b'{"update_id": 1', headers={HEADER: SECRET})
    assert broken.status_code == 400


async def test_a_body_larger_than_any_update_is_refused(client: httpx.AsyncClient, receiver: Receiver) -> None:
    assert await post(client, update("x" * 1024 * 1024)) == 413
    assert receiver.began == []


async def test_updates_of_one_contact_keep_their_order_and_others_do_not_wait(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    receiver.hold("first")
    first = asyncio.create_task(post(client, update("first", 1)))
    await receiver.until(lambda: receiver.began == ["first"])
    second = asyncio.create_task(post(client, update("second", 2)))
    assert await post(client, update("hers", 3, MAI)) == 200
    assert receiver.began == ["first", "hers"]
    receiver.let_go("first")
    assert (await first, await second) == (200, 200)
    assert receiver.texts == ["hers", "first", "second"]


async def test_telegram_posts_to_the_registered_address_and_repeats_what_was_not_taken(
    fake: FakeTelegram, source: Source, app: Starlette, receiver: Receiver
) -> None:
    receiver.errors = [StoreUnavailable("locked"), RuntimeError("a bug")]
    async with serving(app) as url:
        await register(source, url, SECRET, connections=10, back_off=QUICK)
        for text in ("one", "two", "three"):
            fake.customer(ANH).types(text)
        fake.customer(MAI).types("hers")
        await fake.until(lambda: not fake.updates.pending())
        await source.drop_webhook()
    assert [inbound.text for inbound in receiver.taken if inbound.sender == str(ANH)] == ["one", "two", "three"]
    assert len(receiver.taken) == 4


async def test_registering_waits_until_telegram_is_reached(
    fake: FakeTelegram, source: Source, receiver: Receiver
) -> None:
    fake.faults.script(None, faults.server_error(502), method="getMe")
    fake.faults.script(None, faults.hang_up_before(), faults.too_many(0), method="setWebhook")
    await register(source, "http://127.0.0.1:9/", SECRET, connections=7, back_off=QUICK)
    assert fake.world.webhook.target is not None
    assert (fake.world.webhook.target.secret, fake.world.webhook.target.max_connections) == (SECRET, 7)
    assert "callback_query" in fake.updates.allowed


async def test_an_address_telegram_will_not_have_is_refused_in_its_words(source: Source) -> None:
    with pytest.raises(CallRefused, match="HTTPS"):
        await register(source, "ftp://example.com", SECRET, back_off=QUICK)


async def test_registering_with_an_unknown_token_says_what_to_do(fake: FakeTelegram) -> None:
    stranger = Source("100000001:wrong", fake.url)
    with pytest.raises(TokenRefused, match="BotFather"):
        await register(stranger, "http://127.0.0.1:9/", SECRET, back_off=QUICK)
    await stranger.close()


async def test_registering_without_a_secret_is_refused(source: Source) -> None:
    with pytest.raises(NoSecret):
        async with asyncio.timeout(PATIENCE):
            await register(source, "http://127.0.0.1:9/", "")


async def test_an_update_that_is_nothing_to_us_is_kept_and_ignored(
    client: httpx.AsyncClient, receiver: Receiver
) -> None:
    assert await post(client, {"update_id": 9, "a_kind_of_next_year": {"id": 1}}) == 200
    assert receiver.ignored == ["9"]
