"""Points are set aside, then spent or given back: a redemption never takes what is not there.

A hold takes from the oldest earnings first. Until it is posted or voided nobody else can spend its points; past its
time it is void. What comes back goes into the lots it came from and expires when they do.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Literal

import msgspec
from sqlalchemy.engine import Connection

from loyalty import freezing, moving
from loyalty.freezing import Frozen
from loyalty.moving import KeyReused, Owing, Refused
from store import ledger, ledger_holds, ledger_lots
from store.ledger import Entry, Member
from store.ledger_holds import Hold

RELEASE_CHUNK = 200


class Held(msgspec.Struct, frozen=True, tag=True):
    """The points are set aside until `until`; `key` is the hold's."""

    key: str
    points: int
    until: dt.datetime


class Spent(msgspec.Struct, frozen=True, tag=True):
    """The points left the account; `balance` is what can be spent now."""

    points: int
    balance: int


class Returned(msgspec.Struct, frozen=True, tag=True):
    """The points can be spent again."""

    points: int


class NotHeld(msgspec.Struct, frozen=True, tag=True):
    """Nothing was moved: there is no such hold, its time has passed, or it stands as `why` says."""

    why: Literal["unknown", "lapsed", "held", "posted", "voided", "donated", "frozen"]


def hold(
    connection: Connection,
    contact_id: int,
    points: int,
    *,
    key: str,
    at: dt.datetime,
    until: dt.datetime,
    reward_id: int | None = None,
    note: str = "",
) -> Held | Refused | Frozen:
    """Set points aside for a redemption, oldest earnings first, or say how many are missing, or that none may go.

    Points that have expired by `at` are not available, whether or not they were taken out already. The same key
    again changes nothing and gives the same answer. Raises ValueError for less than none and KeyReused when the
    key belongs to another movement. A reward that is free is held without an entry.
    """
    if points < 0:
        raise ValueError("Fewer than no points cannot be held.")
    member = ledger.read_account(connection, contact_id, lock=True)
    if member is None:
        return Refused(0, points)
    entry = Entry(key, "hold", member.id, points, at, note=note)
    if (before := ledger_holds.find(connection, [key]).get(key)) is not None:
        if (before.account_id, before.points) != (member.id, points):
            raise KeyReused(key)
        return Held(key, points, before.expires_at)
    if ledger.find_entry(connection, key) is not None:
        raise KeyReused(key)
    if freezing.stops(connection, member.id):
        return Frozen()
    lots = moving.usable(ledger_lots.open_lots(connection, member.id), at)
    available = moving.left_in(lots)
    if available < points:
        return Refused(available, points - available)
    if points:
        moving.take(connection, entry, lots)
    ledger_holds.add(connection, Hold(key, member.id, reward_id, points, "held", until), at)
    return Held(key, points, until)


def post(
    connection: Connection,
    key: str,
    at: dt.datetime,
    *,
    as_: Literal["spend", "donate"] = "spend",
    note: str = "",
) -> Spent | NotHeld:
    """Spend or donate what a hold set aside; again it changes nothing and says so in the same words.

    Raises KeyReused when the hold was posted as the other.
    """
    found = _locked(connection, key)
    if found is None:
        return NotHeld("unknown")
    each, member = found
    entry = Entry(f"post:{key}", as_, member.id, each.points, at, note=note)
    if each.state in ("posted", "restored"):
        if (before := ledger.find_entry(connection, entry.key)) is not None:
            moving.same(before, entry)
        elif each.points:
            raise KeyReused(key)
    elif each.state == "voided" or each.expires_at <= at:
        return NotHeld("voided" if each.state == "voided" else "lapsed")
    elif freezing.stops(connection, member.id):
        return NotHeld("frozen")
    else:
        if each.points:
            ledger.ensure_system_accounts(connection, at)
            ledger.post(connection, [entry])
        ledger_holds.end(connection, [key], "posted")
    lots = ledger_lots.open_lots(connection, member.id)
    return Spent(each.points, moving.left_in(moving.usable(lots, at)))


def void(connection: Connection, key: str, at: dt.datetime) -> Returned | NotHeld:
    """Put back what a hold set aside, and the piece of the reward it was for; again it changes nothing."""
    found = _locked(connection, key)
    if found is None:
        return NotHeld("unknown")
    each, member = found
    if each.state in ("posted", "restored"):
        return NotHeld("posted")
    if each.state == "held":
        _void(connection, [each], {member.id: member}, at)
    return Returned(each.points)


def release_expired(connection: Connection, now: dt.datetime, limit: int = RELEASE_CHUNK) -> int:
    """Void holds whose time has passed by `now`, at most `limit`; how many.

    One bounded chunk: call it in new transactions until it returns 0.
    """
    candidates = ledger_holds.lapsed(connection, now, limit)
    members = ledger.lock_members(connection, {each.account_id for each in candidates}) if candidates else {}
    # Read again under the locks: one of them may have been posted meanwhile.
    found = ledger_holds.find(connection, [each.key for each in candidates]) if candidates else {}
    held = [each for each in found.values() if each.state == "held"]
    if held:
        _void(connection, held, members, now)
    return len(candidates)


def restore(connection: Connection, hold_key: str, *, key: str, at: dt.datetime) -> Returned | NotHeld:
    """Give back what a posted hold spent, once, because what it bought was cancelled.

    The same key again changes nothing. Raises KeyReused when the key belongs to another movement, or when the
    hold was given back under another key.
    """
    found = _locked(connection, hold_key)
    if found is None:
        return NotHeld("unknown")
    each, member = found
    if each.state in ("held", "voided"):
        return NotHeld(each.state)
    spent = ledger.find_entry(connection, f"post:{hold_key}")
    if spent is None or spent.kind != "spend":
        return NotHeld("donated")
    entry = Entry(key, "restore", member.id, each.points, at)
    before = ledger.find_entry(connection, key)
    if before is not None:
        moving.same(before, entry)
    elif each.state == "restored":
        raise KeyReused(key)
    else:
        _restore(connection, entry, hold_key, member.debt)
    return Returned(each.points)


def _restore(connection: Connection, entry: Entry, hold_key: str, debt: int) -> None:
    taken_by = ledger.find_entries(connection, [hold_key])[hold_key]
    ids = moving.give_back(connection, [(entry, taken_by.id)])
    ledger_holds.end(connection, [hold_key], "restored")
    moving.repay(connection, [Owing(entry.account_id, debt, ids[entry.key], entry.at)])


def _locked(connection: Connection, key: str) -> tuple[Hold, Member] | None:
    found = ledger_holds.find(connection, [key]).get(key)
    if found is None:
        return None
    member = ledger.lock_members(connection, [found.account_id])[found.account_id]
    return ledger_holds.find(connection, [key])[key], member


def _void(connection: Connection, held: list[Hold], members: dict[int, Member], at: dt.datetime) -> None:
    moved = [each for each in held if each.points]
    taken = ledger.find_entries(connection, [each.key for each in moved])
    entries = {each.key: Entry(f"void:{each.key}", "void", each.account_id, each.points, at) for each in moved}
    ids = moving.give_back(connection, [(entry, taken[key].id) for key, entry in entries.items()])
    ledger_holds.end(connection, [each.key for each in held], "voided")
    ledger_holds.put_back(connection, Counter(each.reward_id for each in held if each.reward_id is not None))
    owing = {
        each.account_id: Owing(each.account_id, members[each.account_id].debt, ids[f"void:{each.key}"], at)
        for each in moved
    }
    moving.repay(connection, owing.values())
