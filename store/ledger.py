"""The points ledger's accounts and entries. The rules are in `loyalty.ledger`, the kinds in `store.ledger_kinds`.

Entries and draws are only ever added. A member's pockets and what is left of a lot are kept beside them, changed in
the same transaction, and can be rebuilt from them (`store.ledger_audit`). Whoever changes a member's points holds
the lock on the member's account row first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from functools import cache
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import anniversaries
from store.given import given
from store.ledger_kinds import POCKETS, SIDES, SIGNS, SYSTEM, EntryKind, Pocket
from store.many import among, insert_given, moment_text
from store.prepared import Prepared
from store.tables import accounts, contacts, entries

ZERO: sa.ColumnElement[int] = sa.literal_column(
    "0", sa.BigInteger
)  # a bound 0 would leave the partial indexes aside


class Entry(NamedTuple):
    """One movement of a member's points; `at` and `expires_at` are aware moments."""

    key: str
    kind: EntryKind
    account_id: int
    points: int
    at: dt.datetime
    purchase_id: int | None = None
    expires_at: dt.datetime | None = None
    note: str = ""


class Posted(NamedTuple):
    """An entry as it is kept: its account is the member's."""

    id: int
    kind: EntryKind
    account_id: int
    points: int
    purchase_id: int | None


class Member(NamedTuple):
    """A member's account: what is in its pockets, and its tier until when."""

    id: int
    balance: int
    pending: int
    held: int
    debt: int
    tier: str
    tier_until: dt.datetime | None


_SYSTEM = Prepared(insert_given(accounts, "id", "kind", "opened_at").on_conflict_do_nothing())
_OPEN_ACCOUNTS = Prepared(
    insert_given(accounts, "contact_id", "kind", "opened_at").on_conflict_do_nothing(index_elements=["contact_id"])
)
_MEMBER = [accounts.c[name] for name in Member._fields]
_LOCK_OF_CONTACTS = Prepared(
    sa.select(accounts.c.contact_id, *_MEMBER)
    .where(among(accounts.c.contact_id, "contacts"))
    .order_by(accounts.c.id)
    .with_for_update()
)
_TIERS = Prepared(sa.select(accounts.c.contact_id, accounts.c.tier).where(among(accounts.c.contact_id, "contacts")))
_LOCK = Prepared(sa.select(*_MEMBER).where(among(accounts.c.id, "ids")).order_by(accounts.c.id).with_for_update())
_ACCOUNT = sa.select(*_MEMBER).where(accounts.c.contact_id == sa.bindparam("contact_id"))
_READ_ACCOUNT = Prepared(_ACCOUNT)
_LOCK_ACCOUNT = Prepared(_ACCOUNT.with_for_update())
_old, _new = accounts.alias("old"), accounts.alias("new")
_HEIR = Prepared(
    sa.select(_new.c.id)
    .select_from(
        _old.join(contacts, contacts.c.id == _old.c.contact_id).join(
            _new, _new.c.contact_id == contacts.c.merged_into
        )
    )
    .where(_old.c.id == sa.bindparam("account_id", type_=sa.BigInteger()))
)
_EFFECTS = {
    kind: [(pocket, sign) for pocket, sign in zip(POCKETS, signs, strict=True) if sign]
    for kind, signs in SIGNS.items()
}

_OF_MEMBER = sa.case((entries.c.credit_id > ZERO, entries.c.credit_id), else_=entries.c.debit_id)
_BY_KEYS = Prepared(
    sa.select(
        entries.c.key, entries.c.id, entries.c.kind, _OF_MEMBER, entries.c.points, entries.c.purchase_id
    ).where(among(entries.c.key, "keys"))
)
_ADD = Prepared(
    insert_given(
        entries, "key", "kind", "debit_id", "credit_id", "points", "at", "expires_at", "purchase_id", "note"
    ).returning(entries.c.key, entries.c.id)
)


