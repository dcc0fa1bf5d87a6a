"""What came to a member and what left, newest first, in pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

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


_BOTH = sa.union_all(
    _side(entries.c.credit_id, entries.c.points, COMING_IN),
    _side(entries.c.debit_id, -entries.c.points, GOING_OUT),
)
_PAGE = Prepared(
    _BOTH.order_by(sa.desc("at"), sa.desc("id"))
    .limit(sa.bindparam("size", type_=sa.Integer()))
    .offset(sa.bindparam("skipped", type_=sa.Integer()))
)


def page(connection: Connection, account_id: int, skipped: int, size: int) -> list[Line]:
    """At most `size` lines of the account after the `skipped` newest ones."""
    rows = _PAGE.rows(connection, account_id=account_id, skipped=skipped, size=size)
    return [Line(KINDS[kind].told, *rest) for kind, *rest, _ in rows]
