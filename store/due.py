"""What is due when: deadlines, ends of waits, dialogues to start. The scheduler looks, a turn claims."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared, insert
from store.tables import due

PARK_AFTER = 5
FOR_EVER = dt.datetime.max.replace(tzinfo=dt.UTC)


class Due(msgspec.Struct):
    """A due row as it was claimed: a step of a session, or a `flow` to start with `args`."""

    id: int
    kind: str
    contact_id: int
    session_id: int | None
    token: int
    flow: str
    args: dict[str, Any] | None
    key: str
    attempts: int


_COLUMNS = tuple(due.c[name] for name in Due.__struct_fields__)
_PUT = Prepared(
    insert(due)
    .values({name: sa.bindparam(name) for name in ("kind", "contact_id", "session_id", "token", "key", "at")})
    .on_conflict_do_nothing()
)
_PLAN = Prepared(
    insert(due)
    .values(
        {name: sa.bindparam(name, type_=due.c[name].type) for name in ("contact_id", "flow", "args", "key", "at")}
    )
    .values(kind="flow")
    .on_conflict_do_nothing(index_elements=["key"])
)
_MOVE = Prepared(
    due.update()
    .where(due.c.key == sa.bindparam("due_key"), due.c.kind == "flow", due.c.parked == sa.false())
    .values(at=sa.bindparam("new_at", type_=due.c.at.type))
)
_READY = Prepared(
    sa.select(due.c.id)
    .where(due.c.at <= sa.bindparam("now", type_=due.c.at.type), due.c.parked == sa.false())
    .order_by(due.c.at, due.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
_CLAIM = Prepared(
    due.delete()
    .where(
        due.c.id == sa.bindparam("due_id"),
        due.c.at <= sa.bindparam("now", type_=due.c.at.type),
        due.c.parked == sa.false(),
    )
    .returning(*_COLUMNS)
)
_COUNT = Prepared(
    due.update()
    .where(due.c.id == sa.bindparam("due_id"), due.c.parked == sa.false())
    .values(attempts=due.c.attempts + 1)
    .returning(due.c.attempts)
)
_tries = due.c.attempts + sa.bindparam("tries", type_=sa.Integer())
_FAIL = Prepared(
    due.update()
    .where(due.c.id == sa.bindparam("due_id"))
    .values(
        attempts=_tries,
        parked=_tries >= PARK_AFTER,
        at=sa.bindparam("new_at", type_=due.c.at.type),
    )
    .returning(due.c.parked)
)


def put(connection: Connection, kind: str, contact_id: int, session_id: int, token: int, at: dt.datetime) -> None:
    """Have a turn opened at `at` for a session's step; putting the same twice puts it once."""
    key = f"{kind}:{session_id}:{token}:{at.isoformat()}"
    _PUT.run(connection, kind=kind, contact_id=contact_id, session_id=session_id, token=token, key=key, at=at)


def plan(
    connection: Connection, contact_id: int, flow: str, args: Mapping[str, Any], *, key: str, at: dt.datetime
) -> None:
    """Have a dialogue started with the contact at `at`, if cadence lets it; the same key is planned once."""
    _PLAN.run(connection, contact_id=contact_id, flow=flow, args=dict(args), key=key, at=at)


def move(connection: Connection, moments: Mapping[str, dt.datetime]) -> None:
    """Give dialogues that are planned, by their keys, other moments."""
    _MOVE.run_many(connection, [{"due_key": key, "new_at": at} for key, at in moments.items()])


def ready(connection: Connection, now: dt.datetime, most: int) -> list[int]:
    """The ids of rows whose moment has come, the oldest first."""
    return [row[0] for row in _READY.rows(connection, now=now, most=most)]


def claim(connection: Connection, due_id: int, now: dt.datetime = FOR_EVER) -> Due | None:
    """Take the row, in the transaction of its effect; None when another took it, or it is not due at `now`.

    SQLite gives the number of a row that is gone to the next one: whoever comes late must not find a row whose
    moment is still to come.
    """
    row = _CLAIM.row(connection, due_id=due_id, now=now)
    return Due(*row) if row else None


def count_try(connection: Connection, due_id: int) -> int | None:
    """Count one more try of the row before it is made; None when the row is gone or set aside."""
    row = _COUNT.row(connection, due_id=due_id)
    return row[0] if row else None


def fail(connection: Connection, due_id: int, again_at: dt.datetime, *, counted: bool = False) -> bool:
    """Count a failed try, unless it is `counted`, and look again at `again_at`; True when it is now set aside."""
    row = _FAIL.row(connection, due_id=due_id, new_at=again_at, tries=0 if counted else 1)
    return bool(row and row[0])
