"""Two members found to be one person: the points of one go to the other, lot by lot, and can go back.

Each lot keeps when it was earned, when it expires or matures, and the purchase it came from. Nothing is counted
twice for tiers: what the old account earned counts for the new one (`store.ledger_tiers`), which also keeps the
higher tier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from sqlalchemy.engine import Connection

from loyalty import freezing, moving, programme, tiers
from loyalty.moving import Owing
from store import ledger, ledger_freezing, ledger_lots, ledger_tiers
from store.ledger import Entry, Member
from store.ledger_kinds import EntryKind
from store.ledger_lots import Drawn, Lot, NewLot
from store.ledger_tiers import Stood, TierChange

JOINED, PARTED = "joined", "parted"  # why a tier changed


class Joined(msgspec.Struct, frozen=True, tag=True):
    """What went over: points that can be spent, pending ones, and debt. `entries` opened the lots that hold them.

    `tier` is the higher one that went with them, until when, and `before` what the other had: both empty when it
    has the higher one itself.
    """

    points: int = 0
    pending: int = 0
    debt: int = 0
    entries: tuple[int, ...] = ()
    tier: tuple[str, dt.datetime | None] | None = None
    before: tuple[str, dt.datetime | None] | None = None


class Held(msgspec.Struct, frozen=True, tag=True):
    """A redemption is under way with one of them, for a quarter of an hour at most; nothing went over."""


class Parted(msgspec.Struct, frozen=True, tag=True):
    """What went back; `spent` of the points had been spent meanwhile, or have expired, and stay gone."""

    points: int
    spent: int


def join(connection: Connection, gone: int, kept: int, key: str, now: dt.datetime) -> Joined | Held:
    """Give the points of the contact `gone` to `kept`; both contacts are locked. `key` names the joining."""
    if ledger.read_account(connection, gone) is None:
        return Joined()
    members = ledger.lock_accounts(connection, {gone: now, kept: now})
    old, new = members[gone], members[kept]
    if old.held or new.held:
        return Held()
    lots = ledger_lots.open_lots(connection, old.id)
    opened = _carry(connection, lots, old.id, new.id, key, now)
    _carry_debt(connection, old, new, opened, key, now)
    if (frozen := ledger_freezing.of_account(connection, old.id)) is not None:
        freezing.freeze(connection, kept, frozen.why, frozen.since)  # what was stolen opens this account, too
    tier = _higher(connection, old, new)
    if tier is not None:
        _stand(connection, new.id, *tier, JOINED, now)
    pending = sum(lot.left for lot in lots if lot.matures_at is not None)
    return Joined(
        points=moving.left_in(lots) - pending,
        pending=pending,
        debt=old.debt,
        entries=tuple(opened),
        tier=tier,
        before=(new.tier, new.tier_until) if tier is not None else None,
    )


def part(connection: Connection, gone: int, kept: int, joined: Joined, key: str, now: dt.datetime) -> Parted | Held:
    """Give back what is left of what `joined` brought; both contacts are locked."""
    if not joined.entries and not joined.debt and joined.tier is None:
        return Parted(0, 0)
    members = ledger.lock_accounts(connection, {gone: now, kept: now})
    old, new = members[gone], members[kept]
    if new.held:
        return Held()
    brought = set(ledger_lots.lots_of(connection, joined.entries))
    lots = [lot for lot in ledger_lots.open_lots(connection, new.id) if lot.id in brought]
    opened = _carry(connection, lots, new.id, old.id, key, now)
    owed = new._replace(debt=min(new.debt, joined.debt))
    _carry_debt(connection, owed, old, opened, key, now)
    if joined.tier is not None and joined.before is not None and (new.tier, new.tier_until) == joined.tier:
        _stand(connection, new.id, *joined.before, PARTED, now)
    left = moving.left_in(lots)
    return Parted(left, joined.points + joined.pending - left)


def _carry(
    connection: Connection, lots: Sequence[Lot], source: int, target: int, key: str, now: dt.datetime
) -> list[int]:
    """Move what is left of lots to another account; the entries that opened the new lots."""
    if not lots:
        return []
    ledger.ensure_system_accounts(connection, now)
    taken = [
        Entry(f"part:{key}:{lot.id}", _kind("part", lot), source, lot.left, now, lot.purchase_id) for lot in lots
    ]
    given = [
        Entry(f"join:{key}:{lot.id}", _kind("join", lot), target, lot.left, now, lot.purchase_id, lot.expires_at)
        for lot in lots
    ]
    ids = ledger.post(connection, taken)
    ledger_lots.draw(
        connection, [Drawn(ids[entry.key], lot.id, lot.left) for entry, lot in zip(taken, lots, strict=True)]
    )
    opened = ledger.post(connection, given)
    ledger_lots.add_lots(
        connection,
        [
            NewLot(target, opened[entry.key], lot.left, lot.earned_at, lot.expires_at, lot.matures_at)
            for entry, lot in zip(given, lots, strict=True)
        ],
    )
    return list(opened.values())


def _kind(what: str, lot: Lot) -> EntryKind:
    kinds: dict[str, tuple[EntryKind, EntryKind]] = {"part": ("part", "partpend"), "join": ("join", "joinpend")}
    return kinds[what][lot.matures_at is not None]


def _carry_debt(
    connection: Connection, source: Member, target: Member, opened: Sequence[int], key: str, now: dt.datetime
) -> None:
    """Move what is owed; whoever owes then repays it at once from what has come."""
    came = list(opened)
    if source.debt:
        ledger.ensure_system_accounts(connection, now)
        lifted = Entry(f"partdebt:{key}", "partdebt", source.id, source.debt, now)
        laid_on = Entry(f"joindebt:{key}", "joindebt", target.id, source.debt, now)
        came.append(ledger.post(connection, [lifted, laid_on])[laid_on.key])
    if came and (debt := source.debt + target.debt):
        moving.repay(connection, [Owing(target.id, debt, came[-1], now)])


def _higher(connection: Connection, old: Member, new: Member) -> tuple[str, dt.datetime | None] | None:
    ladder = tiers.ladder_of(programme.read(connection))
    was, has = ladder.level_of(old.tier), ladder.level_of(new.tier)
    if was is None or (has is not None and was <= has):
        return None
    return old.tier, old.tier_until


def _stand(
    connection: Connection, account_id: int, tier: str, until: dt.datetime | None, why: str, now: dt.datetime
) -> None:
    ledger_tiers.stand(connection, [Stood(account_id, tier, until)])
    ledger_tiers.add_changes(connection, [TierChange(account_id, tier, why, until, now)])
