"""Points that people give or take by hand: who asked for how many and why, and who agreed."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import adjustments, contacts, staff

State: TypeAlias = Literal["waiting", "posted", "refused"]


class Adjustment(msgspec.Struct, frozen=True, kw_only=True):
    """A correction of somebody's points; below zero they are taken. `contact_id` is who holds the points now."""

    id: int
    public_id: str
    contact_id: int
    points: int
    reason: str
    staff_id: int
    state: State
    at: dt.datetime


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One as people see it: whose points they are, and who asked for it."""

    public_id: str
    contact: str
    name: str
    number: str | None
    points: int
    reason: str
    staff_id: int
    staff: str
    at: dt.datetime


_holder = contacts.alias("holder")
_HOLDER = sa.func.coalesce(_holder.c.merged_into, _holder.c.id)
_COLUMNS = (
    adjustments.c.id,
    adjustments.c.public_id,
    _HOLDER.label("contact_id"),
    *(adjustments.c[name] for name in ("points", "reason", "staff_id", "state", "at")),
)
_ROW = sa.select(*_COLUMNS).select_from(adjustments.join(_holder, _holder.c.id == adjustments.c.contact_id))


_TOLD = sa.select(
    adjustments.c.public_id,
    contacts.c.public_id.label("contact"),
    contacts.c.name,
    contacts.c.number,
    *(adjustments.c[name] for name in ("points", "reason", "staff_id", "at")),
    staff.c.name.label("staff"),
).select_from(
    adjustments.join(_holder, _holder.c.id == adjustments.c.contact_id)
    .join(contacts, contacts.c.id == _HOLDER)
    .join(staff, staff.c.id == adjustments.c.staff_id)
)
_WAITS = adjustments.c.state == sa.literal_column("'waiting'")  # written out, as the index says it


def add(
    connection: Connection,
    public_id: str,
    contact_id: int,
    *,
    points: int,
    reason: str,
    staff_id: int,
    state: State,
    now: dt.datetime,
) -> bool:
    """Add one; False when there is one with this public id."""
    values = {"contact_id": contact_id, "points": points, "reason": reason, "staff_id": staff_id, "state": state}
    new = insert(adjustments).values(public_id=public_id, at=now, **values)
    added = new.on_conflict_do_nothing(index_elements=["public_id"]).returning(adjustments.c.id)
    return connection.execute(added).first() is not None


def find(connection: Connection, public_id: str, *, lock: bool = False) -> Adjustment | None:
    """The one with this public id, locked until the transaction ends if asked."""
    found = _ROW.where(adjustments.c.public_id == public_id)
    row = connection.execute(found.with_for_update(of=adjustments) if lock else found).one_or_none()
    return Adjustment(**row._mapping) if row else None


def decide(connection: Connection, adjustment_id: int, state: State, staff_id: int, now: dt.datetime) -> None:
    """Note what a second person said."""
    this = adjustments.c.id == adjustment_id
    connection.execute(adjustments.update().where(this).values(state=state, decided_by=staff_id, decided_at=now))


def waiting(connection: Connection, limit: int) -> list[Told]:
    """Those that wait for a second person, the oldest first."""
    found = _TOLD.where(_WAITS).order_by(adjustments.c.at, adjustments.c.id).limit(limit)
    return [Told(**row._mapping) for row in connection.execute(found)]


def told(connection: Connection, adjustment_id: int) -> Told:
    """One as it is listed."""
    return Told(**connection.execute(_TOLD.where(adjustments.c.id == adjustment_id)).one()._mapping)


def how_many_wait(connection: Connection) -> int:
    """How many wait for a second person."""
    return connection.scalar(sa.select(sa.func.count()).select_from(adjustments).where(_WAITS)) or 0


def waiting_for(connection: Connection, contact_id: int) -> list[Adjustment]:
    """Those of a customer that wait for a second person, the oldest first."""
    mine = _ROW.where(adjustments.c.contact_id == contact_id, adjustments.c.state == "waiting")
    return [Adjustment(**row._mapping) for row in connection.execute(mine.order_by(adjustments.c.id))]


def alone(connection: Connection, contact_id: int, staff_id: int, since: dt.datetime) -> int:
    """How many points this person gave to and took from the customer without a second person since a moment."""
    moved = sa.func.coalesce(sa.func.sum(sa.func.abs(adjustments.c.points)), 0)
    theirs = (adjustments.c.contact_id == contact_id, adjustments.c.staff_id == staff_id)
    posted = (adjustments.c.state == "posted", adjustments.c.decided_by.is_(None), adjustments.c.at > since)
    return int(connection.scalar(sa.select(moved).where(*theirs, *posted)) or 0)
