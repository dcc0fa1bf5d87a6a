"""How far each import of a file came, so that one that was killed goes on where it stopped."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared, insert
from store.tables import Utc, imports


class Counts(NamedTuple):
    """What came of the lines so far; `contacts` were made for purchases, `points` were given."""

    added: int = 0
    changed: int = 0
    known: int = 0
    refused: int = 0
    contacts: int = 0
    points: int = 0

    def plus(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Brought(NamedTuple):
    """What lists brought in that were read to their end, the last one at `at`."""

    at: dt.datetime
    customers: int
    purchases: int


class Begun(NamedTuple):
    """An import under way: the physical lines that are done, and what came of them."""

    id: int
    lines_done: int
    counts: Counts


_FIELDS = ("lines_done", *Counts._fields)
_BEGIN = Prepared(
    insert(imports)
    .values({name: sa.bindparam(name) for name in ("kind", "digest", "started_at")})
    .on_conflict_do_nothing()
)
_READ = Prepared(
    sa.select(imports.c.id, imports.c.finished_at, *(imports.c[name] for name in _FIELDS))
    .where(imports.c.kind == sa.bindparam("kind"), imports.c.digest == sa.bindparam("digest"))
    .with_for_update()
)
_RESTART = Prepared(
    imports.update()
    .where(imports.c.id == sa.bindparam("import_id"))
    .values(
        dict.fromkeys(_FIELDS, 0)
        | {"started_at": sa.bindparam("restarted_at", type_=Utc()), "finished_at": sa.null()}
    )
)
_ADVANCE = Prepared(
    imports.update()
    .where(imports.c.id == sa.bindparam("import_id"), imports.c.lines_done == sa.bindparam("from_line"))
    .values(
        {name: imports.c[name] + sa.bindparam(f"more_{name}", type_=sa.BigInteger()) for name in Counts._fields}
        | {"lines_done": sa.bindparam("to_line", type_=sa.Integer())}
    )
)
_FINISH = Prepared(
    imports.update()
    .where(imports.c.id == sa.bindparam("import_id"))
    .values(finished_at=sa.bindparam("now", type_=Utc()))
)


def begin(connection: Connection, kind: str, digest: str, now: dt.datetime) -> Begun:
    """Start importing a file, or go on with an import that did not finish.

    A file that was imported to its end starts again from its first line: everything in it is known, but lines that
    were refused for something that is there now (a product, say) come in.
    """
    _BEGIN.run(connection, kind=kind, digest=digest, started_at=now)
    row = _READ.row(connection, kind=kind, digest=digest)
    assert row is not None
    if row[1] is None:
        return Begun(row[0], row[2], Counts(*row[3:]))
    _RESTART.run(connection, import_id=row[0], restarted_at=now)
    return Begun(row[0], 0, Counts())


def plan_afresh(connection: Connection) -> None:
    """Have PostgreSQL plan this transaction's statements for the tables as they are now.

    A plan that was kept from when the tables were empty reads them whole, and an import fills them faster than
    the statistics follow: measured, a fifteenth of the speed.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")


def advance(connection: Connection, begun: Begun, to_line: int, more: Counts) -> Begun | None:
    """Note that the lines up to `to_line` are done; None when another process has moved this import meanwhile."""
    added = {f"more_{name}": value for name, value in more._asdict().items()}
    if not _ADVANCE.run(connection, import_id=begun.id, from_line=begun.lines_done, to_line=to_line, **added):
        return None
    return Begun(begun.id, to_line, begun.counts.plus(more))


def finish(connection: Connection, begun: Begun, now: dt.datetime) -> None:
    """The last line is done."""
    _FINISH.run(connection, import_id=begun.id, now=now)


def brought(connection: Connection, since: dt.datetime) -> Brought | None:
    """What was imported since a moment; None for nothing new. There are few imports, and a row is a file."""
    made = sa.case((imports.c.kind == "customers", imports.c.added), else_=imports.c.contacts)
    bought = sa.case((imports.c.kind == "purchases", imports.c.added), else_=0)
    row = connection.execute(
        sa.select(sa.func.max(imports.c.finished_at), sa.func.sum(made), sa.func.sum(bought)).where(
            imports.c.finished_at >= since, imports.c.kind.in_(("customers", "purchases"))
        )
    ).one()
    return Brought(row[0], int(row[1]), int(row[2])) if row[0] is not None and (row[1] or row[2]) else None
