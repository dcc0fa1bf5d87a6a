"""The points ledger's rules: earn, spend, expire, and what a member sees of it.

An entry moves points between two accounts: the business's `issued` to the member for an earning, the member to
`redeemed` or `expired`. Every entry has an idempotency key: the same key again changes nothing. What a member
spends is taken from the oldest earnings first. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from loyalty import tiers
from loyalty.programme import named
from store import ledger, ledger_history
from store.ledger import EXPIRED, ISSUED, REDEEMED, Entry, EntryKind, Lot
from store.ledger_audit import Discrepancy, discrepancies
from talk.errors import SapaError

__all__ = [
    "Account",
    "Discrepancy",
    "Earned",
    "Earning",
    "HistoryLine",
    "HistoryPage",
    "KeyReused",
    "Refused",
    "Spent",
    "account_of",
    "audit",
    "earn",
    "expire",
    "history",
    "open_accounts",
    "spend",
]

EXPIRY_CHUNK = 500


class KeyReused(SapaError):
    """An idempotency key was given for two different movements of points. Give each movement a key of its own."""


class Earning(NamedTuple):
    """Points for a contact. `key` is its idempotency key; `at` and `expires_at` are aware moments."""

    key: str
    contact_id: int
    points: int
    at: dt.datetime
    purchase_id: int | None = None
    expires_at: dt.datetime | None = None
    note: str = ""


class Earned(NamedTuple):
    """What a set of earnings added: entries and points; `known` counts keys that were there before."""

    added: int
    known: int
    points: int


class Spent(msgspec.Struct, frozen=True, tag=True):
    """The points left the account; `balance` is what can be spent now."""

    points: int
    balance: int


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The account holds only `available` points that can be spent; nothing was taken."""

    available: int
    missing: int


class Account(msgspec.Struct, frozen=True):
    """A member's points: what can be spent, what expires next (a date in the asker's zone), and the tier's name."""

    balance: int
    next_expiry: dt.date | None
    next_expiry_points: int
    tier: str


class HistoryLine(msgspec.Struct, frozen=True):
    """One entry: points are positive when they came in, negative when they left."""

    kind: EntryKind
    points: int
    at: dt.datetime
    note: str


class HistoryPage(msgspec.Struct, frozen=True):
    """A page of entries, newest first; pages count from 1."""

    lines: tuple[HistoryLine, ...]
    page: int
    more: bool


def open_accounts(connection: Connection, members: Mapping[int, dt.datetime]) -> None:
    """Make contacts members: each without an account gets an empty one, opened at the moment given."""
    if members:
        ledger.lock_accounts(connection, members)


def earn(connection: Connection, earnings: Sequence[Earning]) -> Earned:
    """Give points, to one contact or thousands, in a handful of statements; keys already known are skipped.

    Raises ValueError for an earning of less than one point.
    """
    if not earnings:
        return Earned(0, 0, 0)
    if any(each.points < 1 for each in earnings):
        raise ValueError("An earning gives at least one point.")
    opened = {each.contact_id: each.at for each in sorted(earnings, key=attrgetter("at"), reverse=True)}
    accounts = ledger.lock_accounts(connection, opened)
    # Asked under the accounts' locks, so that a key another transaction is adding is seen.
    known = ledger.known_keys(connection, [each.key for each in earnings])
    new = {each.key: each for each in earnings if each.key not in known}
    if new:
        _add(connection, new.values(), accounts)
    return Earned(len(new), len(earnings) - len(new), sum(each.points for each in new.values()))


def _add(connection: Connection, earnings: Iterable[Earning], accounts: dict[int, int]) -> None:
    added: list[Entry] = []
    changes: dict[int, int] = {}
    for each in earnings:
        key, contact_id, points, at, purchase_id, expires_at, note = each
        account = accounts[contact_id]
        added.append(Entry(key, "earn", ISSUED, account, points, at, purchase_id, expires_at, note))
        changes[account] = changes.get(account, 0) + points
    ledger.ensure_system_accounts(connection, added[0].at)
    ids = ledger.add_entries(connection, added)
    ledger.open_lots_of(connection, ids.values())
    ledger.change_balances(connection, changes)


