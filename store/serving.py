"""Who of the team can be given a conversation now, who had it before, and what waits for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.staff import SERVING
from store.tables import contacts, conversations, staff, staff_queues

OPEN = sa.text("conversations.state <> 'closed'")  # as the partial indexes have it


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A member of staff who is there: `languages` (none: whatever comes), and how many conversations they hold."""

    id: int
    public_id: str
    name: str
    languages: tuple[str, ...]
    capacity: int
    assigned_at: dt.datetime | None
    held: int = 0


def _works() -> sa.ColumnElement[bool]:
    return sa.and_(staff.c.active, staff.c.role.in_(SERVING), staff.c.away.is_(sa.false()))


def _serves(queue_id: int) -> sa.ColumnElement[bool]:
    mine = sa.exists().where(staff_queues.c.staff_id == staff.c.id)
    return sa.or_(~mine, mine.where(staff_queues.c.queue_id == queue_id))


def lock_servers(
    connection: Connection, queue_id: int, since: dt.datetime, only: int | None = None
) -> list[Server]:
    """Those who serve a queue and were seen after `since`, locked in the order of their ids; of one, `only` them.

    Their conversations are counted after they are locked: two that arrive at once see each other's.
    """
    there = [_works(), staff.c.present_at > since, _serves(queue_id)]
    if only is not None:
        there.append(staff.c.id == only)
    columns = (staff.c[name] for name in Server.__struct_fields__[:-1])
    # Not against the key: rows that name a member of staff come in meanwhile.
    locked = sa.select(*columns).where(*there).order_by(staff.c.id).with_for_update(key_share=True)
    rows = connection.execute(locked).all()
    held = _held(connection, [row.id for row in rows])
    return [
        Server(**{**row._mapping, "languages": tuple(row.languages or ())}, held=held.get(row.id, 0))
        for row in rows
    ]


def free(connection: Connection, queue_id: int, since: dt.datetime) -> int:
    """How many more conversations those who serve a queue and were seen after `since` could be given."""
    who = sa.select(staff.c.id, staff.c.capacity).where(_works(), staff.c.present_at > since, _serves(queue_id))
    rows = connection.execute(who).all()
    held = _held(connection, [row.id for row in rows])
    return sum(max(0, row.capacity - held.get(row.id, 0)) for row in rows)


def there(connection: Connection, queue_id: int, since: dt.datetime) -> int:
    """How many of those who serve a queue were seen after `since`."""
    who = sa.select(sa.func.count()).select_from(staff)
    return connection.scalar(who.where(_works(), staff.c.present_at > since, _serves(queue_id))) or 0


def _held(connection: Connection, staff_ids: Collection[int]) -> dict[int, int]:
    theirs = conversations.c.staff_id.in_(staff_ids), conversations.c.state == "held", OPEN
    counted = sa.select(conversations.c.staff_id, sa.func.count().label("held")).where(*theirs)
    rows = connection.execute(counted.group_by(conversations.c.staff_id)) if staff_ids else ()
    return {row.staff_id: row.held for row in rows}


def last_server(connection: Connection, contact_id: int) -> int | None:
    """The id of whoever had a conversation with this customer last."""
    had = sa.select(conversations.c.staff_id).where(
        conversations.c.contact_id == contact_id, conversations.c.staff_id.is_not(None)
    )
    return connection.scalar(had.order_by(conversations.c.id.desc()).limit(1))


def note_assigned(connection: Connection, staff_id: int, now: dt.datetime) -> None:
    """Somebody was given a conversation: whose turn it is goes by this."""
    connection.execute(staff.update().where(staff.c.id == staff_id).values(assigned_at=now))


def note_seen(connection: Connection, staff_id: int, now: dt.datetime, unless_since: dt.datetime) -> bool:
    """Somebody is there; whether it was written, which it is not when they were seen after `unless_since`."""
    old = sa.or_(staff.c.present_at.is_(None), staff.c.present_at <= unless_since)
    seen = staff.update().where(staff.c.id == staff_id, old).values(present_at=now)
    return bool(connection.execute(seen).rowcount)


def set_away(connection: Connection, staff_id: int, away: bool, now: dt.datetime) -> None:
    """Somebody goes away, or is back; either way they were there `now`."""
    connection.execute(staff.update().where(staff.c.id == staff_id).values(away=away, present_at=now))


def waiting(connection: Connection, queue_id: int, most: int) -> list[str]:
    """The public ids of the contacts who wait in a queue, the longest wait first."""
    rows = (
        sa.select(contacts.c.public_id)
        .select_from(conversations.join(contacts, contacts.c.id == conversations.c.contact_id))
        .where(conversations.c.state == "queued", conversations.c.queue_id == queue_id, OPEN)
        .order_by(conversations.c.waiting_since.nulls_last(), conversations.c.id)
    )
    return list(connection.scalars(rows.limit(most)))


def ahead(connection: Connection, queue_id: int) -> int:
    """How many wait in a queue."""
    queued = conversations.c.state == "queued", conversations.c.queue_id == queue_id, OPEN
    return connection.scalar(sa.select(sa.func.count()).select_from(conversations).where(*queued)) or 0


def left_alone(connection: Connection, since: dt.datetime, most: int, contact_id: int | None = None) -> list[str]:
    """The public ids of contacts, or of one if it is, whom somebody holds that is not there.

    Who is away, or was not seen after `since`, leaves those who wait for an answer; who serves no more leaves all.
    A conversation that was taken after `since` counts as a sign of its holder.
    """
    gone = sa.or_(staff.c.active.is_(sa.false()), staff.c.role.not_in(SERVING))
    unseen = sa.func.coalesce(staff.c.present_at <= since, sa.true())
    idle = sa.func.coalesce(conversations.c.assigned_at <= since, sa.true())
    waits = conversations.c.waiting_since.is_not(None), sa.or_(staff.c.away, idle)
    rows = (
        sa.select(contacts.c.public_id)
        .select_from(
            staff.join(conversations, conversations.c.staff_id == staff.c.id).join(
                contacts, contacts.c.id == conversations.c.contact_id
            )
        )
        .where(
            sa.or_(gone, staff.c.away, unseen),
            conversations.c.state == "held",
            OPEN,
            sa.or_(gone, sa.and_(*waits)),
        )
        .order_by(conversations.c.waiting_since.nulls_last(), conversations.c.id)
    )
    if contact_id is not None:
        rows = rows.where(conversations.c.contact_id == contact_id)
    return list(connection.scalars(rows.limit(most)))
