"""The points ledger's statements: accounts, entries, lots and draws. The rules are in `loyalty.ledger`.

Entries and draws are only ever added. A member's balance and what is left of a lot are kept beside them, changed
in the same transaction, and can be rebuilt from them (`store.ledger_audit`). Whoever changes a member's points
holds the lock on the member's account row first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import anniversaries
from store.given import given
from store.many import among, insert_given, moment_text
from store.prepared import Prepared
from store.tables import Utc, accounts, draws, entries, lots

EntryKind: TypeAlias = Literal["earn", "spend", "expire"]

# The business's own accounts, with ids below zero: never locked, their balance column stays 0, and their balances
# are sums of entries.
ISSUED, REDEEMED, EXPIRED = -1, -2, -3
SYSTEM = {ISSUED: "issued", REDEEMED: "redeemed", EXPIRED: "expired"}

ZERO: sa.ColumnElement[int] = sa.literal_column(
    "0", sa.BigInteger
)  # a bound 0 would leave the partial indexes aside
_OPEN = lots.c.left > ZERO


class Entry(NamedTuple):
    """One movement of points; `at` and `expires_at` are aware moments."""

    key: str
    kind: EntryKind
    debit_id: int
    credit_id: int
    points: int
    at: dt.datetime
    purchase_id: int | None = None
    expires_at: dt.datetime | None = None
    note: str = ""


class Lot(NamedTuple):
    """What an earning left to spend."""

    id: int
    account_id: int
    left: int
    expires_at: dt.datetime | None


_SYSTEM = Prepared(insert_given(accounts, "id", "kind", "opened_at").on_conflict_do_nothing())
_OPEN_ACCOUNTS = Prepared(
    insert_given(accounts, "contact_id", "kind", "opened_at").on_conflict_do_nothing(index_elements=["contact_id"])
)
_LOCK_OF_CONTACTS = Prepared(
    sa.select(accounts.c.contact_id, accounts.c.id)
    .where(among(accounts.c.contact_id, "contacts"))
    .order_by(accounts.c.id)
    .with_for_update()
)
_LOCK = Prepared(
    sa.select(accounts.c.id).where(among(accounts.c.id, "ids")).order_by(accounts.c.id).with_for_update()
)
_ACCOUNT = sa.select(accounts.c.id, accounts.c.balance).where(accounts.c.contact_id == sa.bindparam("contact_id"))
_READ_ACCOUNT = Prepared(_ACCOUNT)
_LOCK_ACCOUNT = Prepared(_ACCOUNT.with_for_update())
_CHANGES = given(account_id=sa.BigInteger(), change=sa.BigInteger())
_CHANGE_BALANCES = Prepared(
    accounts.update()
    .where(accounts.c.id == _CHANGES.c.account_id)
    .values(balance=accounts.c.balance + _CHANGES.c.change)
)

_KNOWN = Prepared(sa.select(entries.c.key).where(among(entries.c.key, "keys")))
_BY_KEY = Prepared(
    sa.select(entries.c.id, entries.c.kind, entries.c.debit_id, entries.c.points).where(
        entries.c.key == sa.bindparam("key")
    )
)
_ADD = Prepared(insert_given(entries, *Entry._fields).returning(entries.c.key, entries.c.id))
_ADD_LOTS = Prepared(
    lots.insert().from_select(
        ["account_id", "entry_id", "earned_at", "expires_at", "left"],
        sa.select(entries.c.credit_id, entries.c.id, entries.c.at, entries.c.expires_at, entries.c.points).where(
            among(entries.c.id, "ids")
        ),
    )
)

_LOT = sa.select(*(lots.c[name] for name in Lot._fields)).where(_OPEN)
_OPEN_LOTS = Prepared(
    _LOT.where(lots.c.account_id == sa.bindparam("account_id")).order_by(lots.c.earned_at, lots.c.id)
)
_EXPIRED = lots.c.expires_at <= sa.bindparam("now", type_=Utc())
_EXPIRED_LOTS = Prepared(
    _LOT.where(_EXPIRED).order_by(lots.c.expires_at).limit(sa.bindparam("limit", type_=sa.Integer()))
)
_LOTS = Prepared(_LOT.where(among(lots.c.id, "ids"), _EXPIRED).order_by(lots.c.account_id, lots.c.id))
_DRAW = Prepared(insert_given(draws, "entry_id", "lot_id", "points"))
_DRAWN = given(entry_id=sa.BigInteger(), lot_id=sa.BigInteger(), points=sa.BigInteger())
_TAKE = Prepared(lots.update().where(lots.c.id == _DRAWN.c.lot_id).values(left=lots.c.left - _DRAWN.c.points))

_EARNED = Prepared(
    sa.select(sa.func.coalesce(sa.func.sum(entries.c.points), 0)).where(
        entries.c.credit_id == sa.bindparam("account_id"),
        entries.c.credit_id > ZERO,
        entries.c.kind == "earn",
        entries.c.at > sa.bindparam("since", type_=Utc()),
        entries.c.at <= sa.bindparam("now", type_=Utc()),
    )
)


def ensure_system_accounts(connection: Connection, now: dt.datetime) -> None:
    """Make the business's own accounts where they are missing."""
    at = moment_text(now)
    _SYSTEM.run(connection, given=[(number, kind, at) for number, kind in SYSTEM.items()])


