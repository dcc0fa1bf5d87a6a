"""Balances and lots rebuilt from the entries and draws, compared with what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.ledger import EXPIRED, ISSUED, REDEEMED
from store.tables import accounts, draws, entries, lots


class Discrepancy(NamedTuple):
    """Something stored that differs from what the entries say; `id` is the row's in the table that is wrong."""

    what: str
    id: int
    stored: int
    rebuilt: int


def discrepancies(connection: Connection, limit: int = 1_000) -> list[Discrepancy]:
    """What differs, at most `limit` of each sort; an empty list for a sound ledger."""
    return [
        Discrepancy(what, *(int(value) for value in row))
        for what, statement in _checks()
        for row in connection.execute(statement.limit(limit))
    ]


def _checks() -> Iterator[tuple[str, sa.Select[Any]]]:
    yield "balance", _balances()
    yield "lot missing", _earnings_without_a_lot()
    yield "lot of another account", _lots_of_other_accounts()
    yield "lot's left", _lots_left()
    yield "drawn", _entries_drawn()
    yield "draw from another account", _foreign_draws()
    yield "direction", _directions()


def _balances() -> sa.Select[Any]:
    moved = sa.union_all(
        sa.select(entries.c.credit_id.label("account_id"), entries.c.points.label("points")),
        sa.select(entries.c.debit_id, -entries.c.points),
    ).subquery()
    summed = sa.select(moved.c.account_id, sa.func.sum(moved.c.points).label("points")).group_by(moved.c.account_id)
    rebuilt = summed.subquery()
    # The business's own accounts are not kept: they stay at 0.
    points = sa.case((accounts.c.kind == "member", sa.func.coalesce(rebuilt.c.points, 0)), else_=0)
    return (
        sa.select(accounts.c.id, accounts.c.balance, points)
        .select_from(accounts.outerjoin(rebuilt, rebuilt.c.account_id == accounts.c.id))
        .where(accounts.c.balance != points)
    )


def _earnings_without_a_lot() -> sa.Select[Any]:
    return (
        sa.select(entries.c.id, sa.literal(0), entries.c.points)
        .select_from(entries.outerjoin(lots, lots.c.entry_id == entries.c.id))
        .where(entries.c.kind == "earn", lots.c.id.is_(None))
    )


def _lots_of_other_accounts() -> sa.Select[Any]:
    same = sa.and_(
        entries.c.kind == "earn",
        lots.c.account_id == entries.c.credit_id,
        lots.c.earned_at == entries.c.at,
        lots.c.expires_at.is_not_distinct_from(entries.c.expires_at),
    )
    return (
        sa.select(lots.c.id, lots.c.account_id, entries.c.credit_id)
        .join(entries, entries.c.id == lots.c.entry_id)
        .where(sa.not_(same))
    )


def _lots_left() -> sa.Select[Any]:
    drawn = (
        sa.select(draws.c.lot_id, sa.func.sum(draws.c.points).label("points")).group_by(draws.c.lot_id).subquery()
    )
    left = entries.c.points - sa.func.coalesce(drawn.c.points, 0)
    return (
        sa.select(lots.c.id, lots.c.left, left)
        .select_from(
            lots.join(entries, entries.c.id == lots.c.entry_id).outerjoin(drawn, drawn.c.lot_id == lots.c.id)
        )
        .where(lots.c.left != left)
    )


def _entries_drawn() -> sa.Select[Any]:
    drawn = (
        sa.select(draws.c.entry_id, sa.func.sum(draws.c.points).label("points"))
        .group_by(draws.c.entry_id)
        .subquery()
    )
    points = sa.func.coalesce(drawn.c.points, 0)
    meant = sa.case((entries.c.kind == "earn", 0), else_=entries.c.points)
    return (
        sa.select(entries.c.id, points, meant)
        .select_from(entries.outerjoin(drawn, drawn.c.entry_id == entries.c.id))
        .where(points != meant)
    )


def _foreign_draws() -> sa.Select[Any]:
    return (
        sa.select(draws.c.lot_id, lots.c.account_id, entries.c.debit_id)
        .join(lots, lots.c.id == draws.c.lot_id)
        .join(entries, entries.c.id == draws.c.entry_id)
        .where(lots.c.account_id != entries.c.debit_id)
    )


def _directions() -> sa.Select[Any]:
    right = sa.or_(
        sa.and_(entries.c.kind == "earn", entries.c.debit_id == ISSUED, entries.c.credit_id > 0),
        sa.and_(entries.c.kind == "spend", entries.c.debit_id > 0, entries.c.credit_id == REDEEMED),
        sa.and_(entries.c.kind == "expire", entries.c.debit_id > 0, entries.c.credit_id == EXPIRED),
    )
    return sa.select(entries.c.id, entries.c.debit_id, entries.c.credit_id).where(sa.not_(right))
