"""Models of what goes with what: begun, moved on, stored row by row, and ready; the last one that is ready serves.

One is fitted at a time, over all replicas. Whoever fits it says now and then that they still do (`move`); one that
nobody moves for STALE is given up, and its fitter finds, when it comes back, that its rows are no longer wanted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.prepared import Prepared, insert
from store.tables import Utc, recommender_weights, recommenders

STALE = dt.timedelta(minutes=10)
SERVING = 2  # the ready ones whose rows are kept: a reader may be between two looks at the one before
LONGEST_ERROR = 200
REMEMBERED = 30  # models whose figures are kept
FORGOTTEN_AT_ONCE = 100  # rows, so that taking them out stays well under 50 ms

Segments = Mapping[str, Sequence[int]]


class Model(NamedTuple):
    """One that is ready: the products' ids in the order of its rows, and the most bought by segment."""

    id: int
    items: Sequence[int]
    popular: Segments


class Row(NamedTuple):
    """What having bought a product says: a half float for each of the model's products, as bytes.

    `gap_days` is after how long people buy it again; None when too few did.
    """

    product_id: int
    weights: bytes
    gap_days: int | None


class Attempts(NamedTuple):
    """When the last model was begun that is ready or on its way, and the last that failed."""

    begun: dt.datetime | None
    failed: dt.datetime | None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """How a model came about. `products` have rows; none are there when purchases were too few to tell tastes."""

    id: int
    state: str
    step: str
    done: int
    total: int
    error: str
    customers: int
    purchases: int
    products: int
    started_at: dt.datetime
    moved_at: dt.datetime
    ready_at: dt.datetime | None


_R, _W = recommenders.c, recommender_weights.c
_FITTING = sa.and_(_R.id == sa.bindparam("model_id", type_=sa.BigInteger()), _R.state == "fitting")
_GIVE_UP = Prepared(
    recommenders.update()
    .where(_R.state == "fitting", _R.moved_at < sa.bindparam("before", type_=Utc()))
    .values(state="failed", error="It stopped without a word.")
)
_BEGIN = Prepared(
    insert(recommenders)
    .values(
        {"state": "fitting", "step": "reading"}
        | {name: sa.bindparam("now", type_=Utc()) for name in ("started_at", "moved_at")}
    )
    .on_conflict_do_nothing()
    .returning(_R.id)
)
_MOVE = Prepared(
    recommenders.update()
    .where(_FITTING)
    .values(
        {name: sa.bindparam(f"new_{name}", type_=_R[name].type) for name in ("step", "done", "total", "moved_at")}
    )
)
_STORE = Prepared(insert(recommender_weights))
_READY = Prepared(
    recommenders.update()
    .where(_FITTING)
    .values(
        {"state": "ready", "step": ""}
        | {
            name: sa.bindparam(f"new_{name}", type_=_R[name].type)
            for name in ("customers", "purchases", "items", "popular", "moved_at", "ready_at")
        }
    )
)
_FAIL = Prepared(
    recommenders.update().where(_FITTING).values(state="failed", error=sa.bindparam("new_error", type_=sa.String()))
)
_NEWEST = Prepared(
    sa.select(_R.id, _R["items"], _R.popular).where(_R.state == "ready").order_by(_R.id.desc()).limit(1)
)
_ROWS = Prepared(
    sa.select(_W.product_id, _W.weights, _W.gap_days).where(
        _W.recommender_id == sa.bindparam("model_id", type_=sa.BigInteger()), among(_W.product_id, "ids")
    )
)


def begin(connection: Connection, now: dt.datetime) -> int | None:
    """Begin a model; its id, or None when one is being fitted. One that stands still is given up first."""
    _GIVE_UP.run(connection, before=now - STALE)
    row = _BEGIN.row(connection, now=now)
    return None if row is None else int(row[0])


