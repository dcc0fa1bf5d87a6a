"""Own words as they are published, undone in order, and read by every process."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy.engine import Connection

from store import staff, wordings
from store.database import Database
from store.wordings import AlreadyUndone, LaterStands, Meanwhile, Publication, Said
from tests.conftest import NOON

SOURCE = "Help"


@pytest.fixture
async def mei(database: Database) -> int:
    """Somebody who works here."""

    def add(connection: Connection) -> int:
        made = staff.add(connection, "mei@shop.test", "Mei", "owner", "en", NOON)
        assert made is not None
        return made.id

    return await database.transact(add)


async def publish(database: Database, mei: int, seen: int, *words: str) -> Publication | Meanwhile:
    after: Said = {"en": words} if words else {}
    work = partial(wordings.publish, source=SOURCE, after=after, seen=seen, staff_id=mei, now=NOON)
    return await database.transact(work)


async def undo(database: Database, mei: int, one: Publication | Meanwhile) -> object:
    assert isinstance(one, Publication)
    return await database.transact(partial(wordings.undo, public_id=one.public_id, staff_id=mei, now=NOON))


async def test_publications_stand_until_they_are_undone_the_last_one_first(database: Database, mei: int) -> None:
    first = await publish(database, mei, 0, "Ask")
    second = await publish(database, mei, 1, "Ask us")
    assert isinstance(second, Publication)
    assert (second.before, second.after, second.by) == ({"en": ("Ask",)}, {"en": ("Ask us",)}, "Mei")
    assert await undo(database, mei, first) == LaterStands(second)
    assert await database.read(wordings.current) == {SOURCE: {"en": ("Ask us",)}}
    assert await database.read(wordings.version) == 2

    undone = await undo(database, mei, second)
    assert isinstance(undone, Publication)
    assert (undone.undone_by, undone.undone_at) == ("Mei", NOON)
    assert await undo(database, mei, second) == AlreadyUndone()
    assert await database.read(wordings.current) == {SOURCE: {"en": ("Ask",)}}
    await undo(database, mei, first)
    assert await database.read(wordings.current) == {}
    assert await database.read(wordings.version) == 4
    assert [one.number for one in await database.read(wordings.history)] == [2, 1]


async def test_what_was_not_seen_is_not_written_over(database: Database, mei: int) -> None:
    await publish(database, mei, 0, "Ask")
    assert await publish(database, mei, 0, "Ask us") == Meanwhile()
    back = await publish(database, mei, 1)
    assert isinstance(back, Publication)
    assert await database.read(wordings.current) == {}


async def test_of_two_who_publish_or_undo_at_once_one_is_told(database: Database, mei: int) -> None:
    for seen, already in ((0, None), (1, "standing")):
        made = await asyncio.gather(*(publish(database, mei, seen, f"Ask {place}") for place in range(4)))
        standing = [one for one in made if isinstance(one, Publication)]
        assert len(standing) == 1, already
        assert await database.read(wordings.current) == {SOURCE: standing[0].after}
    undone = await asyncio.gather(*(undo(database, mei, standing[0]) for _place in range(4)))
    assert sum(isinstance(one, Publication) for one in undone) == 1
    assert await database.read(wordings.version) == 3
