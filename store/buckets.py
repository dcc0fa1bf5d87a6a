"""Rates shared by all senders of an account: its time is leased stretch by stretch.

One message takes one slot of time (at 1,000 messages a second a thousandth of it). A sender leases the next stretch
of slots nobody has taken and sends one message in each, so that what the provider sees is evenly spread and never
over the rate, however many senders there are.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared, insert
from store.tables import Utc, buckets

# Senders lease fractions of a second ahead: a line that is taken for longer was taken by a clock that ran ahead.
_ASTRAY = 10_000_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)

_HERE = (buckets.c.channel == sa.bindparam("channel"), buckets.c.account == sa.bindparam("account"))
_now = sa.bindparam("now", type_=sa.BigInteger())
_free = sa.case(
    (sa.or_(buckets.c.free_at < _now, buckets.c.free_at > _now + sa.literal_column(str(_ASTRAY))), _now),
    else_=buckets.c.free_at,
)
_LEASE = Prepared(
    buckets.update()
    .where(*_HERE)
    .values(free_at=_free + sa.bindparam("length", type_=sa.BigInteger()))
    .returning(buckets.c.free_at)
)
_OPEN = Prepared(
    insert(buckets)
    .values(channel=sa.bindparam("channel"), account=sa.bindparam("account"))
    .on_conflict_do_nothing()
)
_BLOCK = Prepared(
    buckets.update()
    .where(
        *_HERE,
        sa.func.coalesce(buckets.c.blocked_until, sa.bindparam("never", type_=Utc()))
        < sa.bindparam("until", type_=Utc()),
    )
    .values(blocked_until=sa.bindparam("until", type_=Utc()))
)
_BLOCKED = Prepared(sa.select(buckets.c.blocked_until).where(*_HERE))


def lease(
    connection: Connection, channel: str, account: str, *, slots: int, length: dt.timedelta, now: dt.datetime
) -> dt.datetime:
    """Take the account's next `slots` slots of `length` each; the moment the first one begins.

    To be done last in a transaction: other senders of the account wait for its end.
    """
    taken = slots * (length // _MICROSECOND)
    values = {"channel": channel, "account": account, "now": (now - _EPOCH) // _MICROSECOND, "length": taken}
    row = _LEASE.row(connection, **values)
    if row is None:
        _OPEN.run(connection, channel=channel, account=account)
        row = _LEASE.row(connection, **values)
    assert row is not None
    began: int = row[0] - taken
    return _EPOCH + began * _MICROSECOND


def block(connection: Connection, channel: str, account: str, until: dt.datetime) -> None:
    """Note that the provider lets nothing through for this account until then; an earlier, longer word stays."""
    _OPEN.run(connection, channel=channel, account=account)
    _BLOCK.run(connection, channel=channel, account=account, until=until, never=_EPOCH)


def blocked_until(connection: Connection, channel: str, account: str) -> dt.datetime | None:
    """Until when the provider lets nothing through; None when it never said so. May be past."""
    row = _BLOCKED.row(connection, channel=channel, account=account)
    return row[0] if row else None
