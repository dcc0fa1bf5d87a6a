"""What tiers are judged by: the points earned within a window, and the changes of members' tiers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.given import given
from store.ledger import ZERO, Member
from store.ledger_kinds import EntryKind
from store.many import among, insert_given, moment_text
from store.prepared import Prepared
from store.tables import Utc, accounts, contacts, entries, lots, programmes, purchases, tier_changes

# Pending points count when they mature, at the moment they were earned; a refund takes away what they counted.
COUNTED: tuple[EntryKind, ...] = ("earn", "mature")
UNCOUNTED: tuple[EntryKind, ...] = ("reverse", "owe")


class Counted(NamedTuple):
    """Points that count for an account's tier at the moment they were earned; below zero: refunded."""

    account_id: int
    at: dt.datetime
    points: int


class TierChange(NamedTuple):
    """A tier that an account has from `at` on; an empty one is what everybody has."""

    account_id: int
    tier: str
    reason: str
    until: dt.datetime | None
    at: dt.datetime


class Stood(NamedTuple):
    """An account's tier as it is now, until when."""

    account_id: int
    tier: str
    tier_until: dt.datetime | None


def _of_kinds(kinds: Collection[EntryKind]) -> sa.ColumnElement[bool]:
    return sa.or_(*(entries.c.kind == sa.literal_column(f"'{kind}'") for kind in kinds))


_ACCOUNT = sa.bindparam("account_id", type_=sa.BigInteger())
_SINCE = sa.bindparam("since", type_=Utc())
_EARNED = (
    sa.select(entries.c.credit_id, lots.c.earned_at, entries.c.points)
    .select_from(entries.join(lots, lots.c.entry_id == entries.c.id))
    .where(entries.c.credit_id > ZERO, entries.c.at > _SINCE, lots.c.earned_at > _SINCE, _of_kinds(COUNTED))
)
_REFUNDED = (
    sa.select(entries.c.debit_id, purchases.c.at, -entries.c.points)
    .select_from(entries.join(purchases, purchases.c.id == entries.c.purchase_id))
    .where(entries.c.debit_id > ZERO, entries.c.at > _SINCE, purchases.c.at > _SINCE, _of_kinds(UNCOUNTED))
)
_COUNTED = Prepared(
    sa.union_all(
        _EARNED.where(among(entries.c.credit_id, "ids")), _REFUNDED.where(among(entries.c.debit_id, "ids"))
    )
)
_OF_ONE = sa.union_all(
    _EARNED.where(entries.c.credit_id == _ACCOUNT), _REFUNDED.where(entries.c.debit_id == _ACCOUNT)
).subquery("counted")
_EARNED_SINCE = Prepared(sa.select(sa.func.coalesce(sa.func.sum(_OF_ONE.c.points), 0)))
_GONE, _KEPT = accounts.alias("gone"), accounts.alias("kept")
# The other way round the planner would read every account: few contacts were ever joined with another.
_JOINED = Prepared(
    sa.select(_GONE.c.id, _KEPT.c.id)
    .select_from(
        _KEPT.join(
            contacts, sa.and_(contacts.c.merged_into == _KEPT.c.contact_id, contacts.c.merged_into.is_not(None))
        ).join(_GONE, _GONE.c.contact_id == contacts.c.id)
    )
    .where(among(_KEPT.c.id, "ids"))
)

_STOOD = given(account_id=sa.BigInteger(), tier=sa.Text(), tier_until=Utc())
_STAND = Prepared(
    accounts.update()
    .where(accounts.c.id == _STOOD.c.account_id)
    .values(tier=_STOOD.c.tier, tier_until=_STOOD.c.tier_until)
)
_ADD = Prepared(insert_given(tier_changes, *TierChange._fields))
_CHANGES = Prepared(
    sa.select(*(tier_changes.c[name] for name in TierChange._fields))
    .where(among(tier_changes.c.account_id, "ids"))
    .order_by(tier_changes.c.account_id, tier_changes.c.id)
)
_LIMIT = sa.bindparam("limit", type_=sa.Integer())
_OVER = Prepared(
    sa.select(accounts.c.id)
    .where(accounts.c.tier_until <= sa.bindparam("now", type_=Utc()))
    .order_by(accounts.c.tier_until)
    .limit(_LIMIT)
)
_AFTER = Prepared(
    sa.select(*(accounts.c[name] for name in Member._fields))
    .where(accounts.c.id > sa.bindparam("after", type_=sa.BigInteger()), accounts.c.id > ZERO)
    .order_by(accounts.c.id)
    .limit(_LIMIT)
)
_NEWEST = Prepared(
    sa.select(programmes.c.id, programmes.c.judged_to).order_by(programmes.c.id.desc()).limit(1).with_for_update()
)
_JUDGED = Prepared(
    programmes.update()
    .where(programmes.c.id == sa.bindparam("programme_id", type_=sa.BigInteger()))
    .values(judged_to=sa.bindparam("account_id", type_=sa.BigInteger()))
)


def earned_since(connection: Connection, account_id: int, since: dt.datetime) -> int:
    """Points earned after `since` that can or could be spent, without those of refunded purchases.

    What an account that was joined with this one earned counts with it.
    """
    rows = [
        _EARNED_SINCE.row(connection, account_id=each, since=since)
        for each in _with_joined(connection, [account_id])
    ]
    return sum(int(row[0]) for row in rows if row is not None)


def counted(connection: Connection, account_ids: Collection[int], since: dt.datetime) -> list[Counted]:
    """What accounts, and those that were joined with them, earned after `since`, earning by earning."""
    holders = _with_joined(connection, account_ids)
    rows = _COUNTED.rows(connection, ids=list(holders), since=since)
    return [Counted(holders[account_id], *rest) for account_id, *rest in rows]


def _with_joined(connection: Connection, account_ids: Collection[int]) -> dict[int, int]:
    """The accounts and those joined with them, by whose they count as."""
    return {each: each for each in account_ids} | dict(_JOINED.rows(connection, ids=account_ids))


def stand(connection: Connection, stood: Collection[Stood]) -> None:
    """Set the tiers of accounts that are locked."""
    rows = [(account_id, tier, moment_text(until)) for account_id, tier, until in stood]
    _STAND.run(connection, given=rows)


def add_changes(connection: Connection, changes: Collection[TierChange]) -> None:
    """Note changes of tiers."""
    rows = [(*rest, moment_text(until), moment_text(at)) for *rest, until, at in changes]
    _ADD.run(connection, given=rows)


def changes_of(connection: Connection, account_ids: Collection[int]) -> list[TierChange]:
    """How accounts came to their tiers, in order."""
    return [TierChange(*row) for row in _CHANGES.rows(connection, ids=account_ids)]


def over(connection: Connection, now: dt.datetime, limit: int) -> list[int]:
    """At most `limit` accounts whose tier's time is over by `now`, not locked."""
    return [account_id for (account_id,) in _OVER.rows(connection, now=now, limit=limit)]


def members_after(connection: Connection, account_id: int, limit: int) -> list[Member]:
    """At most `limit` members' accounts with higher ids, in order, not locked."""
    return [Member(*row) for row in _AFTER.rows(connection, after=account_id, limit=limit)]


def lock_judged(connection: Connection) -> tuple[int, int] | None:
    """The newest programme's id and the last account judged by it, locked; None before any programme."""
    return _NEWEST.row(connection)


def mark_judged(connection: Connection, programme_id: int, account_id: int) -> None:
    """Everybody up to this account has been judged by that programme."""
    _JUDGED.run(connection, programme_id=programme_id, account_id=account_id)