def spend(
    connection: Connection, contact_id: int, points: int, *, key: str, at: dt.datetime, note: str = ""
) -> Spent | Refused:
    """Take points for a reward, oldest earnings first, or say how many are missing.

    The same key again takes nothing more and answers that it was spent. Points that have expired by `at` are
    not available, whether or not they were taken out already. Raises ValueError for less than one point and
    KeyReused when the key belongs to another movement.
    """
    if points < 1:
        raise ValueError("At least one point is spent.")
    account = ledger.read_account(connection, contact_id, lock=True)
    if account is None:
        return Refused(0, points)
    open_lots = [lot for lot in ledger.open_lots(connection, account[0]) if not _expired(lot, at)]
    available = sum(lot.left for lot in open_lots)
    if (before := ledger.find_entry(connection, key)) is not None:
        if before[1:] != ("spend", account[0], points):
            raise KeyReused(f"The key {key!r} belongs to another movement of points; use a key of its own.")
        return Spent(points, available)
    if available < points:
        return Refused(available, points - available)
    _take(connection, Entry(key, "spend", account[0], REDEEMED, points, at, note=note), open_lots)
    return Spent(points, available - points)


def expire(connection: Connection, now: dt.datetime, limit: int = EXPIRY_CHUNK) -> int:
    """Take out what has expired by `now`, at most `limit` lots of it; how many lots were emptied.

    One bounded chunk, oldest expiry first: call it in new transactions until it returns 0. A member's lots of one
    chunk leave in one entry.
    """
    expired = ledger.lock_expired_lots(connection, now, limit)
    if not expired:
        return 0
    lots_of = {account: list(lots) for account, lots in groupby(expired, key=attrgetter("account_id"))}
    left = {account: sum(lot.left for lot in lots) for account, lots in lots_of.items()}
    # Lot ids only grow and an emptied lot is never filled, so the first one names the entry for good.
    keys = {account: f"expire:{lots[0].id}" for account, lots in lots_of.items()}
    ids = ledger.add_entries(
        connection, [Entry(keys[account], "expire", account, EXPIRED, left[account], now) for account in lots_of]
    )
    ledger.draw(
        connection, [(ids[keys[account]], lot.id, lot.left) for account, lots in lots_of.items() for lot in lots]
    )
    ledger.change_balances(connection, {account: -points for account, points in left.items()})
    return len(expired)


def account_of(connection: Connection, contact_id: int, now: dt.datetime, language: str = "en") -> Account:
    """The member's points at `now`: the next expiry is a date in `now`'s zone, the tier's name is in `language`."""
    account = ledger.read_account(connection, contact_id)
    account_id = account[0] if account else None
    lots = ledger.open_lots(connection, account_id) if account_id is not None else []
    open_lots = [lot for lot in lots if not _expired(lot, now)]
    days = [(lot.expires_at.astimezone(now.tzinfo).date(), lot.left) for lot in open_lots if lot.expires_at]
    next_expiry = min((day for day, _ in days), default=None)
    tier = tiers.standing(connection, account_id, now)
    return Account(
        balance=sum(lot.left for lot in open_lots),
        next_expiry=next_expiry,
        next_expiry_points=sum(left for day, left in days if day == next_expiry),
        tier=named(tier.name, tier.names, language) if tier else "",
    )


def history(connection: Connection, contact_id: int, page: int, size: int) -> HistoryPage:
    """A page of the member's entries, newest first; page 1 is the newest. Raises ValueError for a page below 1."""
    if page < 1 or size < 1:
        raise ValueError("Pages and their sizes count from 1.")
    account = ledger.read_account(connection, contact_id)
    if account is None:
        return HistoryPage((), page, False)
    lines = ledger_history.page(connection, account[0], (page - 1) * size, size + 1)
    return HistoryPage(tuple(HistoryLine(*line) for line in lines[:size]), page, len(lines) > size)


def audit(connection: Connection) -> list[Discrepancy]:
    """Rebuild balances and lots from the entries and name every stored figure that differs; empty when sound.

    Reads the whole ledger: for the command line and tests, on a reading connection.
    """
    return discrepancies(connection)


def _expired(lot: Lot, now: dt.datetime) -> bool:
    return lot.expires_at is not None and lot.expires_at <= now


def _take(connection: Connection, entry: Entry, open_lots: list[Lot]) -> None:
    entry_id = ledger.add_entries(connection, [entry])[entry.key]
    drawn, wanted = [], entry.points
    for lot in open_lots:
        taken = min(lot.left, wanted)
        drawn.append((entry_id, lot.id, taken))
        wanted -= taken
        if not wanted:
            break
    ledger.draw(connection, drawn)
    ledger.change_balances(connection, {entry.debit_id: -entry.points})