def lock_accounts(connection: Connection, opened: Mapping[int, dt.datetime]) -> dict[int, int]:
    """Account ids by contact id, locked in one order; a contact without one gets it, opened at its moment."""
    contacts = list(opened)
    found = dict(_LOCK_OF_CONTACTS.rows(connection, contacts=contacts))
    missing = sorted(contact for contact in contacts if contact not in found)
    if missing:
        _OPEN_ACCOUNTS.run(connection, given=[(each, "member", moment_text(opened[each])) for each in missing])
        anniversaries.join(connection, {each: opened[each] for each in missing})
        found |= dict(_LOCK_OF_CONTACTS.rows(connection, contacts=missing))
    return found


def read_account(connection: Connection, contact_id: int, *, lock: bool = False) -> tuple[int, int] | None:
    """The contact's account and its balance, locked until the transaction ends if asked; None without one."""
    return (_LOCK_ACCOUNT if lock else _READ_ACCOUNT).row(connection, contact_id=contact_id)


def known_keys(connection: Connection, keys: Collection[str]) -> set[str]:
    """Which of the keys have an entry."""
    return {key for (key,) in _KNOWN.rows(connection, keys=keys)}


def find_entry(connection: Connection, key: str) -> tuple[int, str, int, int] | None:
    """The entry with this key: its id, kind, debited account and points."""
    return _BY_KEY.row(connection, key=key)


def add_entries(connection: Connection, added: Collection[Entry]) -> dict[str, int]:
    """Add entries whose keys are new; their ids by key."""
    rows = [
        (key, kind, debit_id, credit_id, points, moment_text(at), purchase_id, moment_text(expires_at), note)
        for key, kind, debit_id, credit_id, points, at, purchase_id, expires_at, note in added
    ]
    return dict(_ADD.rows(connection, given=rows))


def open_lots_of(connection: Connection, entry_ids: Collection[int]) -> None:
    """Open a lot for each of these entries, all of them earnings."""
    _ADD_LOTS.run(connection, ids=entry_ids)


def change_balances(connection: Connection, changes: Mapping[int, int]) -> None:
    """Add to (or take from) the balances of members' accounts."""
    _CHANGE_BALANCES.run(connection, given=list(changes.items()))


def open_lots(connection: Connection, account_id: int) -> list[Lot]:
    """The account's lots with something left, oldest earning first."""
    return [Lot(*row) for row in _OPEN_LOTS.rows(connection, account_id=account_id)]


def lock_expired_lots(connection: Connection, now: dt.datetime, limit: int) -> list[Lot]:
    """At most `limit` lots with something left that have expired by `now`, by account, their accounts locked."""
    candidates = [Lot(*row) for row in _EXPIRED_LOTS.rows(connection, now=now, limit=limit)]
    if not candidates:
        return []
    _LOCK.rows(connection, ids={lot.account_id for lot in candidates})
    # Read again under the lock: a member may have spent from them meanwhile.
    return [Lot(*row) for row in _LOTS.rows(connection, ids=[lot.id for lot in candidates], now=now)]


def draw(connection: Connection, drawn: Collection[tuple[int, int, int]]) -> None:
    """Take points from lots: (entry, lot, points) each."""
    rows = list(drawn)
    _DRAW.run(connection, given=rows)
    _TAKE.run(connection, given=rows)


def earned_between(connection: Connection, account_id: int, since: dt.datetime, now: dt.datetime) -> int:
    """Points the account earned after `since`, up to and including `now`."""
    row = _EARNED.row(connection, account_id=account_id, since=since, now=now)
    assert row is not None
    return int(row[0])
