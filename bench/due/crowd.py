"""Stores with many customers, of whom equally many have their birthday today and nobody else has it soon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url

from store import schema
from store.database import Database
from store.tables import due, occurrences

TODAY = dt.date(2027, 9, 15)
NOW = dt.datetime(2027, 9, 14, 20, 0, tzinfo=dt.UTC)
ZONES = ("Asia/Kuala_Lumpur", "Asia/Ho_Chi_Minh", "Asia/Shanghai", "Asia/Dubai", "Europe/London")
SPARED = 40  # days around today on which nobody else has a birthday, so that what is found is equal everywhere


@contextmanager
def opened(url: str, folder: Path, customers: int, hits: int) -> Iterator[Database]:
    """A new store with its customers: a file in `folder`, or a database of its own on the server at `url`."""
    if not url.startswith("postgresql"):
        yield from _filled(f"sqlite:///{folder / f'{customers}.sqlite3'}", customers, hits)
        return
    name = f"sapa_bench_{customers}"
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(sa.text(f"CREATE DATABASE {name}"))
    try:
        own = make_url(url).set(database=name)
        yield from _filled(own.render_as_string(hide_password=False), customers, hits)
    finally:
        with server.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {name}"))
        server.dispose()


def _filled(url: str, customers: int, hits: int) -> Iterator[Database]:
    database = Database(url)
    try:
        with database.engine.execution_options(sapa_writes=True).begin() as connection:
            schema.upgrade(connection)
            _fill(connection, customers, hits)
        yield database
    finally:
        database.close()


def forget(connection: Connection) -> tuple[int, int]:
    """Take everything planned back; how many occurrences and due rows there were."""
    return (
        connection.execute(due.delete()).rowcount,
        connection.execute(occurrences.delete()).rowcount,
    )


def _fill(connection: Connection, customers: int, hits: int) -> None:
    """Written by the database itself: a million rows by a driver take minutes."""
    moment = "timestamptz" if connection.dialect.name == "postgresql" else "text"
    for statement in _FILLING:
        connection.execute(
            sa.text(f"{statement.format(moment=moment)} FROM ({_series(connection)}) AS n"),
            {
                "customers": customers,
                "every": customers // hits,
                "today": 100 * TODAY.month + TODAY.day,
                "first": (TODAY + dt.timedelta(days=SPARED)).isoformat(),
                "others": 365 - 2 * SPARED,
                "now": "2020-06-01 00:00:00.000000",
            },
        )
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("ANALYZE"))


def _series(connection: Connection) -> str:
    if connection.dialect.name == "postgresql":
        return (
            "SELECT i, to_char(CAST(:first AS date) + CAST(i * 7919 % :others AS integer), 'MMDD') AS day "
            "FROM generate_series(1, CAST(:customers AS bigint)) AS i"
        )
    return (
        "WITH RECURSIVE m(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM m WHERE i < :customers) "
        "SELECT i, strftime('%m%d', :first, '+' || (i * 7919 % :others) || ' days') AS day FROM m"
    )


_ZONE = " ".join(f"WHEN {number} THEN '{zone}'" for number, zone in enumerate(ZONES))
_FILLING = (
    "INSERT INTO contacts (id, public_id, language, timezone, marketing, created_at) "
    f"SELECT i, 'bench-' || i, 'en', CASE i % {len(ZONES)} {_ZONE} END, 'granted', CAST(:now AS {{moment}})",
    "INSERT INTO identities (contact_id, channel, account, sender, created_at) "
    "SELECT i, 'telegram', 'bench', CAST(i AS TEXT), CAST(:now AS {moment})",
    "INSERT INTO anniversaries (contact_id, occasion, month_day, given_at) "
    "SELECT i, 'birthday', CASE WHEN i % :every = 0 THEN :today ELSE CAST(day AS INTEGER) END, "
    "CAST(:now AS {moment})",
)
