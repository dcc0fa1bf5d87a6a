"""Two contacts that staff found to be one person: joined, with what it comes to told before, and parted again.

What was said stays with the contact that goes, as with a card that is linked (`store.absorption`); everything else
goes to the one that is kept, its points through the ledger (`loyalty.joining`).
"""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from loyalty import joining
from loyalty.joining import Held, Joined
from store import absorption, merges, parting
from store.absorption import Moved
from store.merges import Merge, Side


class Together(msgspec.Struct, frozen=True, tag=True):
    """They are one now; `public_id` names the joining."""

    public_id: str
    points: int


class Apart(msgspec.Struct, frozen=True, tag=True):
    """They are two again; `spent` of the points that had gone over were spent meanwhile, and stay gone."""

    points: int
    spent: int


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Nothing was changed. `why`: `same`, `gone`, `leaving`, `held`, `later` or `undone`."""

    why: str


class Kept(msgspec.Struct):
    """What a joining moved, as it is kept: see `Moved` and `Joined`."""

    moved: Moved
    points: Joined


def join(connection: Connection, gone_id: int, kept_id: int, staff_id: int, now: dt.datetime) -> Together | Refused:
    """Let one contact go into the other. `now` is on the business's clock."""
    if gone_id == kept_id:
        return Refused("same")
    sides = merges.lock(connection, (gone_id, kept_id))
    if (why := _unfit(sides, gone_id, kept_id)) is not None:
        return Refused(why)
    public_id = merges.new_id()
    points = joining.join(connection, gone_id, kept_id, public_id, now)
    if isinstance(points, Held):
        return Refused("held")
    absorption.give_conversation(connection, gone_id, kept_id, now)
    moved = absorption.absorb(connection, gone_id, kept_id, accounts_too=False)
    kept = msgspec.to_builtins(Kept(moved, points))
    merges.add(connection, kept_id, gone_id, staff_id=staff_id, public_id=public_id, moved=kept, now=now)
    return Together(public_id, points.points + points.pending)


def undo(connection: Connection, merge: Merge, staff_id: int, now: dt.datetime) -> Apart | Refused:
    """Part the two again: each gets back what was theirs, as far as it is still there."""
    sides = merges.lock(connection, (merge.gone_id, merge.kept_id))
    gone, kept = sides.get(merge.gone_id), sides.get(merge.kept_id)
    if gone is None or kept is None or kept.erased_at or kept.leaving or gone.merged_into != merge.kept_id:
        return Refused("gone")
    if merges.has_later(connection, merge):
        return Refused("later")
    if not merges.note_undone(connection, merge.id, staff_id, now):
        return Refused("undone")
    was = msgspec.convert(merge.moved, Kept, strict=False)
    parted = joining.part(connection, merge.gone_id, merge.kept_id, was.points, f"{merge.public_id}:undone", now)
    if isinstance(parted, Held):
        merges.take_up_again(connection, merge.id)
        return Refused("held")
    parting.give_back(connection, merge.gone_id, merge.kept_id, was.moved)
    return Apart(parted.points, parted.spent)


def _unfit(sides: dict[int, Side], gone_id: int, kept_id: int) -> str | None:
    both = [sides.get(gone_id), sides.get(kept_id)]
    if any(each is None or each.merged_into is not None or each.erased_at is not None for each in both):
        return "gone"
    return "leaving" if any(each is not None and each.leaving for each in both) else None