def ensure_system_accounts(connection: Connection, now: dt.datetime) -> None:
    """Make the business's own accounts where they are missing."""
    at = moment_text(now)
    _SYSTEM.run(connection, given=[(number, kind, at) for kind, number in SYSTEM.items()])


def lock_accounts(connection: Connection, opened: Mapping[int, dt.datetime]) -> dict[int, Member]:
    """Members by contact id, locked in one order; a contact without an account gets one, opened at its moment."""
    contacts = list(opened)
    found = {contact: Member(*row) for contact, *row in _LOCK_OF_CONTACTS.rows(connection, contacts=contacts)}
    missing = sorted(contact for contact in contacts if contact not in found)
    if missing:
        _OPEN_ACCOUNTS.run(connection, given=[(each, "member", moment_text(opened[each])) for each in missing])
        anniversaries.join(connection, {each: opened[each] for each in missing})
        rows = _LOCK_OF_CONTACTS.rows(connection, contacts=missing)
        found |= {contact: Member(*row) for contact, *row in rows}
    return found


def lock_members(connection: Connection, account_ids: Collection[int]) -> dict[int, Member]:
    """Members by account id, locked in one order."""
    return {row[0]: Member(*row) for row in _LOCK.rows(connection, ids=account_ids)}


def read_account(connection: Connection, contact_id: int, *, lock: bool = False) -> Member | None:
    """The contact's account, locked until the transaction ends if asked; None without one."""
    row = (_LOCK_ACCOUNT if lock else _READ_ACCOUNT).row(connection, contact_id=contact_id)
    return Member(*row) if row else None


def tiers_of_contacts(connection: Connection, contact_ids: Collection[int]) -> dict[int, str]:
    """The tiers of contacts who have an account, by contact; nothing is locked."""
    return dict(_TIERS.rows(connection, contacts=contact_ids))


def heir(connection: Connection, account_id: int) -> int:
    """The account that stands for this one: that of the contact its own was joined with, or itself."""
    row = _HEIR.row(connection, account_id=account_id)
    return int(row[0]) if row else account_id


def find_entries(connection: Connection, keys: Collection[str]) -> dict[str, Posted]:
    """The entries with these keys."""
    return {key: Posted(*row) for key, *row in _BY_KEYS.rows(connection, keys=keys)}


def find_entry(connection: Connection, key: str) -> Posted | None:
    """The entry with this key."""
    return find_entries(connection, [key]).get(key)


def post(connection: Connection, added: Collection[Entry]) -> dict[str, int]:
    """Add entries whose keys are new, and change their members' pockets as KINDS says; their ids by key."""
    rows: list[tuple[object, ...]] = []
    changes: dict[int, dict[Pocket, int]] = {}
    for key, kind, account_id, points, at, purchase_id, expires_at, note in added:
        debit, credit = SIDES[kind]
        moments = moment_text(at), moment_text(expires_at)
        rows.append((key, kind, debit or account_id, credit or account_id, points, *moments, purchase_id, note))
        change = changes.setdefault(account_id, {})
        for pocket, sign in _EFFECTS[kind]:
            change[pocket] = change.get(pocket, 0) + sign * points
    pockets = tuple(pocket for pocket in POCKETS if any(pocket in change for change in changes.values()))
    _changing(pockets).run(
        connection,
        given=[(account_id, *(change.get(each, 0) for each in pockets)) for account_id, change in changes.items()],
    )
    return dict(_ADD.rows(connection, given=rows))


@cache
def _changing(pockets: tuple[Pocket, ...]) -> Prepared:
    """Change these pockets alone: most entries change one or two, and each value of a row costs time."""
    changes = given(account_id=sa.BigInteger(), **dict.fromkeys(pockets, sa.BigInteger()))
    return Prepared(
        accounts.update()
        .where(accounts.c.id == changes.c.account_id)
        .values({pocket: accounts.c[pocket] + changes.c[pocket] for pocket in pockets})
    )
