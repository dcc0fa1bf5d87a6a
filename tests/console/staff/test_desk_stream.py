"""The console's stream: what commits reaches the consoles it concerns, and nobody who was away misses any of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import re

import pytest
import sqlalchemy as sa

from console import desk_hub, desk_stream
from console.desk_hub import DeskHub
from console.desk_stream import DeskStream, Event
from console.staff.desk_news import LiveDesk
from store import bell, queues, staff_sessions, tables
from store.database import Database
from store.desk_agents import Agent
from store.queues import Queue
from tests.console.staff.consoles import LONG, Console, served
from tests.console.staff.talks import public_id, taken, waiting
from tests.console.staff.team import Browser, Team

pytestmark = pytest.mark.slow


def said(data: dict[str, list[dict[str, str]]]) -> list[str]:
    """What the lines of an event say."""
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", line["html"])).strip() for line in data["lines"]]


async def heard(console: Console, words: str) -> bool:
    """Whether an event brings these words; waits for it."""
    while (told := await console.next("moved")).type == "moved":
        if any(words in line for line in said(told.data)):
            return True
    return False


async def serve_only(team: Team, browser: Browser, topic: str) -> None:
    """Let somebody serve one queue of their own alone."""

    def save(connection: sa.Connection) -> None:
        queue = queues.save(connection, Queue(topic=topic, names={"en": topic}))
        connection.execute(tables.staff_queues.insert().values(staff_id=browser.account.id, queue_id=queue.id))

    await team.database.transact(save)


async def test_a_customers_words_arrive_with_the_row_and_the_figures(team: Team) -> None:
    agent = await team.browser("support")
    async with served(team) as house, house.listens(agent) as console:
        customer = await waiting(team)
        await customer.types("Is <b>anybody</b> there?")
        assert await heard(console, "Is &lt;b&gt;anybody&lt;/b&gt; there?")
        while console.counts.get("attention") != 1:
            assert (await console.next("counts")).type == "counts"
        assert (console.counts["all"], list(console.counts["unassigned"].values())) == (1, [1])
        contact = await public_id(team, customer)
        await agent.submit(f"/staff/inbox/{contact}/take", owner="queue")
        told = await console.next("moved")
        assert (told.data["contact"], told.data["state"], told.data["owner"]) == (
            contact,
            "held",
            agent.account.public_id,
        )
        assert f'id="row-{contact}"' in told.data["row"]


async def test_each_hears_of_their_own_queues_and_of_all_when_they_look_at_all(sqlite_team: Team) -> None:
    team = sqlite_team
    elsewhere, everything = await team.browser("support"), await team.browser("support", language="ar")
    for browser in (elsewhere, everything):
        await serve_only(team, browser, f"other{browser.account.id}")
    async with (
        served(team) as house,
        house.listens(elsewhere) as far,
        house.listens(everything, scope="all") as near,
    ):
        customer = await waiting(team)
        told = await near.next("moved")
        assert "بلا مسؤول" in told.data["row"]  # in the language of who reads it
        contact = await public_id(team, customer)
        colleague = await team.browser("support")
        await colleague.submit(f"/staff/inbox/{contact}/take", owner="queue")
        answer = await colleague.submit(
            f"/staff/inbox/{contact}/transfer", to=f"staff:{elsewhere.account.public_id}"
        )
        assert answer.status_code == 303, answer.text
        told = await far.next("moved")  # the first that this one hears of
        assert told.data["owner"] == elsewhere.account.public_id


async def test_whoever_comes_back_is_told_what_they_missed_and_nothing_twice(team: Team) -> None:
    agent = await team.browser("support")
    async with served(team) as house:
        async with house.listens(agent) as console:
            customer = await waiting(team)
            await customer.types("one")
            assert await heard(console, "one")
            last = console.last
            async with house.listens(agent) as other:  # what follows is published, which another console tells
                for words in ("two", "three", "four"):
                    await customer.types(words)
                assert await heard(other, "four")
        async with house.listens(agent, last) as console:
            await customer.types("five")
            numbers: list[int] = []
            lines: list[str] = []
            while not any("five" in line for line in lines):
                told = await console.next("moved")
                numbers.append(int(told.id.split(".")[1]))
                lines += said(told.data)
        assert numbers == list(range(int(last.split(".")[1]) + 1, numbers[-1] + 1))
        for words in ("two", "three", "four"):
            assert any(words in line for line in lines)


async def test_whoever_comes_from_another_process_is_told_by_the_time_of_what_moved(team: Team) -> None:
    agent, customer = await team.browser("support"), await waiting(team)
    await customer.types("while nobody looked")
    before = int((team.house.now - dt.timedelta(seconds=5)).timestamp() * 1000)
    async with served(team) as house:
        async with house.listens(agent, f"elsewhere.7.{before}") as console:
            assert await heard(console, "while nobody looked")
        long_ago, later = f"elsewhere.7.{before - 3_600_000}", f"elsewhere.7.{before + 3_600_000}"
        async with house.listens(agent, long_ago) as console:
            assert await heard(console, "while nobody looked")
        async with house.listens(agent, later) as console:
            assert (await console.next("moved", "counts")).type == "counts"
        for nonsense in ("1", "x.y.z", "e.1.999999999999999", "e.-1.5"):
            async with house.listens(agent, nonsense, greeted=False) as console:
                assert (await console.next("reset", "moved")).type == "reset"


async def test_too_much_to_be_told_again_is_a_page_to_be_loaded_anew(
    sqlite_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_hub, "CAUGHT_UP", 1)
    agent = await sqlite_team.browser("support")
    for sender in ("1", "2"):
        await waiting(sqlite_team, sender)
    async with served(sqlite_team) as house, house.listens(agent, "elsewhere.1.0", greeted=False) as console:
        assert (await console.next("reset")).type == "reset"
        assert (await console.next("moved")).type == "end"


async def test_what_another_process_did_is_found_without_being_told(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_hub, "COUNT_SECONDS", 0.01)
    monkeypatch.setattr(desk_hub, "LOOK_SECONDS", 0.0)
    agent = await team.browser("support")
    async with served(team) as house, house.listens(agent) as console:
        team.house.moved = lambda _committed: None
        customer = await waiting(team)
        await customer.types("from afar")
        assert await heard(console, "from afar")


async def test_a_stream_ends_with_its_session_and_with_the_process(
    sqlite_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_hub, "COUNT_SECONDS", 0.01)
    monkeypatch.setattr(desk_hub, "LOOK_SECONDS", 0.0)
    team = sqlite_team
    leaves, stays = await team.browser("support"), await team.browser("support")
    async with served(team) as house, house.listens(leaves) as ended, house.listens(stays) as open_still:
        await team.database.transact(lambda connection: staff_sessions.end_all(connection, leaves.account.id))
        assert (await ended.next("bye")).type == "bye"
        assert (await ended.next("moved")).type == "end"
        house.server.should_exit = True
        assert (await open_still.next("closing")).type == "closing"
        assert (await open_still.next("moved")).type == "end"
    late = await stays.get("/staff/events", headers={"Accept": "application/json"})
    assert late.status_code == 503


async def test_whose_console_is_open_is_there_and_may_take_a_break(sqlite_team: Team) -> None:
    agent = await sqlite_team.browser("support")
    token = agent.cookies["sapa_staff"]
    await LiveDesk(sqlite_team.app.state.office).agents({staff_sessions.digest(token)})
    present = sa.select(tables.staff.c.present_at).where(tables.staff.c.id == agent.account.id)
    assert (await sqlite_team.rows(present))[0].present_at == sqlite_team.house.now
    answer = await agent.submit("/staff/presence", away="yes")
    assert answer.status_code == 303
    assert 'name="away" value=""' in (await agent.get("/staff/account")).text


async def test_a_slow_reader_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desk_stream, "MOST_WAITING", 3)
    agent = Agent(id=1, public_id="a", role="support", language="en", queues=frozenset())
    stream = DeskStream("session", agent, everything=False)
    assert stream.wants(Event(1, None, None, {}))
    for number in range(5):
        stream.put(b"%d" % number)
    assert await stream.taken(1) == b"event: reset\ndata: {}\n\n"
    assert await stream.taken(1) is None


async def test_one_replica_hears_from_the_other_by_the_bell(postgres_url: str) -> None:
    database = Database(postgres_url)
    team = Team(database)
    agent = await team.browser("support")
    far = team.application()
    desk: DeskHub = far.state.office.desk
    session = staff_sessions.digest(agent.cookies["sapa_staff"])
    [known] = (await LiveDesk(far.state.office).agents({session})).values()
    stream = await desk.open(session, known, "", everything=True)
    ready, told = asyncio.Event(), asyncio.Queue[tuple[int, bool]]()

    async def listens() -> None:
        ready.set()

    listening = asyncio.create_task(
        bell.listen(postgres_url, lambda contact, held: told.put_nowait((contact, held)), listens)
    )
    await ready.wait()
    await taken(team, await waiting(team))
    flags: list[bool] = []
    while not flags or not flags[-1]:
        contact, held = await told.get()
        flags.append(held)
    assert flags[0] is False  # a customer whom the bot serves concerns no console
    desk.changed(contact)
    chunk = b""
    while b"event: moved" not in chunk:
        more = await stream.taken(LONG)
        assert more
        chunk += more
    listening.cancel()
    desk.close()
    await team.leave()
    database.close()