def move(connection: Connection, model_id: int, step: str, done: int, total: int, now: dt.datetime) -> bool:
    """Say how far a model is: `done` of `total` in its step. False when it was given up."""
    values = {"new_step": step, "new_done": done, "new_total": total, "new_moved_at": now}
    return bool(_MOVE.run(connection, model_id=model_id, **values))


def store(
    connection: Connection, model_id: int, rows: Collection[Row], done: int, total: int, now: dt.datetime
) -> bool:
    """Keep some of a model's rows, `done` of `total` with these. False when it was given up: nothing is kept."""
    if not move(connection, model_id, "storing", done, total, now):
        return False
    _STORE.run_many(connection, [{"recommender_id": model_id, **row._asdict()} for row in rows])
    return True


def ready(
    connection: Connection,
    model_id: int,
    *,
    items: Sequence[int],
    popular: Segments,
    customers: int,
    purchases: int,
    now: dt.datetime,
) -> bool:
    """Let a model serve whose rows are stored. False when it was given up."""
    values = {"items": list(items), "popular": dict(popular), "customers": customers, "purchases": purchases}
    values |= {"moved_at": now, "ready_at": now}
    return bool(_READY.run(connection, model_id=model_id, **{f"new_{name}": each for name, each in values.items()}))


def fail(connection: Connection, model_id: int, error: str) -> None:
    """Give a model up, and keep why."""
    _FAIL.run(connection, model_id=model_id, new_error=error[:LONGEST_ERROR])


def newest(connection: Connection) -> Model | None:
    """The model that serves."""
    row = _NEWEST.row(connection)
    return None if row is None else Model(*row)


def rows(connection: Connection, model_id: int, product_ids: Collection[int]) -> list[Row]:
    """What a model says of these products, those it does not know left out."""
    return [Row(*row) for row in _ROWS.rows(connection, model_id=model_id, ids=product_ids)] if product_ids else []


def forget(connection: Connection) -> bool:
    """Take out some rows of models that serve no more, or never did; whether there may be more."""
    serving = sa.select(_R.id).where(_R.state == "ready").order_by(_R.id.desc()).limit(SERVING)
    kept = {*connection.scalars(serving), *connection.scalars(sa.select(_R.id).where(_R.state == "fitting"))}
    old = sa.select(_W.recommender_id, _W.product_id).where(_W.recommender_id.not_in(kept)).limit(FORGOTTEN_AT_ONCE)
    gone = connection.execute(
        recommender_weights.delete().where(sa.tuple_(_W.recommender_id, _W.product_id).in_(old))
    ).rowcount
    if gone < FORGOTTEN_AT_ONCE:
        _forget_models(connection, kept)
    return gone == FORGOTTEN_AT_ONCE


def attempts(connection: Connection, now: dt.datetime) -> Attempts:
    """When models were last begun. One that stands still counts for neither."""
    moves = sa.or_(_R.state == "ready", sa.and_(_R.state == "fitting", _R.moved_at >= now - STALE))
    begun, failed = (
        connection.scalar(sa.select(_R.started_at).where(those).order_by(_R.id.desc()).limit(1))
        for those in (moves, _R.state == "failed")
    )
    return Attempts(begun, failed)


def statuses(connection: Connection, size: int) -> list[Status]:
    """The last `size` models, the newest first."""
    names = [name for name in Status.__struct_fields__ if name != "products"]
    found = connection.execute(
        sa.select(*(_R[name] for name in names), _R["items"]).order_by(_R.id.desc()).limit(size)
    )
    return [
        Status(**{name: row[place] for place, name in enumerate(names)}, products=len(row.items or ()))
        for row in found
    ]


def _forget_models(connection: Connection, kept: Collection[int]) -> None:
    idle = _R.id.not_in(kept)
    connection.execute(recommenders.update().where(idle, _R["items"].is_not(None)).values(items=None, popular=None))
    remembered = sa.select(_R.id).order_by(_R.id.desc()).limit(REMEMBERED)
    connection.execute(recommenders.delete().where(idle, _R.id.not_in(connection.scalars(remembered).all())))
