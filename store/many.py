"""Statements for many rows at once, compiled once: `column IN (many values)`, and an insert of rows bound as one.

See `store.given` for why not `executemany`; measured on SQLite, an insert of 400 rows of eight columns takes two
thirds of its time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.ext.compiler import compiles

from store.given import given, moment
from store.prepared import Prepared, insert


class _Many(sa.types.TypeDecorator[Any]):
    """A list of values: an array on PostgreSQL, JSON on SQLite."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, item: sa.types.TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> sa.types.TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.Text())
        return dialect.type_descriptor(postgresql.ARRAY(self.item))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return msgspec.json.encode(list(value)).decode() if dialect.name == "sqlite" else list(value)


class _Among(sa.ColumnElement[bool]):
    inherit_cache = False
    _is_implicitly_boolean = True  # otherwise SQLite is asked whether "x IN (...) = 1" and leaves the index aside
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], name: str) -> None:
        self.column = column
        self.values = sa.bindparam(name, type_=_Many(column.type))


def among(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    """Whether a column of texts or whole numbers holds one of the values bound, as one collection, to `name`."""
    return _Among(column, name)


def insert_given(table: sa.Table, *names: str) -> Insert:
    """An insert of the rows bound to `given`, each with these columns' values as `store.given` has them."""
    # A text is not cast to its column's length: PostgreSQL would cut it where it should refuse it.
    kinds = {name: sa.Text() if isinstance(kind := table.c[name].type, sa.String) else kind for name in names}
    rows = given(**kinds)
    # SQLite needs a WHERE to tell an ON CONFLICT from a join.
    return insert(table).from_select(names, sa.select(*(rows.c[name] for name in names)).where(sa.true()))


class InsertMany:
    """An insert of rows of many columns, some dozens in one statement, that returns columns of each.

    Measured on SQLite with 200 rows of fifteen columns: half of the time of `executemany`, a third of that of rows
    bound as JSON. The order of what is returned is the database's.
    """

    _SIZES = (50, 10, 1)

    def __init__(
        self, table: sa.Table, names: Sequence[str], returned: Sequence[str], **constants: sa.ColumnElement[Any]
    ) -> None:
        self._names = tuple(names)
        self._statements = {size: self._statement(table, size, returned, constants) for size in self._SIZES}

    def _statement(
        self, table: sa.Table, size: int, returned: Sequence[str], constants: dict[str, sa.ColumnElement[Any]]
    ) -> tuple[Prepared, tuple[str, ...]]:
        """An insert of so many rows, and the names of their values, row by row."""
        names = [[f"{name}_{place}" for name in self._names] for place in range(size)]
        rows = [
            {name: sa.bindparam(key, type_=table.c[name].type) for name, key in zip(self._names, row, strict=True)}
            for row in names
        ]
        statement = insert(table).values([row | constants for row in rows])
        return Prepared(statement.returning(*(table.c[name] for name in returned))), tuple(chain(*names))

    def rows(self, connection: Connection, given: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Insert rows, each with the values in the order of the names; what is returned of each."""
        found: list[tuple[Any, ...]] = []
        place = 0
        for size, (statement, names) in self._statements.items():
            while len(given) - place >= size:
                values = zip(names, chain.from_iterable(given[place : place + size]), strict=True)
                found += statement.rows(connection, **dict(values))
                place += size
        return found


@lru_cache(maxsize=8_192)
def moment_text(at: dt.datetime | None) -> str | None:
    """`store.given.moment`, remembered: a purchase, its entry and its account are of the same moment."""
    return moment(at)


@compiles(_Among)
def _as_json(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled parts


@compiles(_Among, "postgresql")
def _as_array(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = compiler.process(element.column, **options), compiler.process(element.values, **options)
    return f"{column} = ANY ({values})"
