"""Many rows in one statement, the same on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from store.database import Database
from store.given import moment
from store.many import among, insert_given
from store.prepared import Prepared
from store.tables import branches, contacts
from tests.conftest import NOON

FIND = Prepared(sa.select(branches.c.code, branches.c.id).where(among(branches.c.code, "codes")))
FIND_IDS = Prepared(sa.select(branches.c.id).where(among(branches.c.id, "ids")))
ADD = Prepared(insert_given(branches, "code", "name").on_conflict_do_nothing().returning(branches.c.code))
MEET = Prepared(insert_given(contacts, "public_id", "number", "language", "created_at"))


async def test_rows_are_added_in_one_statement_and_found_among_many(database: Database) -> None:
    rows = [(f"b'{n}", "名") for n in range(100)]
    added = await database.transact(lambda connection: ADD.rows(connection, given=rows))
    assert len(added) == 100
    again = await database.transact(lambda connection: ADD.rows(connection, given=[("b'1", "x"), ("new", "x")]))
    assert again == [("new",)]

    found = await database.read(lambda connection: FIND.rows(connection, codes=["b'7", "b'8", "nobody"]))
    assert {code for code, _ in found} == {"b'7", "b'8"}
    ids = {number for _, number in found}
    assert {number for (number,) in await database.read(lambda c: FIND_IDS.rows(c, ids=ids))} == ids


async def test_nothing_is_among_none(database: Database) -> None:
    await database.transact(lambda connection: ADD.rows(connection, given=[("a", "A")]))
    assert await database.read(lambda connection: FIND.rows(connection, codes=[])) == []
    assert await database.read(lambda connection: FIND_IDS.rows(connection, ids=[])) == []
    assert await database.transact(lambda connection: ADD.rows(connection, given=[])) == []


async def test_moments_and_nothings_arrive_as_they_were_given(database: Database) -> None:
    await database.transact(lambda connection: MEET.run(connection, given=[("p", None, "en", moment(NOON))]))
    query = sa.select(contacts.c.number, contacts.c.created_at)
    assert await database.read(lambda connection: connection.execute(query).all()) == [(None, NOON)]


async def test_a_text_that_is_too_long_is_an_error_on_postgresql_not_cut(postgres_url: str) -> None:
    database = Database(postgres_url)
    with pytest.raises(sa.exc.DataError):
        await database.transact(lambda connection: ADD.rows(connection, given=[("x" * 33, "name")]))
    database.close()
