"""The migrations: up, down and up again, and equal to the tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from loyalty import programme, programme_file
from loyalty.programme import Earn, Tier
from store import programmes, schema
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
    def known(_object: object, name: str | None, *_more: object) -> bool:
        return not str(name).startswith("fts_")  # the indexes of words, which SQLAlchemy has no names for

    def differences(connection: sa.Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"include_object": known})
        return list(compare_metadata(context, metadata))

    assert await database.read(differences) == []


async def test_the_rules_of_before_become_a_programme_and_its_file(database: Database) -> None:
    names = '{"ms": "Emas"}'
    before = (
        "INSERT INTO program (business, currency, points_per_unit, expiry_months) VALUES ('Kopi', 'MYR', 2, 12)",
        "INSERT INTO tiers (code, name, names, threshold) VALUES ('base', 'Base', NULL, 0)",
        f"INSERT INTO tiers (code, name, names, threshold) VALUES ('gold', 'Gold', '{names}', 500)",
        f"INSERT INTO rewards (code, name, names, points, active) VALUES ('cup', 'A cup', '{names}', 80, true)",
        "INSERT INTO rewards (code, name, names, points, active) VALUES ('old', 'Old', NULL, 1, false)",
        "INSERT INTO branches (code, name, city, timezone) VALUES ('KL', 'Kopi KL', 'KL', 'Asia/Kuala_Lumpur')",
    )

    def migrate(connection: sa.Connection) -> None:
        schema.downgrade(connection, "0001")
        for statement in before:
            connection.execute(sa.text(statement))
        schema.upgrade(connection)

    await database.transact(migrate)
    rules = await database.read(programme.read)
    [version] = await database.read(programmes.history)
    assert programme_file.read(version.text.encode()) == rules
    assert (rules.business, rules.earn, rules.tiers.levels[1]) == (
        "Kopi",
        Earn(points=2, expiry_months=12),
        Tier("gold", "Gold", 500, {"ms": "Emas"}),
    )
    assert ([each.code for each in rules.rewards], [each.code for each in rules.branches]) == (["cup"], ["KL"])
