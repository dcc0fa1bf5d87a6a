"""Deadlines and waits over a real store."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from flows.book import FLOWS
from locales import _
from store.database import Database
from store.tables import due, sessions
from talk.engine import LATE, Talk
from talk.prompts import FreeText
from tests.handlers.house import Customer, TestHouse, later

WORD = _("A word?")


async def patient(talk: Talk) -> None:
    answer = await talk.ask("word", WORD, FreeText(), within=dt.timedelta(days=3))
    talk.say(_("Too late.") if answer is LATE else _("In time."))


async def naps(talk: Talk) -> None:
    await talk.wait("short", dt.timedelta(minutes=1))
    await talk.wait("long", dt.timedelta(hours=1))
    talk.say(_("I'm awake."))


@pytest.fixture
def house(database: Database) -> TestHouse:
    return TestHouse(database, {**FLOWS, "welcome": patient})


async def fall_due(house: TestHouse) -> int:
    """Everything that is stored falls due, whether or not its moment has come; the number of one row."""
    rows = await house.rows(sa.select(due.c.id))
    for row in rows:
        await house.turn.fall_due(row.id)
    return rows[0].id if rows else 0


async def exits(house: TestHouse) -> list[str]:
    return [row.exit for row in await house.rows(sa.select(sessions.c.exit).order_by(sessions.c.id))]


async def hello(house: TestHouse) -> Customer:
    customer = house.customer()
    assert await customer.types("hello") == ["A word?"]
    return customer


async def test_a_deadline_of_days_has_its_exit_though_nobody_wrote_meanwhile(house: TestHouse) -> None:
    customer = await hello(house)
    later(house, days=3)
    await fall_due(house)
    assert await customer.answers() == ["Too late."]
    assert await exits(house) == ["ended"]


async def test_an_answer_on_the_second_of_three_days_is_taken(house: TestHouse) -> None:
    customer = await hello(house)
    later(house, days=2)
    assert await customer.types("tea") == ["In time."]


async def test_a_deadline_for_an_answered_question_is_stale(house: TestHouse) -> None:
    customer = await hello(house)
    await customer.types("tea")
    later(house, days=3)
    await fall_due(house)
    assert await customer.answers() == []


async def test_a_call_for_a_row_that_is_gone_does_not_open_the_next_one_early(database: Database) -> None:
    house = TestHouse(database, {"welcome": naps})
    customer = house.customer()
    await customer.types("hello")
    later(house, minutes=1)
    gone = await fall_due(house)
    await house.turn.fall_due(gone)
    assert await customer.answers() == []
    later(house, hours=1)
    await fall_due(house)
    assert await customer.answers() == ["I'm awake."]
