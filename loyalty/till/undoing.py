"""Undoing what was done at the till, within five minutes, and the list of what can be."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec
from sqlalchemy.engine import Connection

from loyalty import purchases, vouchers
from loyalty.till.presses import SENIOR, UNDO, UNDOABLE, Press, note, step_of
from store import due, till
from store.staff_sessions import Staff
from store.till import Action

TELLS = "till_undone"
SHOWN_FOR = dt.timedelta(hours=12)
MOST = 20


class Undone(msgspec.Struct, frozen=True, tag=True):
    """It is undone, now or before."""

    action: str


class NotUndone(msgspec.Struct, frozen=True, tag=True):
    """Nothing was undone: there is no such action of theirs, or five minutes have passed."""

    reason: Literal["unknown", "late"]


class Recent(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that was done lately. It can be undone until `until`, if given; `by` did it, unless oneself."""

    action: str
    kind: str
    at: dt.datetime
    name: str
    points: int = 0
    reward: str = ""
    by: str = ""
    until: dt.datetime | None = None
    undone: bool = False


def undo(connection: Connection, press: Press, action: str) -> Undone | NotUndone:
    """Take an earning or a redemption back and have the member told; whose it is may, and an admin or the owner.

    Points that were spent meanwhile become a debt.
    """
    found = till.lock(connection, action)
    if found is None or found.kind not in UNDOABLE or not _may(press.staff, found):
        return NotUndone("unknown")
    if found.undone_at is not None:
        return Undone(action)
    if press.now >= found.at + UNDO:
        return NotUndone("late")
    till.undo(connection, found.id, press.now)
    _take_back(connection, found, press.now)
    step = step_of(found)
    told = {"points": step.points, "voucher": step.voucher}
    due.plan(connection, found.contact_id, TELLS, told, key=f"undone:{action}", at=press.now)
    note(connection, press, f"till.undo.{found.kind}", found.contact_id, step)
    return Undone(action)


def recent(connection: Connection, staff: Staff, now: dt.datetime) -> tuple[Recent, ...]:
    """What this member of staff did in the last hours, newest first; an admin and the owner see everybody's."""
    mine = None if staff.role in SENIOR else staff.id
    found = till.recent(connection, now - SHOWN_FOR, MOST, staff_id=mine)
    return tuple(_shown(action, name, "" if action.staff_id == staff.id else by, now) for action, name, by in found)


def _may(staff: Staff, action: Action) -> bool:
    return action.staff_id == staff.id or staff.role in SENIOR


def _take_back(connection: Connection, action: Action, now: dt.datetime) -> None:
    if action.kind == "redeem":
        vouchers.undo_redeem(connection, action.subject, now)
        return
    for key in step_of(action).purchases:
        purchases.refund(connection, key, None, key=f"till-undo:{key}", at=now)


def _shown(action: Action, name: str, by: str, now: dt.datetime) -> Recent:
    step = step_of(action)
    open_until = action.at + UNDO
    undoable = action.kind in UNDOABLE and action.undone_at is None and now < open_until
    return Recent(
        action=action.public_id,
        kind=action.kind,
        at=action.at,
        name=name,
        points=step.points,
        reward=step.reward,
        by=by,
        until=open_until if undoable else None,
        undone=action.undone_at is not None,
    )
