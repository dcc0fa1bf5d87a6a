"""What members of staff promised to customers: by when, who answers for it, and what became of it."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any, Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import contacts, promises, staff

State: TypeAlias = Literal["open", "kept", "cancelled"]


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A promise. `name` is of the member of staff who answers for it; `contact` the customer's public id."""

    id: int
    public_id: str
    contact_id: int
    conversation_id: int | None
    staff_id: int
    text: str
    due_at: dt.datetime
    state: State
    look_at: dt.datetime | None
    reminded_at: dt.datetime | None
    told_at: dt.datetime | None
    escalated_at: dt.datetime | None
    settled_at: dt.datetime | None
    reason: str
    created_at: dt.datetime
    name: str
    contact: str


_PROMISE = (
    sa.select(
        *(promises.c[name] for name in Promise.__struct_fields__[:-2]),
        staff.c.name,
        contacts.c.public_id.label("contact"),
    )
    .select_from(promises)
    .join(staff, staff.c.id == promises.c.staff_id)
    .join(contacts, contacts.c.id == promises.c.contact_id)
)


def add(connection: Connection, **values: object) -> str:
    """A new promise, which is open; its public id."""
    public_id = secrets.token_urlsafe(12)
    connection.execute(promises.insert().values({"public_id": public_id, "state": "open", **values}))
    return public_id


def find(connection: Connection, public_id: str) -> Promise | None:
    """The promise with this public id."""
    return next(iter(_many(connection, _PROMISE.where(promises.c.public_id == public_id))), None)


def change(connection: Connection, promise_id: int, **values: object) -> None:
    """Change columns of a promise."""
    connection.execute(promises.update().where(promises.c.id == promise_id).values(values))


def of_contact(connection: Connection, contact_id: int, most: int = 50) -> list[Promise]:
    """What a customer was promised: what is open first, the soonest in front; then what was settled last."""
    is_open = sa.case((promises.c.state == "open", 0), else_=1)
    mine = _PROMISE.where(promises.c.contact_id == contact_id)
    return _many(connection, mine.order_by(is_open, promises.c.settled_at.desc(), promises.c.due_at).limit(most))


def open_ones(
    connection: Connection, before: dt.datetime, *, staff_id: int | None = None, most: int = 200
) -> list[Promise]:
    """Open promises due before a moment, everybody's or one person's, the soonest first."""
    found = _PROMISE.where(promises.c.state == "open", promises.c.due_at < before)
    if staff_id is not None:
        found = found.where(promises.c.staff_id == staff_id)
    return _many(connection, found.order_by(promises.c.due_at, promises.c.id).limit(most))


def ready(connection: Connection, now: dt.datetime, most: int) -> list[tuple[str, str, int]]:
    """Public id of the contact, public id and id of the promises where time has come, the longest past first."""
    found = (
        sa.select(contacts.c.public_id, promises.c.public_id, promises.c.id)
        .select_from(promises.join(contacts, contacts.c.id == promises.c.contact_id))
        .where(promises.c.look_at <= now)
        .order_by(promises.c.look_at)
    )
    return [tuple(row) for row in connection.execute(found.limit(most))]


def give_to(connection: Connection, staff_id: int, heir_id: int) -> int:
    """Let somebody else answer for all that is open of a member of staff's; how many there were."""
    theirs = promises.c.staff_id == staff_id, promises.c.state == "open"
    return connection.execute(promises.update().where(*theirs).values(staff_id=heir_id)).rowcount


def without_keeper(connection: Connection, serving: tuple[str, ...]) -> list[int]:
    """The ids of those who serve customers no more and have promises open."""
    left = sa.or_(staff.c.active.is_(sa.false()), staff.c.role.not_in(serving))
    owing = sa.exists().where(promises.c.staff_id == staff.c.id, promises.c.state == "open")
    return list(connection.scalars(sa.select(staff.c.id).where(left, owing).order_by(staff.c.id)))


def heir(connection: Connection) -> int | None:
    """The id of whoever answers for what others left: the first owner, else the first administrator."""
    first = sa.case((staff.c.role == "owner", 0), else_=1)
    able = sa.select(staff.c.id).where(staff.c.active, staff.c.role.in_(("owner", "admin")))
    return connection.scalar(able.order_by(first, staff.c.id).limit(1))


def between(connection: Connection, begin: dt.datetime, end: dt.datetime) -> list[Promise]:
    """The promises due from `begin` until `end`."""
    due = promises.c.state.in_(("open", "kept", "cancelled")), promises.c.due_at >= begin, promises.c.due_at < end
    return _many(connection, _PROMISE.where(*due))


def _many(connection: Connection, statement: sa.Select[Any]) -> list[Promise]:
    return [Promise(**row._mapping) for row in connection.execute(statement)]
