"""A backup is whole, may be made under load, and goes back into either kind of database."""

from __future__ import annotations

import asyncio
import gzip
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import backup
from store import schema
from store.database import Database
from store.tables import accounts, contacts, entries, inbox, media, media_pieces, metadata, outbox
from tests.conftest import NOON
from tests.handlers.house import TestHouse

pytestmark = pytest.mark.slow


async def _talk(database: Database, customers: int = 3) -> TestHouse:
    house = TestHouse(database)
    for number in range(customers):
        customer = house.customer(str(number))
        await customer.types("hello")
        await customer.types("English")
    return house


async def _everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    def read(connection: sa.Connection) -> dict[str, list[tuple[object, ...]]]:
        return {
            table.name: [tuple(row) for row in connection.execute(sa.select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }

    return await database.read(read)


def _keep_a_picture(connection: sa.Connection) -> None:
    kept = sa.insert(media).values(public_id="p", state="kept", type="image/png", due_at=NOON, created_at=NOON)
    media_id = connection.execute(kept.returning(media.c.id)).scalar_one()
    connection.execute(sa.insert(media_pieces).values(media_id=media_id, number=1, content=b"\x00\xff"))


async def test_what_is_restored_equals_what_was_backed_up_on_both_databases(
    database: Database, sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    await _talk(database)
    await database.transact(_keep_a_picture)
    file = tmp_path / "sapa.backup"
    rows = await database.read(lambda connection: backup.write(connection, file))
    assert rows > 10
    expected = await _everything(database)
    for url in (f"sqlite:///{tmp_path / 'other.sqlite3'}", postgres_url):
        if url == database.url:
            continue
        other = Database(url)
        if "other.sqlite3" in url:
            await other.transact(schema.upgrade)
        assert await other.transact(lambda connection: backup.restore(connection, file)) == rows
        assert await _everything(other) == expected
        await TestHouse(other).customer("new").types("hello")
        other.close()


async def test_a_backup_under_load_is_one_consistent_view(database: Database, tmp_path: Path) -> None:
    house = await _talk(database, 1)
    writing = True

    async def load(number: int) -> None:
        customer = house.customer(f"w{number}")
        while writing:
            await customer.types("hello")

    talkers = [asyncio.create_task(load(number)) for number in range(4)]
    for copy in range(3):
        file = tmp_path / f"{copy}.backup"
        await database.read(partial(backup.write, target=file))
        target = Database(f"sqlite:///{tmp_path / f'{copy}.sqlite3'}")
        await target.transact(schema.upgrade)
        await target.transact(partial(backup.restore, source=file))
        seen = await target.read(_places)
        assert seen
        # Every place in a conversation is there up to the last one its contact has given.
        assert all(given == list(range(1, last + 1)) for last, given in seen)
        target.close()
    writing = False
    await asyncio.gather(*talkers)


def _places(connection: sa.Connection) -> list[tuple[int, list[int]]]:
    found = []
    for contact in connection.execute(sa.select(contacts.c.id, contacts.c.seq)):
        incoming = connection.scalars(sa.select(inbox.c.seq).where(inbox.c.contact_id == contact.id)).all()
        outgoing = connection.scalars(sa.select(outbox.c.seq).where(outbox.c.contact_id == contact.id)).all()
        found.append((contact.seq, sorted([*incoming, *outgoing])))
    return found


async def test_a_damaged_or_cut_backup_changes_nothing(database: Database, tmp_path: Path) -> None:
    await _talk(database)
    file = tmp_path / "b"
    await database.read(lambda connection: backup.write(connection, file))
    whole = gzip.decompress(file.read_bytes())
    target = Database(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    await target.transact(schema.upgrade)
    for content in (
        gzip.compress(whole[: len(whole) // 2]),
        gzip.compress(whole)[:-20],
        b"no backup",
        gzip.compress(b""),
    ):
        file.write_bytes(content)
        with pytest.raises(backup.BackupUnusable):
            await target.transact(lambda connection: backup.restore(connection, file))
    for table in (contacts, accounts, entries, inbox):
        assert await target.read(partial(_rows, table=table)) == []
    target.close()


def _rows(connection: sa.Connection, table: sa.Table) -> list[object]:
    return list(connection.execute(sa.select(table)))


async def test_a_backup_does_not_go_into_a_database_that_has_rows(database: Database, tmp_path: Path) -> None:
    await _talk(database)
    file = tmp_path / "b"
    await database.read(lambda connection: backup.write(connection, file))
    with pytest.raises(backup.BackupUnusable, match="not empty"):
        await database.transact(lambda connection: backup.restore(connection, file))
