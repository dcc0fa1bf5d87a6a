"""A shop of made customers and purchases, the same in DuckDB and in a store of Sapa's.

DuckDB makes it, out of hashes of row numbers, so that it is the same every time. How much somebody buys is spread
wide; what is bought together has one moment; some is paid back in part or whole, some is in another currency, and a
quarter of the products' costs are not known.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import psycopg
from sqlalchemy.engine import make_url

from store import schema
from store.database import Database

NOW = dt.datetime(2027, 9, 15, 4, 0, tzinfo=dt.UTC)
PRODUCTS, GROUPS = 5_000, 50
AT_ONCE = 100_000  # rows


class Size(NamedTuple):
    """How many there are of each."""

    customers: int
    purchases: int


class Table(NamedTuple):
    """A table of the store's: its columns, and the query of DuckDB's for its rows."""

    name: str
    columns: str
    rows: str


def _u(seed: int, of: str = "i") -> str:
    """A number from 0 to 1 for each row."""
    return f"((hash({of}, {seed}) % 1000003) / 1000003.0)"


_MOMENT = "strftime({}, '%Y-%m-%d %H:%M:%S.%f')"
_MAKING = (
    f"""CREATE TABLE contacts AS SELECT i AS id,
        ['en', 'ms', 'zh', 'vi', 'ar'][1 + cast(floor(5 * {_u(1)}) AS int)] AS language,
        ['Ipoh', 'Penang', 'Johor Bahru', 'Kuching', ''][1 + cast(floor(5 * {_u(2)}) AS int)] AS city,
        ['granted', 'granted', 'unasked', 'withdrawn'][1 + cast(floor(4 * {_u(3)}) AS int)] AS marketing,
        TIMESTAMP '2024-09-15' + to_seconds(cast(floor(900 * 86400 * {_u(4)}) AS bigint)) AS created_at,
        CASE WHEN {_u(5)} < 0.7 THEN 'telegram' ELSE 'webchat' END AS channel, {_u(6)} < 0.9 AS reachable,
        CASE WHEN {_u(7)} < 0.05 THEN 'vip' WHEN {_u(7)} < 0.15 THEN 'parent' END AS tag,
        CASE WHEN {_u(8)} < 0.6
            THEN cast(strftime(DATE '2023-01-01' + cast(floor(365 * {_u(9)}) AS int), '%m%d') AS int)
            END AS birthday,
        cast(CASE WHEN {_u(10)} < 0.8 THEN floor(3000 * {_u(11)}) END AS bigint) AS points,
        CASE WHEN {_u(12)} < 0.05
            THEN TIMESTAMP '2027-07-15' + to_seconds(cast(floor(62 * 86400 * {_u(13)}) AS bigint)) END AS left_at
        FROM (SELECT i + 1 AS i FROM range($customers) r(i))""",
    f"""CREATE TABLE products AS SELECT i AS id, cast('group' || i % {GROUPS} AS varchar) AS category,
        CASE WHEN {_u(14)} < 0.75 THEN cast(100 + floor(5000 * {_u(15)}) AS bigint) END AS cost
        FROM (SELECT i + 1 AS i FROM range({PRODUCTS}) r(i))""",
    f"""CREATE TABLE purchases AS SELECT i AS id,
        1 + cast(floor($customers * pow({_u(16, "o")}, 1.6)) AS bigint) AS contact_id,
        TIMESTAMP '2024-09-15' + to_seconds(cast(floor(1095 * 86400 * sqrt({_u(17, "o")})) AS bigint)) AS bought_at,
        cast(1 + floor(3 * {_u(18)}) AS int) AS quantity, amount,
        CASE WHEN {_u(19)} < 0.01 THEN 'SGD' ELSE 'MYR' END AS currency,
        cast(CASE WHEN {_u(20)} < 0.95 THEN 1 + floor({PRODUCTS} * {_u(21)}) END AS bigint) AS product_id,
        CASE WHEN {_u(22)} < 0.02 THEN amount WHEN {_u(22)} < 0.04 THEN 100 ELSE 0 END AS refunded
        FROM (SELECT i + 1 AS i, i // 2 AS o, cast(500 + floor(20000 * {_u(23)}) AS bigint) AS amount
              FROM range($purchases) r(i))""",
)
_MADE_AT = "'2027-01-01 00:00:00.000000'"
TABLES = (
    Table(
        "contacts",
        "id, public_id, language, city, marketing, words, created_at",
        f"SELECT id, 'bench-' || id, language, city, marketing, 'made', {_MOMENT.format('created_at')}"
        " FROM contacts",
    ),
    Table(
        "identities",
        "contact_id, channel, account, sender, reachable, created_at",
        f"SELECT id, channel, 'bench', 'sender-' || id, reachable, {_MADE_AT} FROM contacts",
    ),
    Table(
        "contact_tags",
        "contact_id, tag, at",
        f"SELECT id, tag, {_MADE_AT} FROM contacts WHERE tag IS NOT NULL",
    ),
    Table(
        "anniversaries",
        "contact_id, occasion, month_day, given_at",
        f"SELECT id, 'birthday', birthday, {_MADE_AT} FROM contacts WHERE birthday IS NOT NULL",
    ),
    Table(
        "accounts",
        "kind, contact_id, balance, opened_at",
        f"SELECT 'member', id, points, {_MADE_AT} FROM contacts WHERE points IS NOT NULL",
    ),
    Table(
        "behaviours",
        "contact_id, key, name, at",
        f"SELECT id, 'left-' || id, 'cart_left', {_MOMENT.format('left_at')} FROM contacts"
        " WHERE left_at IS NOT NULL",
    ),
    Table(
        "products",
        "id, sku, name, category, price, currency, cost",
        "SELECT id, 'sku' || id, 'Product ' || id, category, 5000, 'MYR', cost FROM products",
    ),
    Table(
        "purchases",
        "id, key, contact_id, at, quantity, amount, currency, product_id, refunded",
        f"SELECT id, 'made-' || id, contact_id, {_MOMENT.format('bought_at')}, quantity, amount, currency,"
        " product_id, refunded FROM purchases",
    ),
)


def make(file: Path, size: Size) -> None:
    """Make the shop in a file of DuckDB's."""
    with duckdb.connect(file) as shop:
        for statement in _MAKING:
            given = {name: value for name, value in size._asdict().items() if f"${name}" in statement}
            shop.execute(statement, given)


