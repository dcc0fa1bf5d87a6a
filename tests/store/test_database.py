"""The door to the database: nothing lost, nothing half-done, errors named."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database import Database, NotADatabase, StoreUnavailable, savepoint
from store.lock import AlreadyRunning
from store.tables import buckets

_BUCKETS = sa.select(sa.func.count()).select_from(buckets)
START = {"channel": "telegram", "account": "1", "free_at": 0}


def _seed(connection: Connection) -> None:
    connection.execute(sa.insert(buckets).values(**START))


def _add_one(connection: Connection) -> None:
    seen = connection.execute(sa.select(buckets.c.free_at).with_for_update()).scalar_one()
    connection.execute(sa.update(buckets).values(free_at=seen + 1))


async def _value(database: Database) -> int:
    return int(await database.read(lambda connection: connection.scalar(sa.select(buckets.c.free_at))) or 0)


async def test_eight_hundred_concurrent_read_modify_writes_lose_none(database: Database) -> None:
    await database.transact(_seed)
    await asyncio.gather(*(database.transact(_add_one) for _write in range(800)))
    assert await _value(database) == 800


async def test_work_that_raises_takes_nothing_of_its_neighbours_with_it(database: Database) -> None:
    await database.transact(_seed)

    def break_after_writing(connection: Connection) -> None:
        _add_one(connection)
        raise ZeroDivisionError

    works = [break_after_writing if number % 3 == 0 else _add_one for number in range(60)]
    outcomes = await asyncio.gather(
        *(database.transact(work, repeatable=number % 7 > 0) for number, work in enumerate(works)),
        return_exceptions=True,
    )
    assert [isinstance(outcome, ZeroDivisionError) for outcome in outcomes] == [
        number % 3 == 0 for number in range(60)
    ]
    assert await _value(database) == 40


async def test_what_is_not_repeatable_runs_once_whatever_its_neighbours_do(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.transact(_seed)
    ran: list[int] = []

    def fail(_connection: Connection) -> None:
        raise ZeroDivisionError

    await asyncio.gather(
        database.transact(_add_one, repeatable=True),
        database.transact(lambda _connection: ran.append(1)),
        database.transact(fail, repeatable=True),
        *(database.transact(_add_one, repeatable=True) for _write in range(4)),
        return_exceptions=True,
    )
    assert ran == [1]
    assert await _value(database) == 5
    await asyncio.to_thread(database.close)


async def test_a_transaction_that_breaks_down_leaves_nobody_waiting(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.transact(_seed)

    def break_down(connection: Connection) -> None:
        connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself when the disk is full
        raise sa.exc.OperationalError("", None, Exception("disk full"))

    works = [_add_one, break_down, *[_add_one] * 10]
    async with asyncio.timeout(60.0):
        outcomes = await asyncio.gather(*(database.transact(work) for work in works), return_exceptions=True)
    failed = [isinstance(outcome, StoreUnavailable) for outcome in outcomes]
    assert failed[1]
    assert await _value(database) == failed.count(False)
    await asyncio.to_thread(database.close)


async def test_a_savepoint_undoes_only_what_is_inside(database: Database) -> None:
    def work(connection: Connection) -> None:
        _seed(connection)
        with pytest.raises(sa.exc.IntegrityError), savepoint(connection):
            _seed(connection)
        _add_one(connection)

    await database.transact(work)
    assert await _value(database) == 1


async def test_careful_transactions_change_the_same(database: Database) -> None:
    database.careful = True
    await database.transact(_seed)
    await asyncio.gather(*(database.transact(_add_one) for _write in range(20)))
    assert await _value(database) == 20


async def test_a_second_process_cannot_write_the_same_sqlite_file(sqlite_url: str) -> None:
    first = Database(sqlite_url)
    with pytest.raises(AlreadyRunning, match="Stop it first"):
        Database(sqlite_url)
    reader = Database(sqlite_url, writes=False)
    assert await reader.read(lambda connection: connection.scalar(_BUCKETS)) == 0
    reader.close()
    first.close()
    Database(sqlite_url).close()


async def test_reading_a_file_while_it_is_first_opened_for_writing_is_never_refused(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """SQLite refuses one of two connections that turn its log on at once, without the patience it has for locks."""
    at_once = threading.Barrier(2)

    def open_it(url: str, *, writes: bool) -> Database:
        at_once.wait()
        return Database(url, writes=writes)

    async def opened_and_read(url: str, *, writes: bool) -> int | None:
        database = await asyncio.to_thread(open_it, url, writes=writes)
        try:
            return await database.read(lambda connection: connection.scalar(_BUCKETS))
        finally:
            database.close()

    for round_ in range(30):
        path = tmp_path / f"{round_}.sqlite3"
        shutil.copyfile(sqlite_template, path)
        url = f"sqlite:///{path}"
        found = await asyncio.gather(opened_and_read(url, writes=True), opened_and_read(url, writes=False))
        assert list(found) == [0, 0]


def test_a_file_that_cannot_be_prepared_for_writing_is_let_go(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.database.BUSY_SECONDS", 0)
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="locked"):
            Database(sqlite_url)
    Database(sqlite_url).close()


def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear database, you are not one.")
    with pytest.raises(NotADatabase, match="move that one away"):
        Database(f"sqlite:///{letter}")
    assert letter.read_text() == "Dear database, you are not one."


async def test_a_full_or_missing_database_is_named_unavailable(tmp_path: Path) -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    with pytest.raises(StoreUnavailable):
        await database.transact(_seed)
    with pytest.raises(StoreUnavailable):
        await database.read(_seed)
    database.close()


async def test_closing_finishes_what_was_submitted(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.transact(_seed)
    pending = [asyncio.ensure_future(database.transact(_add_one)) for _write in range(50)]
    await asyncio.sleep(0)
    await asyncio.to_thread(database.close)
    await asyncio.gather(*pending)
    again = Database(sqlite_url)
    assert await _value(again) == 50
    again.close()
