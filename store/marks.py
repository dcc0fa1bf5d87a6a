"""How far a job that goes through rows in their order has come: the last row's moment and number."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared, insert
from store.tables import marks

_BIND = {name: sa.bindparam(name, type_=marks.c[name].type) for name in ("name", "at", "row_id")}
_BEGIN = Prepared(insert(marks).values(_BIND).on_conflict_do_nothing(index_elements=["name"]))
_LOCK = Prepared(sa.select(marks.c.at, marks.c.row_id).where(marks.c.name == _BIND["name"]).with_for_update())
_SET = Prepared(
    marks.update()
    .where(marks.c.name == _BIND["name"])
    .values(at=sa.bindparam("new_at", type_=marks.c.at.type), row_id=sa.bindparam("new_row_id"))
)


def lock(connection: Connection, name: str, start: dt.datetime) -> tuple[dt.datetime, int]:
    """How far the job has come, which begins at `start`; nobody else moves the mark until the transaction ends."""
    _BEGIN.run(connection, name=name, at=start, row_id=0)
    row = _LOCK.row(connection, name=name)
    assert row is not None
    return row[0], row[1]


def move(connection: Connection, name: str, at: dt.datetime, row_id: int) -> None:
    """The job has come so far; the mark is locked."""
    _SET.run(connection, name=name, new_at=at, new_row_id=row_id)