def fill(url: str, file: Path) -> None:
    """Make a store of the shop, in an empty database."""
    database = Database(url)
    with database.engine.execution_options(sapa_writes=True).begin() as connection:
        schema.upgrade(connection)
    database.close()
    if database.path is None:
        _fill_postgresql(url, file)
    else:
        _fill_sqlite(database.path, file)


def _fill_postgresql(url: str, file: Path) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True, options="-c timezone=utc") as store:
        # Without looking up, row by row, what is known to be there; indexes are made in one go afterwards.
        store.execute("SET session_replication_role = replica")
        store.execute("SET maintenance_work_mem = '256MB'")
        kept = store.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'purchases' AND indexname LIKE 'ix%'"
        ).fetchall()
        for name, _definition in kept:
            store.execute(f"DROP INDEX {name}")
        for table in TABLES:
            with store.cursor().copy(f"COPY {table.name} ({table.columns}) FROM STDIN (FORMAT csv)") as rows:
                for part in _csv(file, table):
                    rows.write(part)
        for _name, definition in kept:
            store.execute(definition)
        for name in ("contacts", "products", "purchases"):
            store.execute(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")
        store.execute("VACUUM ANALYZE")


def _csv(file: Path, table: Table) -> Iterator[bytes]:
    written = file.with_name(f"{table.name}.csv")
    with duckdb.connect(file, read_only=True) as shop:
        shop.execute(f"COPY ({table.rows}) TO '{written}' (HEADER false)")
    with written.open("rb") as rows:
        while part := rows.read(1 << 20):
            yield part
    written.unlink()


def _fill_sqlite(path: Path, file: Path) -> None:
    store = sqlite3.connect(path, isolation_level=None)
    try:
        store.execute("PRAGMA synchronous=OFF")
        store.execute("BEGIN")
        kept = store.execute(
            "SELECT name, sql FROM sqlite_master"
            " WHERE type = 'index' AND tbl_name = 'purchases' AND sql IS NOT NULL"
        ).fetchall()
        for name, _sql in kept:
            store.execute(f"DROP INDEX {name}")
        for table in TABLES:
            marks = ", ".join("?" * (table.columns.count(",") + 1))
            insert = f"INSERT INTO {table.name} ({table.columns}) VALUES ({marks})"
            for rows in _rows(file, table):
                store.executemany(insert, rows)
        for _name, sql in kept:
            store.execute(sql)
        store.execute("COMMIT")
        store.execute("ANALYZE")
    finally:
        store.close()


def _rows(file: Path, table: Table) -> Iterator[list[tuple[Any, ...]]]:
    with duckdb.connect(file, read_only=True) as shop:
        found = shop.execute(table.rows)
        while rows := found.fetchmany(AT_ONCE):
            yield rows
