"""The fake can be run, scripted and watched from another process or thread."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import aiohttp
import pytest

from channels.telegram.fake import TOKEN, FakeTelegram, in_thread

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
async def http(fake: FakeTelegram) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(fake.url) as session:
        yield session


async def ask(http: aiohttp.ClientSession, method: str, path: str, **body: Any) -> Any:
    async with http.request(method, path, json=body or None) as answer:
        return await answer.json()


async def test_a_customer_is_played_over_http(fake: FakeTelegram, http: aiohttp.ClientSession) -> None:
    await ask(http, "POST", "/control/customers", first=7, name="Customer", language_code="vi")
    await ask(http, "POST", "/control/chats/7/act", act="starts", text="join_1")
    keyboard = {"inline_keyboard": [[{"text": "Points", "callback_data": "p"}]]}
    message = {"chat_id": 7, "text": "<b>Hi</b>", "parse_mode": "HTML", "reply_markup": keyboard}
    sent = await ask(http, "POST", f"/bot{TOKEN}/sendMessage", **message)
    query = (await ask(http, "POST", "/control/chats/7/act", act="presses", button="Points"))["result"]
    await ask(http, "POST", f"/bot{TOKEN}/answerCallbackQuery", callback_query_id=query, text="Done")
    chat = await ask(http, "GET", "/control/chats/7")
    assert [message["text"] for message in chat["list"]] == ["/start join_1", "Hi"]
    assert chat["list"][1] == sent["result"]
    assert chat["answers"] == {query: {"text": "Done", "show_alert": False}}
    assert [update.kind for update in fake.updates.pending()] == ["message", "callback_query"]
    assert [line["name"] for line in await ask(http, "GET", "/control/chats")] == ["Customer"]


async def test_faults_log_and_counters_over_http(fake: FakeTelegram, http: aiohttp.ClientSession) -> None:
    await ask(http, "POST", "/control/customers", first=1, count=3)
    await ask(http, "POST", "/control/groups", id=-1005, forum=True)
    await ask(http, "POST", "/control/faults", chat_id=2, faults=[{"kind": "too_many", "retry_after": 9}])
    for chat_id in (1, 2, 3, -1005):
        await ask(http, "POST", f"/bot{TOKEN}/sendMessage", chat_id=chat_id, text="x")
    log = await ask(http, "GET", "/control/log")
    assert [(entry["chat_id"], entry["code"]) for entry in log] == [(1, 200), (2, 429), (3, 200), (-1005, 200)]
    assert await ask(http, "GET", "/control/log?after=3") == log[3:]
    stats = await ask(http, "GET", "/control/stats")
    assert (stats["accepted"], stats["refused_429"], stats["pending_updates"]) == (3, 1, 0)
    await ask(http, "POST", "/control/faults/random", rate=1, seed=1, faults=[{"kind": "server_error"}])
    async with http.post(f"/bot{TOKEN}/sendMessage", json={"chat_id": 1, "text": "x"}) as answer:
        assert answer.status == 502
    await ask(http, "DELETE", "/control/faults")
    await ask(http, "POST", "/control/reset")
    assert (await ask(http, "GET", "/control/stats"))["accepted"] == 0


async def test_nonsense_is_answered_with_its_reason(http: aiohttp.ClientSession) -> None:
    for path, body in (
        ("/control/faults", {"faults": [{"kind": "earthquake"}]}),
        ("/control/chats/7/act", {"act": "dances"}),
        ("/control/chats/7/act", {"act": "starts", "text": "no spaces"}),
        ("/control/chats/7/act", {"act": "presses", "button": "None"}),
        ("/control/groups", {"id": 5}),
    ):
        async with http.post(path, json=body) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"]


async def test_the_page_needs_nothing_from_elsewhere(http: aiohttp.ClientSession) -> None:
    async with http.get("/") as answer:
        page = await answer.text()
    assert answer.content_type == "text/html"
    assert "://" not in page.replace("https?|tg):", "")


async def test_photos_are_shown_on_the_page(fake: FakeTelegram, http: aiohttp.ClientSession) -> None:
    fake.customer(1).sends_photo(b"jpeg bytes")
    chat = await ask(http, "GET", "/control/chats/1")
    async with http.get(f"/control/files/{chat['list'][0]['photo'][-1]['file_id']}") as answer:
        assert await answer.read() == b"jpeg bytes"
    async with http.get("/control/files/unknown") as answer:
        assert answer.status == 404


def post(address: str, **body: Any) -> Any:
    request = Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)


def test_it_runs_in_a_thread_of_its_own() -> None:
    with in_thread(limits=False) as fake:
        fake.do(lambda server: server.customer(1).types("hello"))
        assert len(post(f"{fake.url}/bot{fake.token}/getUpdates")["result"]) == 1
        post(f"{fake.url}/bot{fake.token}/sendMessage", chat_id=1, text="answer")
        assert fake.wait(lambda server: server.customer(1).next_message())["text"] == "answer"


def test_a_thread_that_cannot_listen_says_so() -> None:
    with in_thread() as fake, pytest.raises(OSError, match="address already in use"):
        in_thread(port=int(fake.url.rpartition(":")[2])).__enter__()


async def test_it_runs_as_a_command_and_its_log_survives_a_kill(tmp_path: Path) -> None:
    log = tmp_path / "wire.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "channels.telegram.fake",
        "--port=0",
        "--strangers",
        f"--log={log}",
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    url = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
    async with aiohttp.ClientSession(url) as http:
        answer = await ask(http, "POST", f"/bot{TOKEN}/sendMessage", chat_id=5, text="kept")
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["message_id"] for line in lines] == [answer["result"]["message_id"]]


async def test_it_needs_neither_bot_library() -> None:
    code = "import sys, channels.telegram.fake; assert not {'aiogram', 'telegram'} & set(sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, cwd=ROOT)
    assert await process.wait() == 0
