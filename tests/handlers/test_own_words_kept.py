"""A process says what is published, whoever published it; waiting questions understand old labels and new ones."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy.engine import Connection

from handlers.own_words import OwnWords
from locales import Text, render
from locales.catalogue import lay_over
from store import bell, staff, wordings
from store.database import Database
from store.wordings import Publication
from tests.conftest import NOON
from tests.handlers.house import TestHouse

HELP = Text("Help")


@pytest.fixture(autouse=True)
def _nothing_is_left_over() -> Iterator[None]:
    yield
    lay_over({})


async def publish(database: Database, seen: int, words: str) -> Publication:
    def work(connection: Connection) -> Publication:
        found = staff.by_email(connection, "mei@shop.test")
        mei = found or staff.add(connection, "mei@shop.test", "Mei", "owner", "en", NOON)
        assert mei is not None
        made = wordings.publish(connection, HELP.one, {"en": (words,)}, seen, mei.id, NOON)
        assert isinstance(made, Publication)
        return made

    return await database.transact(work)


async def test_what_another_process_published_or_undid_is_said_after_the_next_look(database: Database) -> None:
    words = OwnWords(database)
    made = await publish(database, 0, "Ask us")
    assert render(HELP, "en") == "Help"
    await words.refresh()
    assert render(HELP, "en") == "Ask us"
    await database.transact(partial(wordings.undo, public_id=made.public_id, staff_id=1, now=NOON))
    await words.refresh()
    assert render(HELP, "en") == "Help"


async def test_looks_at_the_same_time_as_changes_end_with_the_last_change(database: Database) -> None:
    words = OwnWords(database)

    async def change() -> None:
        for number in range(15):
            await publish(database, number, f"Ask {number}")

    async def look() -> None:
        for _time in range(15):
            await words.refresh()

    await asyncio.gather(change(), look(), look())
    await words.refresh()
    assert render(HELP, "en") == "Ask 14"


async def test_replicas_hear_of_a_publication_when_it_commits(postgres_url: str) -> None:
    database = Database(postgres_url)
    words, looked = OwnWords(database), asyncio.Queue[str]()

    async def reworded() -> None:
        await words.refresh()
        looked.put_nowait(render(HELP, "en"))

    listening = asyncio.create_task(bell.listen(postgres_url, lambda _contact, _held: None, reworded))
    assert await looked.get() == "Help"  # as soon as it listens
    await publish(database, 0, "Ask us")
    await database.transact(bell.ring_words)
    assert await looked.get() == "Ask us"
    listening.cancel()
    database.close()


async def test_a_question_that_waits_is_answered_by_old_and_new_labels(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    house = TestHouse(database)
    customer = house.customer()
    await customer.types("hello")
    await customer.types("menu")
    await publish(database, 0, "Ask us")
    words = OwnWords(database)
    await words.refresh()
    said = await customer.types("ask us")
    assert any("These words work at any time" in line for line in said), said
    await customer.types("menu")
    assert await customer.types("help") == said
    database.close()
