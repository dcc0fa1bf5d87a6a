"""Lots: what each earning left to spend, and which of them an entry took its points from.

A draw says how many points of a lot an entry took; a draw below zero gave them back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.given import given
from store.ledger import ZERO, lock_members
from store.many import among, insert_given, moment_text
from store.prepared import Prepared
from store.tables import Utc, draws, entries, lots


class NewLot(NamedTuple):
    """A lot to be opened by an entry; pending until `matures_at`, if that is given."""

    account_id: int
    entry_id: int
    left: int
    earned_at: dt.datetime
    expires_at: dt.datetime | None = None
    matures_at: dt.datetime | None = None


class Lot(NamedTuple):
    """What an earning left; pending until it matures if `matures_at` is there."""

    id: int
    account_id: int
    left: int
    earned_at: dt.datetime
    expires_at: dt.datetime | None
    matures_at: dt.datetime | None
    purchase_id: int | None


class Drawn(NamedTuple):
    """Points that an entry took from a lot."""

    entry_id: int
    lot_id: int
    points: int


_NOW = sa.bindparam("now", type_=Utc())
_LIMIT = sa.bindparam("limit", type_=sa.Integer())
_LOT = sa.select(*(lots.c[name] for name in Lot._fields[:-1]), entries.c.purchase_id).join(
    entries, entries.c.id == lots.c.entry_id
)
_OPEN = lots.c.left > ZERO
_OPEN_LOTS = Prepared(
    _LOT.where(_OPEN, lots.c.account_id == sa.bindparam("account_id", type_=sa.BigInteger())).order_by(
        lots.c.earned_at, lots.c.id
    )
)
_FOUND = Prepared(_LOT.where(_OPEN, among(lots.c.id, "ids")).order_by(lots.c.account_id, lots.c.id))
_EXPIRED = Prepared(
    sa.select(lots.c.id, lots.c.account_id)
    .where(_OPEN, lots.c.expires_at <= _NOW, lots.c.matures_at.is_(None))
    .order_by(lots.c.expires_at)
    .limit(_LIMIT)
)
_MATURE = Prepared(
    sa.select(lots.c.id, lots.c.account_id)
    .where(_OPEN, lots.c.matures_at <= _NOW)
    .order_by(lots.c.matures_at)
    .limit(_LIMIT)
)
_OPENED_BY = Prepared(sa.select(lots.c.id).where(among(lots.c.entry_id, "ids")))
_ADD = Prepared(insert_given(lots, *NewLot._fields))
_DRAW = Prepared(insert_given(draws, *Drawn._fields))
_DRAWN = given(lot_id=sa.BigInteger(), points=sa.BigInteger())
_TAKE = Prepared(lots.update().where(lots.c.id == _DRAWN.c.lot_id).values(left=lots.c.left - _DRAWN.c.points))
_DRAWS = Prepared(
    sa.select(*(draws.c[name] for name in Drawn._fields))
    .where(among(draws.c.entry_id, "ids"))
    .order_by(draws.c.entry_id, draws.c.lot_id)
)
_LAST_DRAWS = Prepared(
    sa.select(draws.c.lot_id, sa.func.max(draws.c.entry_id))
    .where(among(draws.c.lot_id, "ids"))
    .group_by(draws.c.lot_id)
)
_ENTRY = sa.bindparam("entry_id", type_=sa.BigInteger())
_pending, _maturing = lots.alias(), draws.alias()
_EXPIRED_OF_ENTRY = Prepared(
    sa.select(sa.func.coalesce(sa.func.sum(draws.c.points), 0))
    .select_from(lots.join(draws, draws.c.lot_id == lots.c.id).join(entries, entries.c.id == draws.c.entry_id))
    .where(
        sa.or_(
            lots.c.entry_id == _ENTRY,
            lots.c.entry_id.in_(
                sa.select(_maturing.c.entry_id)
                .select_from(_pending.join(_maturing, _maturing.c.lot_id == _pending.c.id))
                .where(_pending.c.entry_id == _ENTRY)
            ),
        ),
        entries.c.kind == sa.literal_column("'expire'"),
    )
)


def open_lots(connection: Connection, account_id: int) -> list[Lot]:
    """The account's lots with something left, pending ones too, oldest earning first."""
    return [Lot(*row) for row in _OPEN_LOTS.rows(connection, account_id=account_id)]


def lots_of(connection: Connection, entry_ids: Collection[int]) -> list[int]:
    """The ids of the lots that these entries opened."""
    return [lot_id for (lot_id,) in _OPENED_BY.rows(connection, ids=entry_ids)]


def add_lots(connection: Connection, added: Collection[NewLot]) -> None:
    """Open lots."""
    _ADD.run(
        connection,
        given=[
            (account_id, entry_id, left, moment_text(earned_at), moment_text(expires_at), moment_text(matures_at))
            for account_id, entry_id, left, earned_at, expires_at, matures_at in added
        ],
    )


def lock_expired(connection: Connection, now: dt.datetime, limit: int) -> list[Lot]:
    """At most `limit` spendable lots that have expired by `now`, by account, their accounts locked."""
    return _lock(connection, _EXPIRED.rows(connection, now=now, limit=limit))


def lock_matured(connection: Connection, now: dt.datetime, limit: int) -> list[Lot]:
    """At most `limit` pending lots that have matured by `now`, by account, their accounts locked."""
    return _lock(connection, _MATURE.rows(connection, now=now, limit=limit))


def _lock(connection: Connection, candidates: Sequence[tuple[int, int]]) -> list[Lot]:
    if not candidates:
        return []
    lock_members(connection, {account_id for _, account_id in candidates})
    # Read again under the lock: a member may have spent from them meanwhile.
    return [Lot(*row) for row in _FOUND.rows(connection, ids=[lot_id for lot_id, _ in candidates])]


def draw(connection: Connection, drawn: Collection[Drawn]) -> None:
    """Take points from lots, or give back those below zero."""
    rows = list(drawn)
    _DRAW.run(connection, given=rows)
    # Summed, because an update meets each lot once, however many entries took from it.
    taken: dict[int, int] = {}
    for _, lot_id, points in rows:
        taken[lot_id] = taken.get(lot_id, 0) + points
    _TAKE.run(connection, given=list(taken.items()))


def draws_of(connection: Connection, entry_ids: Collection[int]) -> list[Drawn]:
    """What these entries took from lots."""
    return [Drawn(*row) for row in _DRAWS.rows(connection, ids=entry_ids)]


def last_draws(connection: Connection, lot_ids: Collection[int]) -> dict[int, int]:
    """The last entry that drew on each of these lots; lots nobody drew on are left out."""
    return dict(_LAST_DRAWS.rows(connection, ids=lot_ids))


def expired_of(connection: Connection, entry_id: int) -> int:
    """How many points of what this entry earned have been taken out because they expired, matured before or not."""
    row = _EXPIRED_OF_ENTRY.row(connection, entry_id=entry_id)
    assert row is not None
    return int(row[0])
