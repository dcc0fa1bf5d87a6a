"""What tiers are judged by: the points earned within a window, and the changes of members' tiers."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.ledger import ZERO
from store.prepared import Prepared
from store.tables import Utc, entries, lots, purchases

_ACCOUNT = sa.bindparam("account_id", type_=sa.BigInteger())
_SINCE = sa.bindparam("since", type_=Utc())
_EARNED = (
    sa.select(sa.func.coalesce(sa.func.sum(entries.c.points), 0))
    .select_from(entries.join(lots, lots.c.entry_id == entries.c.id))
    .where(
        entries.c.credit_id == _ACCOUNT,
        entries.c.credit_id > ZERO,
        entries.c.at > _SINCE,
        sa.or_(*(entries.c.kind == sa.literal_column(f"'{kind}'") for kind in ("earn", "mature"))),
        lots.c.earned_at > _SINCE,
    )
)
_REFUNDED = (
    sa.select(sa.func.coalesce(sa.func.sum(entries.c.points), 0))
    .select_from(entries.join(purchases, purchases.c.id == entries.c.purchase_id))
    .where(
        entries.c.debit_id == _ACCOUNT,
        entries.c.debit_id > ZERO,
        entries.c.at > _SINCE,
        sa.or_(*(entries.c.kind == sa.literal_column(f"'{kind}'") for kind in ("reverse", "owe"))),
        purchases.c.at > _SINCE,
    )
)
_EARNED_SINCE = Prepared(sa.select(_EARNED.scalar_subquery() - _REFUNDED.scalar_subquery()))


def earned_since(connection: Connection, account_id: int, since: dt.datetime) -> int:
    """Points earned after `since` that can or could be spent, without those of refunded purchases."""
    row = _EARNED_SINCE.row(connection, account_id=account_id, since=since)
    assert row is not None
    return int(row[0])
