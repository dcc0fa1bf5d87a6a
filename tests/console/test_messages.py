"""What visitors send: taken once, within limits, answered clearly when it is not taken."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from console.limits import Pace, Paces
from store.database import Database, StoreUnavailable
from talk.messages import Inbound
from tests.console.conftest import Connect
from tests.console.fake_bot import UNHURRIED, FakeBot, application

ID = "0b6bc3d8-8f4c-4c2f-9a51-3b1f4f1d8a10"


async def say(client: httpx.AsyncClient, text: str, name: str = ID, **headers: str) -> httpx.Response:
    return await client.post("/chat/messages", json={"id": name, "text": text}, headers=headers)


async def history(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.get("/chat/history")).json()["messages"]
    return found


async def test_a_message_is_taken_and_answered(client: httpx.AsyncClient, bot: FakeBot) -> None:
    answer = await say(client, "  Hello\r\nthere\x00 ")

    assert answer.status_code == 202
    assert answer.json() == {"id": ID}
    assert bot.received[0].text == "Hello\nthere"
    assert bot.received[0].external_id.endswith(f":{ID}")
    assert [line["from"] for line in await history(client)] == ["you", "bot", "bot"]


async def test_a_repeated_message_is_acknowledged_and_changes_nothing(client: httpx.AsyncClient) -> None:
    await say(client, "Hello")
    assert (await say(client, "Hello")).status_code == 202
    assert len(await history(client)) == 3


async def test_the_same_message_sent_twice_at_once_is_taken_once(client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*[say(client, "Hello") for _ in range(5)])
    assert {answer.status_code for answer in answers} == {202}
    assert len(await history(client)) == 3


async def test_a_press_carries_its_label_as_the_store_knows_it(client: httpx.AsyncClient, bot: FakeBot) -> None:
    await say(client, "Hello")
    asked = (await history(client))[-1]
    press = {"id": "press-000001", "button": "!.points", "message": asked["id"], "label": "Give me everything"}
    assert (await client.post("/chat/messages", json=press)).status_code == 202

    assert bot.received[-1].kind == "button"
    assert bot.received[-1].text == "My points"
    pressed = (await history(client))[-2]
    assert pressed["text"] == "My points"
    assert pressed["pressed"] == {"message": asked["id"], "button": "!.points"}


async def test_a_press_on_nobodys_button_has_no_label(client: httpx.AsyncClient, bot: FakeBot) -> None:
    press = {"id": "press-000001", "button": "!.points", "message": "no-such-message"}
    assert (await client.post("/chat/messages", json=press)).status_code == 202
    assert bot.received[-1].text == ""


async def test_a_place_is_taken(client: httpx.AsyncClient, bot: FakeBot) -> None:
    body = {"id": ID, "place": {"latitude": 3.139, "longitude": 101.687}}
    assert (await client.post("/chat/messages", json=body)).status_code == 202
    assert (bot.received[-1].kind, bot.received[-1].latitude) == ("location", 3.139)


async def test_the_page_says_its_language(client: httpx.AsyncClient, bot: FakeBot) -> None:
    await say(client, "Xin chào", **{"Accept-Language": "vi"})
    assert bot.received[-1].language_hint == "vi"


async def test_markup_of_a_visitor_comes_back_as_text(client: httpx.AsyncClient) -> None:
    await say(client, "<img src=x onerror=alert(1)> & <b>bold</b>")
    said = (await history(client))[0]["text"]
    assert said == "&lt;img src=x onerror=alert(1)&gt; &amp; &lt;b&gt;bold&lt;/b&gt;"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"id": ID, "text": "x" * 4097}, 422),
        ({"id": ID, "text": "  \n "}, 422),
        ({"id": ID}, 422),
        ({"id": "short", "text": "x"}, 422),
        ({"id": "a:b:c:d:e:f", "text": "x"}, 422),
        ({"id": ID, "text": 5}, 422),
        ({"id": ID, "button": "b" * 65}, 422),
        ({"id": ID, "place": {"latitude": 91, "longitude": 0}}, 422),
        (["not", "an", "object"], 422),
        ({"id": ID, "text": "x" * 17_000}, 413),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_a_reason(
    client: httpx.AsyncClient, bot: FakeBot, body: object, status: int
) -> None:
    answer = await client.post("/chat/messages", json=body)
    assert answer.status_code == status
    assert answer.json()["error"]
    assert bot.received == []


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b'{"id": "\\ud800aaaaaaaa", "text": "x"}'])
async def test_bytes_that_are_no_json_are_refused(client: httpx.AsyncClient, content: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert (await client.post("/chat/messages", content=content, headers=headers)).status_code == 422


async def test_a_body_without_a_length_is_cut_off_at_the_limit(client: httpx.AsyncClient) -> None:
    async def endless() -> Any:
        for _ in range(1000):
            yield b"x" * 1024

    headers = {"Content-Type": "application/json"}
    assert (await client.post("/chat/messages", content=endless(), headers=headers)).status_code == 413


async def test_a_stranger_is_asked_to_load_the_page(connect: Connect) -> None:
    assert (await say(connect(), "Hello")).status_code == 401


async def test_a_forged_visitor_is_a_stranger(connect: Connect) -> None:
    forged = connect()
    forged.cookies.set("sapa_visitor", "somebody.c2lnbmF0dXJl")
    assert (await say(forged, "Hello")).status_code == 401
    odd = {b"Authorization": "Bearer nöbody.x".encode("latin-1")}
    assert (await forged.get("/chat/history", headers=odd)).status_code == 401


async def test_a_token_serves_where_cookies_do_not(connect: Connect, bot: FakeBot) -> None:
    browser = connect()
    token = (await browser.get("/chat/session")).json()["token"]
    browser.cookies.clear()
    assert (await say(browser, "Hello", Authorization=f"Bearer {token}")).status_code == 202
    assert len(bot.received) == 1


async def test_a_session_with_a_working_cookie_gives_no_token_to_scripts(client: httpx.AsyncClient) -> None:
    assert (await client.get("/chat/session")).json()["token"] is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
    ],
)
async def test_another_website_cannot_speak_for_a_visitor(
    client: httpx.AsyncClient, bot: FakeBot, headers: dict[str, str]
) -> None:
    sent = {"Content-Type": "application/json", **headers}
    answer = await client.post("/chat/messages", content=b'{"id": "12345678", "text": "x"}', headers=sent)
    assert answer.status_code in (403, 415)
    assert bot.received == []


async def test_our_own_page_may(client: httpx.AsyncClient) -> None:
    headers = {"Origin": "http://chat.test", "Sec-Fetch-Site": "same-origin"}
    assert (await say(client, "Hello", **headers)).status_code == 202


async def test_nothing_is_acknowledged_while_the_store_is_away(
    store: Database, hub: Any, bot: FakeBot, connect: Connect
) -> None:
    async def receive(_inbound: Inbound) -> None:
        raise StoreUnavailable("locked")

    browser = connect(application(store, hub, bot, receive=receive))
    await browser.get("/chat")
    answer = await say(browser, "Hello", **{"Accept-Language": "en"})
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) >= 1
    assert "try again" in answer.json()["error"]


async def test_who_sends_too_fast_is_told_when_to_go_on(
    store: Database, hub: Any, bot: FakeBot, connect: Connect
) -> None:
    seconds = 100.0
    paces = Paces(messages=Pace(2, 0.5))
    app = application(store, hub, bot, paces=paces, clock=lambda: seconds)
    hasty, calm = connect(app), connect(app)
    for browser in (hasty, calm):
        await browser.get("/chat")

    answers = [await say(hasty, "Hello", f"message-{n}") for n in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].headers["Retry-After"] == "2"
    assert (await say(calm, "Hello")).status_code == 202

    seconds += 2
    assert (await say(hasty, "Hello", "message-3")).status_code == 202


async def test_one_address_has_a_limit_of_its_own(
    store: Database, hub: Any, bot: FakeBot, connect: Connect
) -> None:
    app = application(store, hub, bot, paces=Paces(address=Pace(3, 1)), clock=lambda: 0.0)
    statuses = []
    for n in range(4):
        browser = connect(app)
        await browser.get("/chat")
        statuses.append((await say(browser, "Hello", f"message-{n}")).status_code)
    assert statuses == [202, 202, 202, 429]


async def test_reading_has_a_limit_too(store: Database, hub: Any, bot: FakeBot, connect: Connect) -> None:
    paces = Paces(readings=Pace(2, 1), messages=UNHURRIED.messages)
    browser = connect(application(store, hub, bot, paces=paces, clock=lambda: 0.0))
    await browser.get("/chat")
    assert (await browser.get("/chat/history")).status_code == 200
    assert (await browser.get("/chat/history")).status_code == 429
