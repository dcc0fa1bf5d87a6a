"""Points that will expire: found by the moment, and summed for a member's days."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.ledger import ZERO
from store.prepared import Prepared
from store.tables import Utc, accounts, contacts, lots


class Expiring(NamedTuple):
    """A lot with something left, and the time zone of its member, empty if it is not known."""

    lot_id: int
    expires_at: dt.datetime
    contact_id: int
    timezone: str


class Total(NamedTuple):
    """So many points expire, the first and the last of them at these moments."""

    points: int
    first: dt.datetime
    last: dt.datetime


_OPEN = (lots.c.left > ZERO, lots.c.expires_at.is_not(None), lots.c.matures_at.is_(None))
_BETWEEN = Prepared(
    sa.select(lots.c.id, lots.c.expires_at, accounts.c.contact_id, contacts.c.timezone)
    .select_from(
        lots.join(accounts, accounts.c.id == lots.c.account_id).join(
            contacts, contacts.c.id == accounts.c.contact_id
        )
    )
    .where(
        *_OPEN,
        # The first words are for the index.
        lots.c.expires_at >= sa.bindparam("after", type_=Utc()),
        sa.or_(
            lots.c.expires_at > sa.bindparam("after", type_=Utc()),
            lots.c.id > sa.bindparam("after_id", type_=sa.BigInteger()),
        ),
        lots.c.expires_at <= sa.bindparam("until", type_=Utc()),
    )
    .order_by(lots.c.expires_at, lots.c.id)
    .limit(sa.bindparam("limit", type_=sa.Integer()))
)
_SUM = Prepared(
    sa.select(sa.func.sum(lots.c.left), sa.func.min(lots.c.expires_at), sa.func.max(lots.c.expires_at))
    .select_from(lots.join(accounts, accounts.c.id == lots.c.account_id))
    .where(
        *_OPEN,
        accounts.c.contact_id == sa.bindparam("contact_id"),
        lots.c.expires_at >= sa.bindparam("since", type_=Utc()),
        lots.c.expires_at < sa.bindparam("until", type_=Utc()),
    )
)


def between(
    connection: Connection, after: tuple[dt.datetime, int], until: dt.datetime, limit: int
) -> list[Expiring]:
    """Lots that expire after the moment and lot `after` and not after `until`, in that order."""
    moment, lot_id = after
    found = _BETWEEN.rows(connection, after=moment, after_id=lot_id, until=until, limit=limit)
    return [Expiring(*row) for row in found]


def total(connection: Connection, contact_id: int, since: dt.datetime, until: dt.datetime) -> Total | None:
    """What of a contact expires from `since` on and before `until`; None when nothing does."""
    row = _SUM.row(connection, contact_id=contact_id, since=since, until=until)
    return Total(int(row[0]), row[1], row[2]) if row and row[0] else None
