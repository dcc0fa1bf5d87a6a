"""Statements compiled once and handed to the driver: the hot path's way around per-call compilation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.engine.interfaces import DBAPICursor

# PostgreSQL's insert knows ON CONFLICT, and SQLite's compiler renders it the same.
insert = postgresql.insert

Processor = Callable[[Any], Any]


class Prepared:
    """A Core statement that is compiled once a dialect and run on the driver's own cursor.

    Every value is a named bind parameter; columns that are selected or returned come back through their types. It
    joins the connection's transaction and raises SQLAlchemy's errors, as `Connection.execute` does. Measured: a
    Core execute of a six-column insert costs six times as much, `exec_driver_sql` twice.
    """

    def __init__(self, statement: sa.Executable) -> None:
        self.statement = statement
        self._plans: dict[str, _Plan] = {}

    def _plan(self, connection: Connection) -> _Plan:
        dialect = connection.dialect
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _Plan(self.statement, dialect)
        return plan

    def run(self, connection: Connection, /, **values: object) -> int:
        """Execute; the number of rows it touched."""
        plan = self._plan(connection)
        return _execute(connection, plan.sql, plan.bind(values))[0].rowcount

    def run_many(self, connection: Connection, rows: Iterable[Mapping[str, object]]) -> int:
        """Execute once for each row in one driver call; the number of rows touched."""
        plan = self._plan(connection)
        return _execute(connection, plan.sql, [plan.bind(row) for row in rows], many=True)[0].rowcount

    def rows(self, connection: Connection, /, **values: object) -> list[tuple[Any, ...]]:
        """Execute and fetch all rows."""
        plan = self._plan(connection)
        cursor, rows = _execute(connection, plan.sql, plan.bind(values))
        return plan.read(rows, cursor) if rows else rows

    def row(self, connection: Connection, /, **values: object) -> tuple[Any, ...] | None:
        """Execute and fetch the first row, if there is one."""
        rows = self.rows(connection, **values)
        return rows[0] if rows else None


def _execute(
    connection: Connection, sql: str, parameters: Any, *, many: bool = False
) -> tuple[DBAPICursor, list[tuple[Any, ...]]]:
    """Execute in the connection's transaction; the cursor, and the rows if there are any to fetch."""
    if not connection.in_transaction():
        connection.begin()
    # The driver's own: the pool's proxy would only hand on what is asked of it.
    cursor: Any = connection.connection.dbapi_connection.cursor()  # type: ignore[union-attr]
    try:
        if many:
            cursor.executemany(sql, parameters)
        else:
            cursor.execute(sql, parameters)
        return cursor, cursor.fetchall() if cursor.description else []
    except Exception as error:
        # SQLAlchemy's own: it names the error, and lets go of the pool's connections when the server is gone.
        connection._handle_dbapi_exception(error, sql, parameters, cursor, None)


class _Plan:
    def __init__(self, statement: sa.Executable, dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        self.sql: str = compiled.string
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self.constants = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
        self.positional = compiled.positiontup is not None
        self.names: tuple[str, ...] = tuple(compiled.positiontup or binds)
        processors = [binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in self.names]
        self.processors = [(place, process) for place, process in enumerate(processors) if process]
        self.columns = list(getattr(statement, "exported_columns", None) or ())
        self.dialect = dialect
        self.readers: list[tuple[int, Processor]] | None = None

    def bind(self, values: Mapping[str, object]) -> Any:
        given = {**self.constants, **values} if self.constants else values
        bound = [given[name] for name in self.names]
        for place, process in self.processors:
            bound[place] = process(bound[place])
        return bound if self.positional else dict(zip(self.names, bound, strict=True))

    def read(self, rows: list[tuple[Any, ...]], cursor: DBAPICursor) -> list[tuple[Any, ...]]:
        if self.readers is None:
            self.readers = self._find_readers(cursor)
        return [_read(row, self.readers) for row in rows] if self.readers else rows

    def _find_readers(self, cursor: DBAPICursor) -> list[tuple[int, Processor]]:
        # Some types of the PostgreSQL driver choose their reader by what the server says of the column.
        readers = []
        for index, (column, described) in enumerate(zip(self.columns, cursor.description or (), strict=False)):
            processor = column.type.dialect_impl(self.dialect).result_processor(self.dialect, described[1])
            if processor is not None:
                readers.append((index, processor))
        return readers


def _read(row: tuple[Any, ...], readers: list[tuple[int, Processor]]) -> tuple[Any, ...]:
    values = list(row)
    for index, processor in readers:
        values[index] = processor(values[index])
    return tuple(values)
