"""The migrations: up, down and up again, and equal to the tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from store import schema
from store.database import Database
from store.tables import metadata


async def test_migrations_go_up_down_and_up_again(database: Database) -> None:
    await database.transact(lambda connection: schema.downgrade(connection, "base"))
    left = await database.read(lambda connection: sa.inspect(connection).get_table_names())
    assert set(left) <= {"alembic_version"}

    await database.transact(schema.upgrade)
    names = await database.read(lambda connection: set(sa.inspect(connection).get_table_names()))
    assert set(metadata.tables) <= names
    assert await database.read(schema.current) == schema.newest()


async def test_the_migrations_make_the_tables_the_code_knows(database: Database) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    assert await database.read(differences) == []
