"""The fake goes wrong as scripted, and its log tells what really happened."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channels.telegram.fake import FakeTelegram, faults

GROUP = -4001
SUPERGROUP = -1004001


@pytest.fixture
async def fake(tmp_path: Path) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(limits=False, log_path=tmp_path / "wire.jsonl") as server:
        server.customer(1)
        server.customer(2)
        server.group(GROUP)
        yield server


@pytest.fixture
async def http(fake: FakeTelegram) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"{fake.url}/bot{fake.token}/") as session:
        yield session


async def send(http: aiohttp.ClientSession, chat_id: int, text: str = "x") -> tuple[int, Any]:
    """Return status and answer; status 0 with the reason where there was none."""
    try:
        async with http.post("sendMessage", json={"chat_id": chat_id, "text": text}) as answer:
            body = await answer.text()
            return answer.status, json.loads(body) if answer.content_type == "application/json" else body
    except aiohttp.ClientError:
        return 0, "closed"


async def test_faults_of_a_chat_strike_in_order_and_leave_others_alone(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    fake.faults.script(1, faults.too_many(7), faults.server_error(502), faults.blocked(), faults.deactivated())
    fake.faults.script(1, faults.chat_not_found())
    assert (await send(http, 2))[0] == 200
    status, body = await send(http, 1)
    assert (status, body["parameters"]) == (429, {"retry_after": 7})
    status, body = await send(http, 1)
    assert (status, body.startswith("<html>")) == (502, True)
    described = [(await send(http, 1))[1]["description"] for _ in range(3)]
    assert described == [
        "Forbidden: bot was blocked by the user",
        "Forbidden: user is deactivated",
        "Bad Request: chat not found",
    ]
    assert (await send(http, 1))[0] == 200
    assert len(fake.customer(1).inbox) == 1


async def test_a_lost_answer_leaves_the_message_in_the_chat(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    fake.faults.script(1, faults.timeout(), faults.hang_up_after(), faults.hang_up_before(), faults.slow(0.01))
    unanswered = asyncio.create_task(send(http, 1, "a"))
    await fake.until(lambda: fake.wire.accepted)
    answers = [await send(http, 1, text) for text in ("b", "c", "d")]
    assert [status for status, _ in answers] == [0, 0, 200]
    assert answers[0][1] == answers[1][1] == "closed"
    assert not unanswered.done()
    unanswered.cancel()
    assert fake.customer(1).texts == ["a", "b", "d"]
    assert [(entry.outcome, entry.accepted) for entry in fake.wire.entries] == [
        ("timeout", True),
        ("hang_up_after", True),
        ("hang_up_before", False),
        ("slow", True),
    ]


async def test_a_migrated_group_points_to_its_new_id_for_good(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    fake.faults.script(GROUP, faults.migrate(SUPERGROUP))
    for _ in range(2):
        status, body = await send(http, GROUP)
        assert (status, body["parameters"]) == (400, {"migrate_to_chat_id": SUPERGROUP})
        assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert (await send(http, SUPERGROUP))[0] == 200
    told = [update.decoded()["message"] for update in fake.updates.pending()]
    assert [message.get("migrate_to_chat_id") for message in told] == [SUPERGROUP, None]


async def test_faults_for_everybody_and_for_a_method(fake: FakeTelegram, http: aiohttp.ClientSession) -> None:
    fake.faults.script(None, faults.server_error(500), times=2)
    fake.faults.script(None, faults.server_error(502), method="getMe")
    assert [(await send(http, chat_id))[0] for chat_id in (1, 2, 1)] == [500, 500, 200]
    for status in (502, 200):
        async with http.get("getMe") as answer:
            assert answer.status == status


async def test_a_fault_after_acceptance_waits_for_a_message_that_is_accepted(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    fake.faults.script(1, faults.hang_up_after())
    assert (await send(http, 1, ""))[0] == 400
    assert (await send(http, 1)) == (0, "closed")
    assert fake.customer(1).texts == ["x"]


async def test_random_faults_are_the_same_for_the_same_seed(
    fake: FakeTelegram, http: aiohttp.ClientSession
) -> None:
    rounds = []
    for _ in range(2):
        fake.faults.at_random(0.3, seed=7, faults=[faults.too_many(1), faults.server_error(502)])
        rounds.append([(await send(http, 1))[0] for _ in range(60)])
    assert rounds[0] == rounds[1]
    assert {200, 429, 502} == set(rounds[0])
    fake.faults.clear()
    assert {(await send(http, 1))[0] for _ in range(20)} == {200}


async def test_the_file_has_the_same_lines_as_the_log(
    fake: FakeTelegram, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    fake.faults.script(1, faults.blocked())
    await send(http, 1, "refused")
    await send(http, 1, "arrived")
    await send(http, 99, "nobody")
    lines = [json.loads(line) for line in (tmp_path / "wire.jsonl").read_text().splitlines()]
    assert [(line["number"], line["payload"]["text"], line["accepted"], line["code"]) for line in lines] == [
        (1, "refused", False, 403),
        (2, "arrived", True, 200),
        (3, "nobody", False, 400),
    ]
    assert [entry.message_id for entry in fake.wire.accepted] == [fake.customer(1).inbox[0]["message_id"]]


async def test_stopping_hangs_up_on_those_who_still_wait() -> None:
    fake = FakeTelegram()
    await fake.start()
    fake.customer(1)
    fake.faults.script(1, faults.timeout())
    async with aiohttp.ClientSession(f"{fake.url}/bot{fake.token}/") as http:
        waiting = asyncio.create_task(send(http, 1))
        polling = asyncio.create_task(http.post("getUpdates", json={"timeout": 50}).__aenter__())
        await fake.until(lambda: fake.wire.accepted and fake.updates.waiting)
        await fake.stop()
        assert (await waiting) == (0, "closed")
        assert (await polling).status == 200
