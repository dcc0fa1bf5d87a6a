"""Dialogues that nobody asked for: told when cadence lets them, beside whatever is being asked."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from flows.book import FLOWS
from locales import _
from outreach.kinds import KINDS
from store import anniversaries, due
from store.anniversaries import Day
from store.database import Database
from store.outbox import MARKETING, REPLY, SERVICE
from store.tables import contacts, identities, occurrences, outbox, sessions
from store.tables import due as due_table
from talk.engine import Talk
from talk.prompts import FreeText
from tests.handlers.house import Customer, TestHouse, later

ROOT = Path(__file__).parents[2]


async def notice(talk: Talk) -> None:
    talk.say(_("You have {points} points."), points=talk.args["points"])
    talk.say(_("It goes on."), picture="picture-1")


async def nosy(talk: Talk) -> None:
    await talk.ask("why", _("Why?"), FreeText())


BOOK = FLOWS | {"points_earned": notice, "offer": notice, "claim_decided": notice, "till_undone": nosy}


@pytest.fixture
async def house(database: Database) -> TestHouse:
    return TestHouse(database, BOOK)


async def plan(house: TestHouse, flow: str, sender: str = "1", key: str = "k", **args: Any) -> int:
    """Plan a flow for the customer of this chat at once, everything said before being sent; the due row's id."""

    def work(connection: sa.Connection) -> int:
        connection.execute(outbox.update().values(state="sent"))
        contact = connection.scalar(sa.select(identities.c.contact_id).where(identities.c.sender == sender))
        assert contact is not None
        due.plan(connection, contact, flow, {"points": 7, **args}, key=key, at=house.now)
        row: int = connection.execute(sa.select(due_table.c.id).where(due_table.c.key == key)).scalar_one()
        return row

    return await house.database.transact(work)


async def met(house: TestHouse, sender: str = "1", channel: str = "webchat") -> Customer:
    customer = house.customer(sender, channel)
    await customer.types("hello")
    return customer


async def last(house: TestHouse) -> Any:
    return (await house.rows(sa.select(outbox).order_by(outbox.c.id)))[-1]


async def test_a_notice_is_told_beside_the_open_question(house: TestHouse) -> None:
    customer = await met(house)
    before = await house.rows(sa.select(sessions.c.id).where(sessions.c.state == "asking"))
    await house.turn.fall_due(await plan(house, "points_earned"))
    assert await customer.answers() == ["You have 7 points.", "It goes on."]
    assert await house.rows(sa.select(sessions.c.id).where(sessions.c.state == "asking")) == before
    assert await customer.types("English") != []


async def test_all_messages_of_a_turn_share_its_lane_and_marketing_has_no_place_yet(house: TestHouse) -> None:
    await met(house)
    later(house, minutes=30)
    agreed = contacts.update().values(marketing="granted")
    await house.database.transact(lambda connection: connection.execute(agreed))
    for flow in ("points_earned", "offer"):
        await house.turn.fall_due(await plan(house, flow, key=flow))
    rows = (await house.rows(sa.select(outbox).where(outbox.c.lane != REPLY).order_by(outbox.c.id)))[-4:]
    assert [(row.lane, row.kind, row.seq is None) for row in rows] == [
        (SERVICE, "points_earned", False),
        (SERVICE, "more", False),
        (MARKETING, "offer", True),
        (MARKETING, "more", True),
    ]
    [person] = await house.rows(sa.select(contacts.c.seq))
    assert person.seq == max(row.seq for row in rows if row.seq is not None)


async def test_what_is_to_wait_is_planned_again_under_its_key(house: TestHouse) -> None:
    await met(house)
    later(house, hours=12)  # midnight
    await house.turn.fall_due(await plan(house, "points_earned", key="at the till"))
    row = await plan(house, "points_earned", kind="points_booked")
    await house.turn.fall_due(row)
    assert (await last(house)).kind == "more"
    [again] = await house.rows(sa.select(due_table.c.key, due_table.c.at))
    assert (again.key, again.at - house.now) == ("k", dt.timedelta(hours=8))


async def test_a_notice_goes_to_the_chat_it_names(house: TestHouse) -> None:
    await met(house)
    other = await met(house, "2", "telegram")

    def join(connection: sa.Connection) -> int:
        first: int
        first, second = connection.scalars(sa.select(identities.c.id).order_by(identities.c.id)).all()
        owner = connection.scalar(sa.select(identities.c.contact_id).where(identities.c.id == first))
        connection.execute(identities.update().where(identities.c.id == second).values(contact_id=owner))
        return first

    first = await house.database.transact(join)
    await other.answers()
    await house.turn.fall_due(await plan(house, "points_earned", identity=first))
    assert (await last(house)).sender == "1"


async def test_a_settled_occurrence_is_not_told_again_though_a_row_says_so(house: TestHouse) -> None:
    customer = await met(house)
    later(house, minutes=30)
    row = await plan(house, "greeting", occasion="birthday", occurrence="2026")

    def settled(connection: sa.Connection) -> None:
        contact = connection.scalar(sa.select(contacts.c.id))
        assert contact is not None
        connection.execute(contacts.update().values(marketing="granted"))
        anniversaries.fill(connection, "birthday", {contact: Day(1121, None)}, house.now - dt.timedelta(days=99))
        times = {"contact_id": contact, "occasion": "birthday", "occurrence": "2026", "at": house.now}
        connection.execute(occurrences.insert().values(**times, state="done"))

    await house.database.transact(settled)
    await customer.answers()
    await house.turn.fall_due(row)
    assert await customer.answers() == []


async def test_a_notice_that_asks_is_a_fault_that_is_told_of(house: TestHouse) -> None:
    customer = await met(house)
    await customer.answers()
    row = await plan(house, "till_undone")
    for _time in range(due.PARK_AFTER):
        later(house, minutes=5)
        await house.turn.fall_due(row)
    assert [alert.kind for alert in house.alerts] == ["due_row_parked"]


async def test_where_the_customer_has_died_the_bot_says_nothing_and_people_answer(house: TestHouse) -> None:
    customer = await met(house)
    died = contacts.update().values(deceased=True)
    await house.database.transact(lambda connection: connection.execute(died))
    await customer.answers()
    assert await customer.types("This is his daughter.") == []
    assert await customer.types("menu") == []
    assert [(alert.kind, alert.details) for alert in house.alerts] == [
        ("person_wanted", {"reason": "deceased"}),
        ("customer_waits", {"owner": "queue"}),
    ]


def test_every_flow_that_is_planned_has_its_kind() -> None:
    planned = set(_planned_flows())
    assert {"points_earned", "card_linked"} <= planned
    assert planned <= KINDS.keys() & FLOWS.keys()


def _planned_flows() -> Iterator[str]:
    """The third argument of every `due.plan(...)`, by its literal or its file's constant."""
    for room in ("loyalty", "store", "console", "flows", "handlers", "outreach"):
        for path in (ROOT / room).rglob("*.py"):
            source = path.read_text(encoding="utf-8")
            if "due.plan(" in source:
                yield from _named(ast.parse(source))


def _named(tree: ast.Module) -> Iterator[str]:
    constants = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "due.plan":
            flow = node.args[2]
            if isinstance(flow, ast.Constant):
                yield str(flow.value)
            elif isinstance(flow, ast.Name):
                yield str(constants[flow.id])
