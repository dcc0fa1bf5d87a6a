"""Pockets and lots rebuilt from the entries and draws, compared with what is stored."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.ledger import ZERO
from store.ledger_kinds import GIVING_BACK, KINDS, OPENING, POCKETS, SIDES, SIGNS, TAKING, EntryKind, Pocket
from store.tables import accounts, draws, entries, lots


class Discrepancy(NamedTuple):
    """Something stored that differs from what the entries say; `id` is the row's in the table that is wrong."""

    what: str
    id: int
    stored: int
    rebuilt: int


def discrepancies(connection: Connection, limit: int = 1_000) -> list[Discrepancy]:
    """Rebuild pockets and lots from entries and draws, and name what differs, at most `limit` of each sort.

    Empty for a sound ledger. Reads the whole ledger: for the command line and tests, on a reading connection.
    """
    return [
        Discrepancy(what, *(int(value) for value in row))
        for what, statement in _checks()
        for row in connection.execute(statement.limit(limit))
    ]


@cache
def _checks() -> tuple[tuple[str, sa.Select[Any]], ...]:
    return (
        *((pocket, _pocket(pocket)) for pocket in POCKETS),
        ("lot missing", _openings_without_a_lot()),
        ("lot of another account", _lots_of_other_accounts()),
        ("lot's left", _lots_left()),
        ("drawn", _entries_drawn()),
        ("draw from another account", _foreign_draws()),
        ("direction", _directions()),
        ("lots of balance", _lots_of("balance", pending=False)),
        ("lots of pending", _lots_of("pending", pending=True)),
    )


# Cast, because SQLite makes no index to join by over something whose type it does not know.
_MEMBER = sa.cast(
    sa.case((entries.c.credit_id > ZERO, entries.c.credit_id), else_=entries.c.debit_id), sa.BigInteger
)


def _times(signs: dict[EntryKind, int]) -> sa.ColumnElement[int]:
    """An entry's points times the sign of its kind."""
    return entries.c.points * sa.case(*((entries.c.kind == kind, sign) for kind, sign in signs.items()), else_=0)


def _pocket(pocket: Pocket) -> sa.Select[Any]:
    place = POCKETS.index(pocket)
    moved = _times({kind: signs[place] for kind, signs in SIGNS.items()})
    rebuilt = (
        sa.select(_MEMBER.label("account_id"), sa.func.sum(moved).label("points")).group_by(_MEMBER).subquery()
    )
    # The business's own accounts are not kept: they stay at 0.
    points = sa.case((accounts.c.kind == "member", sa.func.coalesce(rebuilt.c.points, 0)), else_=0)
    return (
        sa.select(accounts.c.id, accounts.c[pocket], points)
        .select_from(accounts.outerjoin(rebuilt, rebuilt.c.account_id == accounts.c.id))
        .where(accounts.c[pocket] != points)
    )


def _lots_of(pocket: Pocket, *, pending: bool) -> sa.Select[Any]:
    matures = lots.c.matures_at.is_not(None) if pending else lots.c.matures_at.is_(None)
    summed = (
        sa.select(lots.c.account_id, sa.func.sum(lots.c.left).label("points"))
        .where(matures)
        .group_by(lots.c.account_id)
        .subquery()
    )
    points = sa.func.coalesce(summed.c.points, 0)
    return (
        sa.select(accounts.c.id, accounts.c[pocket], points)
        .select_from(accounts.outerjoin(summed, summed.c.account_id == accounts.c.id))
        .where(accounts.c[pocket] != points)
    )


def _openings_without_a_lot() -> sa.Select[Any]:
    return (
        sa.select(entries.c.id, sa.literal(0), entries.c.points)
        .select_from(entries.outerjoin(lots, lots.c.entry_id == entries.c.id))
        .where(entries.c.kind.in_(OPENING), lots.c.id.is_(None))
    )


def _lots_of_other_accounts() -> sa.Select[Any]:
    """Lots that are not what their entries opened.

    A matured lot is as old as the one its points were in before; so is one that came from another account, whose
    entry has the key of the one that took it there.
    """
    before, drawn, parted = lots.alias(), draws.alias(), entries.alias()
    earned = sa.select(before.c.earned_at).select_from(drawn.join(before, before.c.id == drawn.c.lot_id))
    matured = earned.where(drawn.c.entry_id == entries.c.id).scalar_subquery()
    taken_by = sa.literal("part") + sa.func.substr(entries.c.key, len("join") + 1)
    taken = sa.select(parted.c.id).where(parted.c.key == taken_by).correlate(entries).scalar_subquery()
    joined = earned.where(drawn.c.entry_id == taken).correlate(entries).scalar_subquery()
    earned_at = sa.case((entries.c.kind.in_(("join", "joinpend")), joined), else_=matured)
    same = sa.and_(
        entries.c.kind.in_(OPENING),
        lots.c.account_id == entries.c.credit_id,
        lots.c.earned_at == sa.func.coalesce(earned_at, entries.c.at),
        lots.c.expires_at.is_not_distinct_from(entries.c.expires_at),
        entries.c.kind.in_(("pend", "joinpend")) == lots.c.matures_at.is_not(None),
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
    meant = _times(dict.fromkeys(TAKING, 1) | dict.fromkeys(GIVING_BACK, -1))
    return (
        sa.select(entries.c.id, points, meant)
        .select_from(entries.outerjoin(drawn, drawn.c.entry_id == entries.c.id))
        .where(points != meant)
    )


def _foreign_draws() -> sa.Select[Any]:
    return (
        sa.select(draws.c.lot_id, lots.c.account_id, _MEMBER)
        .select_from(draws.join(lots, lots.c.id == draws.c.lot_id).join(entries, entries.c.id == draws.c.entry_id))
        .where(lots.c.account_id != _MEMBER)
    )


def _directions() -> sa.Select[Any]:
    right = sa.or_(*(_direction(kind) for kind in KINDS))
    return sa.select(entries.c.id, entries.c.debit_id, entries.c.credit_id).where(sa.not_(right))


def _direction(kind: EntryKind) -> sa.ColumnElement[bool]:
    sides = zip((entries.c.debit_id, entries.c.credit_id), SIDES[kind], strict=True)
    return sa.and_(
        entries.c.kind == kind, *(column == business if business else column > 0 for column, business in sides)
    )
