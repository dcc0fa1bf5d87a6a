"""The customer's language changes in the middle of a dialogue."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from flows import effects
from flows.book import FLOWS
from locales import _
from store.database import Database
from store.tables import contacts, sessions
from talk.engine import Talk
from talk.prompts import FreeText
from tests.handlers.house import TestHouse

DONE = _("Done")


async def names(talk: Talk) -> None:
    for _time in range(3):
        talk.do("call", effects.set_call_me, await talk.ask("name", _("Your name?"), FreeText()))


async def switches(talk: Talk) -> None:
    await talk.ask("name", _("Your name?"), FreeText())
    talk.do("choose", effects.choose_language, "en")


async def language_of(house: TestHouse) -> str:
    (row,) = await house.rows(sa.select(contacts.c.language))
    return str(row.language)


@pytest.fixture
def house(sqlite_url: str) -> TestHouse:
    return TestHouse(Database(sqlite_url), {**FLOWS, "welcome": names})


async def test_a_language_that_was_noticed_stays_though_an_effect_changes_the_contact(house: TestHouse) -> None:
    customer = house.customer()
    await customer.types("hello there")
    await customer.types("saya nak tahu baki mata saya")
    await customer.types("boleh saya tahu berapa mata saya ada")
    assert await language_of(house) == "ms"
    house.database.close()


async def test_an_effect_has_the_last_word_on_a_language_that_was_noticed(sqlite_url: str) -> None:
    house = TestHouse(Database(sqlite_url), {**FLOWS, "welcome": names, "help": switches})
    customer = house.customer()
    await customer.types("hello there")
    await customer.types("saya nak tahu baki mata saya")
    await customer.types("help")
    await customer.types("boleh saya tahu berapa mata saya ada")
    assert await language_of(house) == "en"
    house.database.close()


async def test_a_change_of_language_does_not_start_the_welcome_afresh(sqlite_url: str) -> None:
    house = TestHouse(Database(sqlite_url))
    customer = house.customer()
    await customer.sends(customer.event("start", language_hint="vi"))
    await customer.presses("Tiếng Việt")
    await customer.types("Lan")
    await customer.sends(customer.event("button", button="!.language-ms"))
    await customer.presses("Chị")
    rows = await house.rows(sa.select(sessions.c.restarts))
    assert {row.restarts for row in rows} == {0}
    (row,) = await house.rows(sa.select(contacts.c.call_me, contacts.c.language))
    assert (row.call_me, row.language) == ("chị Lan", "ms")
    house.database.close()
