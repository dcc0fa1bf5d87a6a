"""Many rows bound as one value: one statement for all of them.

A driver's `executemany` runs one statement a row, and on SQLite lets go of the interpreter's lock for each; on a
busy core the writer then waits for the event loop between every two rows.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles


class _Rows(sa.types.TypeDecorator[Any]):
    """A sequence of sequences, as JSON."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return msgspec.json.encode(value).decode()


class _Each(sa.sql.functions.FunctionElement[Any]):
    name = "each"
    inherit_cache = True


@compiles(_Each)
def _on_sqlite(element: _Each, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Each, "postgresql")
def _on_postgresql(element: _Each, compiler: Any, **options: Any) -> str:
    return f"json_array_elements(CAST({compiler.process(element.clauses, **options)} AS JSON))"


def given(**columns: sa.types.TypeEngine[Any]) -> sa.Subquery:
    """A table of the rows that are bound, as a sequence of sequences, to the parameter `given`.

    `columns` names the places of each row and their types: numbers, texts, and moments as `moment` writes them.
    """
    value = _Each(sa.bindparam("given", type_=_Rows())).table_valued("value", name="each").c.value
    fields = [
        sa.cast(value.op("->>")(sa.literal_column(str(place))), kind).label(name)
        for place, (name, kind) in enumerate(columns.items())
    ]
    return sa.select(*fields).subquery("given")


class _Found(sa.ColumnElement[bool]):
    inherit_cache = False
    _is_implicitly_boolean = True
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], place: sa.ColumnElement[Any], rows: sa.Subquery) -> None:
        self.matches = column == place
        self.column = column
        self.keys = sa.select(place).select_from(rows).correlate(None)

    @property
    def _from_objects(self) -> list[Any]:
        return self.matches._from_objects


def found_by(column: sa.ColumnElement[Any], rows: sa.Subquery, name: str) -> sa.ColumnElement[bool]:
    """Whether an indexed column equals the place `name` of a given row, found through the column's index.

    PostgreSQL would rather read a table of some thousand rows whole than believe that only a few are given.
    """
    return _Found(column, rows.c[name], rows)


@compiles(_Found)
def _plainly(element: _Found, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.matches, **options))


@compiles(_Found, "postgresql")
def _by_an_array(element: _Found, compiler: Any, **options: Any) -> str:
    matches, column = compiler.process(element.matches, **options), compiler.process(element.column, **options)
    return f"{matches} AND {column} = ANY (ARRAY({compiler.process(element.keys, **options)}))"


def moment(at: dt.datetime | None) -> str | None:
    """A moment as both databases read it from a given row."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f") if at is not None else None
