"""What came to a member and what left, newest first: in numbered pages, or after a line whatever comes since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.ledger import ZERO
from store.ledger_kinds import COMING_IN, GOING_OUT, KINDS, EntryKind
from store.prepared import Prepared
from store.tables import entries


class Line(NamedTuple):
    """One entry as its member sees it: points are positive when they came in."""

    kind: EntryKind
    points: int
    at: dt.datetime
    note: str


def _side(
    column: sa.Column[int], points: sa.ColumnElement[int], kinds: Sequence[EntryKind]
) -> sa.Select[EntryKind, int, dt.datetime, str, int]:
    return sa.select(entries.c.kind, points.label("points"), entries.c.at, entries.c.note, entries.c.id).where(
        column == sa.bindparam("account_id", type_=sa.BigInteger()),
        column > ZERO,  # said again in the words of the partial indexes
        # Written out: a list of values would be expanded at each run.
        sa.or_(*(entries.c.kind == sa.literal_column(f"'{kind}'") for kind in kinds)),
    )


_SIDES = (
    _side(entries.c.credit_id, entries.c.points, COMING_IN),
    _side(entries.c.debit_id, -entries.c.points, GOING_OUT),
)
_SIZE = sa.bindparam("size", type_=sa.Integer())
_PAGE = Prepared(
    sa.union_all(*_SIDES)
    .order_by(sa.desc("at"), sa.desc("id"))
    .limit(_SIZE)
    .offset(sa.bindparam("skipped", type_=sa.Integer()))
)
_EARLIER = sa.tuple_(entries.c.at, entries.c.id) < sa.tuple_(
    sa.bindparam("at", type_=entries.c.at.type), sa.bindparam("id", type_=sa.BigInteger())
)
_AFTER = Prepared(
    sa.union_all(*(side.where(_EARLIER) for side in _SIDES)).order_by(sa.desc("at"), sa.desc("id")).limit(_SIZE)
)
_MOMENT = Prepared(
    sa.select(entries.c.at).where(
        entries.c.id == sa.bindparam("id", type_=sa.BigInteger()),
        sa.bindparam("account_id", type_=sa.BigInteger()).in_((entries.c.credit_id, entries.c.debit_id)),
    )
)


_ITS = (
    sa.select(entries.c.at, entries.c.id)
    .where(entries.c.id == sa.bindparam("id", type_=sa.BigInteger()))
    .subquery()
)
_UP_TO = sa.or_(
    entries.c.at < sa.select(_ITS.c.at).scalar_subquery(),
    sa.and_(
        entries.c.at == sa.select(_ITS.c.at).scalar_subquery(),
        entries.c.id <= sa.select(_ITS.c.id).scalar_subquery(),
    ),
)
_LINES = sa.union_all(*(side.where(_UP_TO) for side in _SIDES)).subquery()
_OWNED = Prepared(sa.select(sa.func.coalesce(sa.func.sum(_LINES.c.points), 0)))


def page(connection: Connection, account_id: int, skipped: int, size: int) -> list[Line]:
    """At most `size` lines of the account after the `skipped` newest ones."""
    rows = _PAGE.rows(connection, account_id=account_id, skipped=skipped, size=size)
    return [_read(row) for row in rows]


def newest(connection: Connection, account_id: int, size: int) -> list[tuple[int, Line]]:
    """At most `size` lines of the account, each with its entry's id."""
    rows = _PAGE.rows(connection, account_id=account_id, skipped=0, size=size)
    return [(row[-1], _read(row)) for row in rows]


def after(connection: Connection, account_id: int, entry_id: int, size: int) -> list[tuple[int, Line]] | None:
    """As `newest`, but those that are older than this entry; None when the account has no such entry."""
    moment = _MOMENT.row(connection, id=entry_id, account_id=account_id)
    if moment is None:
        return None
    rows = _AFTER.rows(connection, account_id=account_id, at=moment[0], id=entry_id, size=size)
    return [(row[-1], _read(row)) for row in rows]


def _read(row: tuple[Any, ...]) -> Line:
    kind, points, at, note, _id = row
    return Line(KINDS[kind].told, points, at, note)


def owned_after(connection: Connection, account_id: int, entry_id: int) -> int:
    """What the member owned after this entry: the sum of all lines up to it, in their order."""
    row = _OWNED.row(connection, account_id=account_id, id=entry_id)
    assert row is not None
    return int(row[0])
