"""When all customers were scored: begun, moved on, and done; the cuts of the last one that is done hold.

One runs at a time, over all replicas. Whoever runs it says now and then that they still do (`move`). One that
nobody moves for STALE is given up and another begun: what it had summed may be older by then than what single
customers were scored by since.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared, insert
from store.scores import Cuts
from store.tables import Utc, score_runs

STALE = dt.timedelta(minutes=3)
LONGEST_ERROR = 200
REMEMBERED = 400  # runs: a year of nights


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """How a run went: `done` of `total` contacts in its step; the stage or segment of `changed` customers moved."""

    id: int
    state: str
    step: str
    done: int
    total: int
    cuts: Cuts | None
    customers: int
    changed: int
    error: str
    started_at: dt.datetime
    moved_at: dt.datetime
    ended_at: dt.datetime | None


class Attempts(msgspec.Struct, frozen=True):
    """When the last run was begun that is done or on its way, and the last that failed."""

    begun: dt.datetime | None
    failed: dt.datetime | None


_R = score_runs.c
_MOVES = sa.and_(_R.state == "running", _R.moved_at >= sa.bindparam("before", type_=Utc()))
_RUNNING = sa.and_(_R.id == sa.bindparam("run_id", type_=sa.BigInteger()), _MOVES)


def _new(*names: str) -> dict[str, sa.BindParameter[Any]]:
    return {name: sa.bindparam(f"new_{name}", type_=_R[name].type) for name in names}


_GIVE_UP = Prepared(
    score_runs.update()
    .where(_R.state == "running", _R.moved_at < sa.bindparam("before", type_=Utc()))
    .values(state="failed", error="It stopped without a word.")
)
_BEGIN = Prepared(
    insert(score_runs)
    .values(
        {"state": "running", "step": "summing"}
        | {name: sa.bindparam("now", type_=Utc()) for name in ("started_at", "moved_at")}
    )
    .on_conflict_do_nothing()
    .returning(_R.id)
)
_MOVE = Prepared(score_runs.update().where(_RUNNING).values(_new("step", "done", "total", "changed", "moved_at")))
_RANK = Prepared(score_runs.update().where(_RUNNING).values(_new("cuts", "customers")))
_END = Prepared(
    score_runs.update()
    .where(_RUNNING)
    .values({"state": "done", "step": ""} | _new("changed", "moved_at", "ended_at"))
)
_FAIL = Prepared(
    score_runs.update()
    .where(_R.id == sa.bindparam("run_id", type_=sa.BigInteger()), _R.state == "running")
    .values({"state": "failed"} | _new("error"))
)
_HOLD = Prepared(sa.select(_R.id).where(_RUNNING).with_for_update(read=True))
_ANY_GOES_ON = Prepared(sa.select(_R.id).where(_MOVES))
_LAST = Prepared(
    sa.select(*(_R[name] for name in Run.__struct_fields__))
    .where(_R.state == "done")
    .order_by(_R.id.desc())
    .limit(1)
)


def begin(connection: Connection, now: dt.datetime) -> int | None:
    """Begin a run; its id, or None when one is on its way. One that stands still is given up first."""
    _GIVE_UP.run(connection, before=now - STALE)
    row = _BEGIN.row(connection, now=now)
    return None if row is None else int(row[0])


def hold(connection: Connection, run_id: int, now: dt.datetime) -> bool:
    """Whether a run is still wanted; if so nobody gives it up until the transaction ends."""
    return _HOLD.row(connection, run_id=run_id, before=now - STALE) is not None


def any_goes_on(connection: Connection, now: dt.datetime) -> bool:
    """Whether a run is on its way. One that stands still is given up first."""
    _GIVE_UP.run(connection, before=now - STALE)
    return _ANY_GOES_ON.row(connection, before=now - STALE) is not None


def move(
    connection: Connection, run_id: int, step: str, done: int, total: int, changed: int, now: dt.datetime
) -> bool:
    """Say how far a run is. False when it is no longer wanted."""
    values = {"new_step": step, "new_done": done, "new_total": total, "new_changed": changed, "new_moved_at": now}
    return bool(_MOVE.run(connection, run_id=run_id, before=now - STALE, **values))


def rank(connection: Connection, run_id: int, cuts: Cuts | None, customers: int, now: dt.datetime) -> bool:
    """Keep where the fifths of so many customers end. False when the run is no longer wanted."""
    values = {"new_cuts": cuts, "new_customers": customers}
    return bool(_RANK.run(connection, run_id=run_id, before=now - STALE, **values))


def end(connection: Connection, run_id: int, changed: int, now: dt.datetime) -> bool:
    """All are scored: from now on its cuts hold. False when the run is no longer wanted."""
    values = {"new_changed": changed, "new_moved_at": now, "new_ended_at": now}
    ended = bool(_END.run(connection, run_id=run_id, before=now - STALE, **values))
    if ended:
        remembered = connection.scalars(sa.select(_R.id).order_by(_R.id.desc()).limit(REMEMBERED)).all()
        connection.execute(score_runs.delete().where(_R.id < remembered[-1]))
    return ended


def fail(connection: Connection, run_id: int, error: str) -> None:
    """Give a run up, and keep why."""
    _FAIL.run(connection, run_id=run_id, new_error=error[:LONGEST_ERROR])


def last(connection: Connection) -> Run | None:
    """The last run that is done."""
    row = _LAST.row(connection)
    return None if row is None else _run(row)


def attempts(connection: Connection, now: dt.datetime) -> Attempts:
    """When runs were last begun. One that stands still counts for neither."""
    moves = sa.or_(_R.state == "done", sa.and_(_R.state == "running", _R.moved_at >= now - STALE))
    begun, failed = (
        connection.scalar(sa.select(_R.started_at).where(those).order_by(_R.id.desc()).limit(1))
        for those in (moves, _R.state == "failed")
    )
    return Attempts(begun, failed)


def every(connection: Connection, size: int) -> list[Run]:
    """The last `size` runs, the newest first."""
    found = connection.execute(
        sa.select(*(_R[name] for name in Run.__struct_fields__)).order_by(_R.id.desc()).limit(size)
    )
    return [_run(row) for row in found]


def _run(row: Any) -> Run:
    values = dict(zip(Run.__struct_fields__, row, strict=True))
    values["cuts"] = msgspec.convert(values["cuts"], Cuts | None)
    return Run(**values)
