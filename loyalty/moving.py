"""What every movement of points has in common: keys, lots from the oldest on, and debts that are repaid at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from store import ledger, ledger_lots
from store.ledger import Entry, Posted
from store.ledger_lots import Drawn, Lot
from talk.errors import SapaError


class KeyReused(SapaError):
    """An idempotency key was given for two different movements of points. Give each movement a key of its own."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The key {key!r} belongs to another movement of points; use a key of its own.")


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The account holds only `available` points that can be spent; nothing was taken."""

    available: int
    missing: int


class Owing(NamedTuple):
    """A member in debt to whom the entry `entry_id` gave points at `at`."""

    account_id: int
    debt: int
    entry_id: int
    at: dt.datetime


def usable(lots: Iterable[Lot], at: dt.datetime) -> list[Lot]:
    """Those that can be spent at `at`, in their order: neither pending nor expired."""
    return [lot for lot in lots if lot.matures_at is None and (lot.expires_at is None or lot.expires_at > at)]


def left_in(lots: Iterable[Lot]) -> int:
    """The points that are left in lots."""
    return sum(lot.left for lot in lots)


def take(connection: Connection, entry: Entry, lots: Sequence[Lot]) -> int:
    """Post an entry that takes its points from these lots, the first one first; its id.

    The lots hold at least as many points, and the member's account is locked.
    """
    entry_id = ledger.post(connection, [entry])[entry.key]
    drawn, wanted = [], entry.points
    for lot in lots:
        taken = min(lot.left, wanted)
        drawn.append(Drawn(entry_id, lot.id, taken))
        wanted -= taken
        if not wanted:
            break
    ledger_lots.draw(connection, drawn)
    return entry_id


def give_back(connection: Connection, given: Sequence[tuple[Entry, int]]) -> dict[str, int]:
    """Post entries that each put points back into the lots an earlier entry took them from; their ids by key."""
    if not given:
        return {}
    ids = ledger.post(connection, [entry for entry, _ in given])
    to = {taken_by: ids[entry.key] for entry, taken_by in given}
    drawn = ledger_lots.draws_of(connection, to)
    ledger_lots.draw(connection, [Drawn(to[each.entry_id], each.lot_id, -each.points) for each in drawn])
    return ids


def repay(connection: Connection, owing: Iterable[Owing]) -> None:
    """Take debts out of what has just come in, before it can be spent; each account comes once."""
    for account_id, debt, entry_id, at in owing:
        if not debt:
            continue
        lots = usable(ledger_lots.open_lots(connection, account_id), at)
        if points := min(debt, left_in(lots)):
            take(connection, Entry(f"repay:{entry_id}", "repay", account_id, points, at), lots)


def same(found: Posted, entry: Entry) -> Posted:
    """The entry that was found under a key, if it is the movement that is meant. Raises KeyReused."""
    if (found.kind, found.account_id, found.points) != (entry.kind, entry.account_id, entry.points):
        raise KeyReused(entry.key)
    return found
