"""One owner of a conversation: whatever happens, the bot is silent while it is not the bot's."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from handlers.conversation_snoozed import conversation_snoozed
from handlers.events import EVENTS
from handlers.gate import FLOOD_BURST
from handlers.spam_marked import spam_marked
from store.contacts import BLOCKED, BOT, QUEUE, SNOOZED
from store.database import Database
from store.staff_sessions import Staff
from store.tables import contacts, sessions
from talk.exchange import COMMAND
from talk.messages import Inbound, Kind, Media
from tests.handlers.house import Customer, TestHouse, later
from tests.handlers.team import Team, agent
from tests.handlers.test_flow_due import plan

ROOT = Path(__file__).parents[2]
PERSON = "person"
OWNERS = (QUEUE, SNOOZED, BLOCKED, PERSON)


@pytest.fixture
async def house(database: Database) -> TestHouse:
    return TestHouse(database)


@pytest.fixture
async def team(house: TestHouse) -> Team:
    return Team(house)


@pytest.fixture
async def mei(database: Database) -> Staff:
    return await agent(database)


async def known(house: TestHouse) -> Customer:
    customer = house.customer(channel="telegram")
    for words in ("hello", "English", "skip", "no", "missing points"):
        await customer.types(words)
    return customer


async def owned(team: Team, mei: Staff, owner: str) -> Customer:
    """A customer in the middle of a dialogue whose conversation came to this owner."""
    customer = await known(team.house)
    await customer.types("person")
    if owner in (PERSON, SNOOZED):
        await team.take(mei)
    if owner == SNOOZED:
        until = team.house.now + dt.timedelta(days=3)
        await team.act(lambda scene: conversation_snoozed(scene, mei, until, ""))
    if owner == BLOCKED:
        await team.act(lambda scene: spam_marked(scene, mei, True, ""))
    await customer.answers()
    assert (await team.owner())[0] == (mei.public_id if owner == PERSON else owner)
    return customer


def events(customer: Customer, kind: Kind) -> Iterator[Inbound]:
    """What a customer can do with an event of this kind: answer, command, press what is stale, open a link."""
    if kind == "button":
        stale = customer.buttons.get("Skip", "1.1._skip")
        for data in (stale, "999.1.x", f"{COMMAND}.points", f"{COMMAND}.help", f"{COMMAND}.language-ms"):
            yield customer.event(kind, button=data)
    elif kind in ("text", "edited"):
        for words in ("A-1234", "points", "help", "person", "back", "1", "apa khabar, mata saya berapa"):
            yield customer.event(kind, text=words)
    elif kind == "start":
        for words in ("", "menu", "rewards"):
            yield customer.event(kind, text=words)
    elif kind == "contact":
        yield customer.event(kind, phone="+60123456789", phone_proven=True)
    else:
        yield customer.event(kind, media=(Media(ref=f"f-{kind}"),), album="a1")


@pytest.mark.parametrize("owner", OWNERS)
async def test_the_bot_is_silent_whatever_happens(team: Team, mei: Staff, owner: str) -> None:
    customer = await owned(team, mei, owner)
    before = await team.house.rows(sa.select(sessions.c.id, sessions.c.state))
    for kind in (kind for kind in EVENTS if kind != "blocked"):  # who blocks us ends what was asked
        for event in events(customer, kind):
            assert await customer.sends(event) == [], event
    assert await team.house.rows(sa.select(sessions.c.id, sessions.c.state)) == before
    assert await customer.sends(customer.event("blocked")) == []
    assert (await team.owner())[0] != BOT


@pytest.mark.parametrize("owner", OWNERS)
async def test_stop_works_at_once_whoever_has_the_conversation(team: Team, mei: Staff, owner: str) -> None:
    customer = await owned(team, mei, owner)
    await team.house.database.transact(
        lambda connection: connection.execute(sa.update(contacts).values(marketing="granted"))
    )
    assert await customer.types("STOP")
    assert [row.marketing for row in await team.house.rows(sa.select(contacts.c.marketing))] == ["withdrawn"]
    assert await customer.sends(customer.event("button", button=f"{COMMAND}.stop"))
    assert (await team.owner())[0] != BOT


@pytest.mark.parametrize("owner", OWNERS)
@pytest.mark.parametrize("pressed", [False, True])
async def test_menu_calls_the_bot_back_from_the_queue_alone(
    team: Team, mei: Staff, owner: str, pressed: bool
) -> None:
    customer = await owned(team, mei, owner)
    menu = customer.event("button", button=f"{COMMAND}.menu") if pressed else customer.event(text="menu")
    said = await customer.sends(menu)
    assert bool(said) == (owner == QUEUE)
    assert ((await team.owner())[0] == BOT) == (owner == QUEUE)


@pytest.mark.parametrize("owner", OWNERS)
async def test_what_is_due_waits_for_the_bot(team: Team, mei: Staff, owner: str) -> None:
    customer = await owned(team, mei, owner)
    later(team.house, hours=1)
    for number, flow in enumerate(("points_earned", "greeting", "claim_decided")):
        await team.house.turn.fall_due(await plan(team.house, flow, key=f"k{number}"))
    assert await customer.answers() == []


async def test_a_flood_is_not_answered_where_people_are(team: Team, mei: Staff) -> None:
    customer = await owned(team, mei, PERSON)
    await team.house.database.transact(
        lambda connection: connection.execute(sa.update(contacts).values(flood=FLOOD_BURST))
    )
    assert await customer.types("hello?") == []


async def test_every_change_is_a_row_with_who_and_why(team: Team, mei: Staff) -> None:
    customer = await owned(team, mei, SNOOZED)
    await customer.types("It still is not here.")
    await team.back(mei, "drop")
    assert [change[:3] for change in await team.changes()] == [
        (BOT, QUEUE, "customer"),
        (QUEUE, mei.public_id, mei.actor),
        (mei.public_id, SNOOZED, mei.actor),
        (SNOOZED, mei.public_id, "customer"),
        (mei.public_id, BOT, mei.actor),
    ]
    assert await team.owner() == (BOT, None)


async def test_an_event_that_cannot_be_handled_leaves_a_parked_question_to_people(team: Team, mei: Staff) -> None:
    customer = await owned(team, mei, PERSON)

    def broken(name: str) -> None:
        if name == "turn.begun":
            raise RuntimeError(name)

    team.house.failpoint = broken
    said = await customer.types("hello")
    assert said == [
        "Sorry, something went wrong on our side and I couldn't handle your message. Our team has been told."
    ]
    assert await team.house.rows(sa.select(sessions.c.id).where(sessions.c.state != "ended"))


ROOMS = ("bot", "console", "scheduler", "channels", "handlers", "flows", "outreach", "service", "loyalty", "store")
FIELDS = ("owner", "owner_until")
# The words in which a file may change an owner, and the files that may say them.
WRITERS = {
    "service/ownership.py": {"contact.owner", "set_owner"},
    "store/desk.py": {"values(owner)"},
    "store/forgetting.py": {"values(owner)"},  # who is erased has no conversation left
    "store/absorption.py": {"values(owner)", "set_owner"},  # one that was taken over has none of its own
}


def test_nobody_else_changes_the_owner_of_a_conversation() -> None:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if "migrations" not in name:
                found = set(_changes(ast.parse(path.read_text(encoding="utf-8"))))
                assert found <= WRITERS.get(name, set()), name


def _changes(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in FIELDS:
            yield f"{ast.unparse(node.value)}.owner"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "set_owner":
                yield "set_owner"
            if node.func.attr == "values" and any(word.arg in FIELDS for word in node.keywords):
                yield "values(owner)"


def test_every_flow_that_is_told_unasked_asks_first() -> None:
    """Nothing but `handlers.flow_due` lets a dialogue be told, and it asks cadence before."""
    for path in (ROOT / "handlers").glob("*.py"):
        if "conversation.tell(" in path.read_text(encoding="utf-8"):
            assert path.name == "flow_due.py"
