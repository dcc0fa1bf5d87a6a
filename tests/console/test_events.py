"""The live half: every message once and in order, whatever breaks between the page and us."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import sys
from collections.abc import Callable, MutableMapping
from contextlib import aclosing
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from console import conversation
from console.chat import Chat, Look
from console.conversation import follow
from console.hub import Hub
from console.limits import Limits
from console.serve import StreamingServer
from console.visits import Visits
from store import contacts, visitors
from store.database import Database
from store.tables import identities
from talk.messages import Inbound
from tests.conftest import NOON
from tests.console.fake_bot import SECRET, UNHURRIED, FakeBot, message
from tests.console.reading import events, messages

pytestmark = pytest.mark.slow

MINUTE = dt.timedelta(minutes=1)
PATIENCE = 60.0  # seconds for whatever a test waits for


async def say(client: httpx.AsyncClient, text: str, name: str) -> None:
    answer = await client.post("/chat/messages", json={"id": name, "text": text})
    assert answer.status_code == 202


async def test_an_answer_arrives_while_the_page_listens(visitor: httpx.AsyncClient) -> None:
    async with events(visitor) as stream:
        await say(visitor, "My points", "message-1")
        heard, answer = await messages(stream, 2)
    assert heard | {"at": ""} == {"seq": 1, "id": "message-1", "from": "you", "at": "", "text": "My points"}
    assert answer["from"] == "bot"
    assert answer["buttons"][0][0] == {"label": "History", "data": "!.history"}


async def test_a_stream_goes_on_after_the_last_event_seen(visitor: httpx.AsyncClient) -> None:
    await say(visitor, "One", "message-1")
    async with events(visitor, last=0) as stream:
        first = await messages(stream, 2)
    await say(visitor, "Two", "message-2")
    async with events(visitor, last=first[-1]["seq"]) as stream:
        rest = await messages(stream, 4)
    assert [line["seq"] for line in first + rest] == [1, 2, 3, 4, 5, 6]


async def test_a_stream_without_a_place_begins_with_the_newest(visitor: httpx.AsyncClient) -> None:
    for number in range(15):
        await say(visitor, "Hello", f"message-{number}")
    async with events(visitor) as stream:
        found = await messages(stream, 30)
    assert [line["seq"] for line in found] == list(range(16, 46))


async def test_more_than_one_read_is_caught_up_without_a_gap(visitor: httpx.AsyncClient) -> None:
    for number in range(40):
        await say(visitor, "Hello", f"message-{number:02}")
    async with events(visitor, last=0) as stream:
        found = await messages(stream, 120)
    assert [line["seq"] for line in found] == list(range(1, 121))


async def test_somebody_types_while_a_turn_runs(visitor: httpx.AsyncClient, bot: FakeBot) -> None:
    async with events(visitor) as stream:
        bot.gate.clear()
        posting = asyncio.create_task(say(visitor, "Hello", "message-1"))
        assert await anext(stream) == ("typing", {"typing": True}, None)
        bot.gate.set()
        names = [(await anext(stream)).name for _ in range(4)]
        await posting
    assert sorted(names) == ["message", "message", "message", "typing"]


async def test_a_second_stream_of_the_browser_ends_the_first(visitor: httpx.AsyncClient) -> None:
    async with events(visitor) as first, events(visitor) as second:
        assert (await anext(first)).name == "replaced"
        with pytest.raises(StopAsyncIteration):
            await anext(first)
        await say(visitor, "Hello", "message-1")
        assert len(await messages(second, 3)) == 3


async def test_a_reader_who_left_is_forgotten(client: httpx.AsyncClient, app: Starlette, hub: Hub) -> None:
    begun = asyncio.Event()

    async def leaving() -> dict[str, str]:
        await begun.wait()
        assert len(hub) == 1
        return {"type": "http.disconnect"}

    async def send(part: MutableMapping[str, Any]) -> None:
        if part.get("body"):
            begun.set()

    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    headers = [(b"cookie", cookie.encode())]
    scope = {"type": "http", "method": "GET", "path": "/chat/events", "headers": headers, "query_string": b""}
    await app(scope, leaving, send)
    assert len(hub) == 0


async def test_a_place_that_was_never_given_begins_anew(visitor: httpx.AsyncClient) -> None:
    await say(visitor, "Hello", "message-1")
    async with events(visitor, last=99) as stream:
        assert (await anext(stream)).name == "reset"


async def test_a_new_language_is_told_to_the_page(visitor: httpx.AsyncClient) -> None:
    await say(visitor, "Hello", "message-1")
    async with events(visitor, last=0) as stream:
        await messages(stream, 3)
        press = {"id": "press-000001", "button": "!.language-ms"}
        await visitor.post("/chat/messages", json=press)
        while (event := await anext(stream)).name != "language":
            pass
        assert event.data == {"language": "ms"}
        await say(visitor, "Hello", "message-2")
        while event.data.get("text") != "What can I do?":
            event = await anext(stream)
            assert event.name != "language", "it was told twice"


async def test_a_contact_is_woken_wherever_the_commit_was(
    visitor: httpx.AsyncClient, bot: FakeBot, hub: Hub, store: Database
) -> None:
    await say(visitor, "Hello", "message-1")
    async with events(visitor, last=3) as stream:
        # As another replica's sender would: a row, then a waking by the contact's id.
        contact_id = await store.transact(partial(_speak, sender=bot.received[0].sender))
        hub.wake(contact_id)
        assert (await messages(stream, 1))[0]["text"] == "From elsewhere"


def _speak(connection: Any, sender: str) -> int:
    from store import outbox
    from talk.messages import Outgoing

    contact = contacts.lock(connection, visitors.CHANNEL, visitors.ACCOUNT, sender)
    assert contact is not None
    contact.seq += 1
    outbox.put(connection, [message(contact, sender, Outgoing(text="From elsewhere"), NOON)])
    contacts.save(connection, contact)
    return contact.id


async def test_streams_do_not_keep_the_server_from_stopping(
    visitor: httpx.AsyncClient, server: StreamingServer
) -> None:
    async with events(visitor) as stream:
        server.should_exit = True
        assert (await anext(stream)).name == "closing"


async def test_no_stream_begins_while_the_process_closes(client: httpx.AsyncClient, hub: Hub) -> None:
    hub.close()
    answer = await client.get("/chat/events")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


async def test_a_terminated_process_ends_with_streams_open(sqlite_url: str, port: int) -> None:
    root = Path(__file__).parent.parent.parent
    command = [sys.executable, "-m", "tests.console.fake_bot", "--port", str(port), "--database", sqlite_url]
    process = await asyncio.create_subprocess_exec(*command, cwd=root, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as browser:
        await browser.get("/chat")
        async with events(browser) as stream:
            os.kill(process.pid, signal.SIGTERM)
            assert (await anext(stream)).name == "closing"
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() in (0, -signal.SIGTERM)


def chat_of(database: Database, hub: Hub, bot: FakeBot, now: Callable[[], dt.datetime]) -> Chat:
    return Chat(
        database=database,
        receive=bot.receive,
        keep_picture=bot.keep_picture,
        hub=hub,
        visits=Visits(SECRET, "http://chat.test"),
        limits=Limits(UNHURRIED, lambda: 0.0),
        look=Look("Kopi & Co"),
        secret=SECRET,
        now=now,
    )


async def test_what_a_page_has_is_known_once_it_stayed_or_came_back_for_more(
    store: Database, bot: FakeBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "KEEP_ALIVE", 0.01)
    clock = [NOON]
    chat, visitor = chat_of(store, Hub(), bot, lambda: clock[0]), Visits.new()

    async def known() -> dt.datetime | None:
        return await store.read(lambda c: c.scalar(sa.select(identities.c.shown_until)))

    async def looks(cursor: int | None, until: bytes) -> None:
        """A page that leaves with the third event of this kind."""
        times = 0
        async with aclosing(follow(chat, visitor, cursor)) as stream:
            async for event in stream:
                times += until in event
                if times == 3:
                    return

    await bot.receive(_inbound(visitor, "message-1"))
    await looks(None, b"event: message")
    assert await known() is None  # it was written, and nobody knows whether it came through
    await looks(3, b"still here")
    assert await known() == NOON
    clock[0] += MINUTE
    await bot.receive(_inbound(visitor, "message-2"))
    await looks(3, b"event: message")
    assert await known() == NOON
    clock[0] += MINUTE
    await looks(3, b"still here")
    assert await known() == NOON + 2 * MINUTE  # the page stayed
    clock[0] -= MINUTE
    await looks(6, b"still here")
    assert await known() == NOON + 2 * MINUTE


# What may happen to a conversation, in any order: somebody speaks, the page loses its stream and comes back, the
# page reads on. Every place must arrive once.
STEPS = st.lists(st.sampled_from(["speak", "lose", "read", "read", "read", "speak unseen"]), max_size=40)


@pytest.fixture(scope="module")
def long_lived(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("events") / "sapa.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@given(steps=STEPS)
@settings(max_examples=40)
def test_any_interleaving_arrives_without_gap_or_repetition(long_lived: Database, steps: list[str]) -> None:
    asyncio.run(_interleaved(long_lived, steps))


async def _interleaved(database: Database, steps: list[str]) -> None:
    hub, bot, visitor = Hub(), FakeBot(database), Visits.new()
    chat = chat_of(database, hub, bot, lambda: NOON)
    page, speaking = _Page(chat, visitor), []

    async def speak(name: str, *, woken: bool) -> None:
        await bot.receive(_inbound(visitor, name))
        if woken:
            hub.wake(visitor)

    for number, step in enumerate(steps):
        if step.startswith("speak"):
            # Not awaited: it commits while the page reads.
            turn = speak(f"message-{number}", woken=step == "speak")
            speaking.append(asyncio.create_task(turn))
        elif step == "lose":
            await page.lose()
        else:
            await page.read()
    await asyncio.gather(*speaking)
    hub.wake(visitor)
    spoken = sum(step.startswith("speak") for step in steps) * 3
    while len(page.places) < spoken:
        await page.read(PATIENCE)
    for _ in range(4):
        await page.read()
    await page.lose()
    assert page.places == list(range(1, spoken + 1))


class _Page:
    def __init__(self, chat: Chat, visitor: str) -> None:
        self._chat = chat
        self._visitor = visitor
        self.places: list[int] = []
        self._stream: Any = None

    async def read(self, seconds: float = 0.005) -> None:
        """Read on, and break off when nothing comes for so long."""
        if self._stream is None:
            self._stream = follow(self._chat, self._visitor, self.places[-1] if self.places else 0)
        reading = asyncio.ensure_future(anext(self._stream))
        done, _ = await asyncio.wait([reading], timeout=seconds)
        if not done:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            self._stream = None
            return
        for line in reading.result().decode().splitlines():
            if line.startswith("id: "):
                self.places.append(int(line[4:]))

    async def lose(self) -> None:
        if self._stream is not None:
            await self._stream.aclose()
            self._stream = None


def _inbound(visitor: str, name: str) -> Inbound:
    return Inbound(
        channel=visitors.CHANNEL,
        account=visitors.ACCOUNT,
        external_id=f"{visitor}:{name}",
        sender=visitor,
        kind="text",
        at=NOON,
        text="Hello",
    )
