"""Backup and restore: every row of every table, in one consistent view, the same file for both databases.

A backup is a gzip file of JSON lines: a header, then for each table its columns and its rows. It may be made while
Sapa runs, and restored into an empty database of either kind, which is also the way from SQLite to PostgreSQL.
"""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import schema
from store.desk import GENERAL
from store.tables import Utc, departments, metadata, queues, themes, touchpoints
from talk.errors import SapaError

FORMAT = 1
BATCH = 500
STARTERS = (departments, touchpoints, themes)  # what a new database begins with, beside a queue

Progress = Callable[[str, int], None]


class BackupUnusable(SapaError):
    """The file is no backup that can be restored here."""


def write(connection: Connection, target: Path, progress: Progress = lambda _table, _rows: None) -> int:
    """Write everything this connection sees to `target`; how many rows. The file appears when it is whole."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
    partial = target.with_name(f"{target.name}.partial")
    total = 0
    with gzip.open(partial, "wb", compresslevel=6) as file:
        os.chmod(partial, 0o600)
        _line(file, {"sapa": FORMAT, "revision": schema.current(connection)})
        for table in metadata.sorted_tables:
            _line(file, {"table": str(table.name), "columns": [str(column.key) for column in table.columns]})
            rows = connection.execution_options(yield_per=BATCH).execute(
                sa.select(table).order_by(*table.primary_key)
            )
            count = 0
            for row in rows:
                _line(file, [_plain(value) for value in row])
                count += 1
            progress(table.name, count)
            total += count
        _line(file, {"end": total})
    partial.replace(target)
    return total


def restore(connection: Connection, source: Path, progress: Progress = lambda _table, _rows: None) -> int:
    """Fill an empty database from `source`, inside the caller's transaction; how many rows.

    Raises BackupUnusable when the file is damaged or cut short, of another revision, or the database has rows.
    """
    try:
        with gzip.open(source, "rb") as file:
            lines = (msgspec.json.decode(line) for line in file)
            _check_header(connection, next(lines, None))
            _make_room(connection)
            total = _fill(connection, lines, progress)
    except (OSError, EOFError, msgspec.DecodeError) as error:
        raise BackupUnusable(f"{source} is damaged or not a backup of Sapa ({error}).") from error
    if connection.dialect.name == "postgresql":
        _advance_sequences(connection)
    return total


def _fill(connection: Connection, lines: Iterator[Any], progress: Progress) -> int:
    total = 0
    later: list[tuple[sa.Table, int, dict[str, Any]]] = []
    batch: list[dict[str, Any]] = []
    table, columns = next(iter(metadata.tables.values())), list[str]()
    for line in lines:
        if isinstance(line, list):
            batch.append(_row(table, columns, line, later))
            total += 1
        if batch and (isinstance(line, dict) or len(batch) >= BATCH):
            connection.execute(sa.insert(table), batch)
            progress(table.name, len(batch))
            batch = []
        if isinstance(line, dict):
            if "end" in line:
                _refer(connection, later)
                return _whole(total, line["end"])
            table, columns = metadata.tables[line["table"]], line["columns"]
    return _whole(total, None)


def _whole(total: int, expected: int | None) -> int:
    if total != expected:
        raise BackupUnusable("The backup is cut short; use another one.")
    return total


def _row(
    table: sa.Table, columns: list[str], line: list[Any], later: list[tuple[sa.Table, int, dict[str, Any]]]
) -> dict[str, Any]:
    """A row to insert; what it refers to in its own table may come after it and is set later."""
    row = {name: _value(table.c[name], value) for name, value in zip(columns, line, strict=True)}
    own = {key.parent.name for key in table.foreign_keys if key.column.table is table}
    if found := {name: row[name] for name in own if row[name] is not None}:
        later.append((table, row["id"], found))
        row.update(dict.fromkeys(found))
    return row


def _refer(connection: Connection, later: list[tuple[sa.Table, int, dict[str, Any]]]) -> None:
    for table, row_id, values in later:
        connection.execute(sa.update(table).where(table.c.id == row_id).values(**values))


def _check_header(connection: Connection, header: Any) -> None:
    if not isinstance(header, dict) or header.get("sapa") != FORMAT:
        raise BackupUnusable("The file is not a backup of Sapa, or of a newer one.")
    current = schema.current(connection)
    if header["revision"] != current:
        raise BackupUnusable(
            f"The backup was made at revision {header['revision']}, this database is at {current}. "
            "Restore it with the Sapa that made it, then upgrade."
        )


def _make_room(connection: Connection) -> None:
    """See that the database is new. What a new one begins with goes: the backup brings its own again."""
    begun_with = queues.c.topic == GENERAL
    for table in metadata.sorted_tables:
        if table in STARTERS:
            continue
        rows = sa.select(table).where(~begun_with) if table is queues else sa.select(table)
        if connection.execute(sa.select(sa.exists(rows))).scalar():
            raise BackupUnusable(f"The database is not empty (table {table.name}); restore into a new one.")
    connection.execute(sa.delete(queues).where(begun_with))
    for table in STARTERS:
        connection.execute(sa.delete(table))


def _advance_sequences(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        if "id" in table.c:
            following = sa.func.coalesce(sa.func.max(table.c.id), 0) + 1
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            connection.execute(sa.select(sa.func.setval(sequence, following, sa.false())))


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    return value


def _value(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(value, dict) and isinstance(column.type, sa.LargeBinary):
        return base64.b64decode(value["bytes"])
    if isinstance(value, str) and isinstance(column.type, Utc):
        return dt.datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(column.type, sa.Date):
        return dt.date.fromisoformat(value)
    return value


def _line(file: IO[bytes] | gzip.GzipFile, content: Any) -> None:
    file.write(msgspec.json.encode(content) + b"\n")
