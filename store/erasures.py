"""Contacts that asked to be forgotten: when it begins, and the moment until which they may take it back."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import insert
from store.tables import erasures

TAKEN_BACK_WITHIN = dt.timedelta(hours=24)


def ask(connection: Connection, contact_id: int, now: dt.datetime) -> dt.datetime:
    """Have a contact forgotten a day from now; asking again changes nothing. The moment at which it begins."""
    new = insert(erasures).values(contact_id=contact_id, asked_at=now, due_at=now + TAKEN_BACK_WITHIN)
    connection.execute(new.on_conflict_do_nothing())
    due_at = pending(connection, contact_id)
    assert due_at is not None
    return due_at


def pending(connection: Connection, contact_id: int) -> dt.datetime | None:
    """When the contact is to be forgotten; None when they did not ask for it."""
    mine = sa.and_(erasures.c.contact_id == contact_id, erasures.c.done_at.is_(None))
    return connection.scalar(sa.select(erasures.c.due_at).where(mine))


def take_back(connection: Connection, contact_id: int, now: dt.datetime) -> bool:
    """Leave the contact as they are; False when nothing was asked, or it has begun. The contact is locked."""
    mine = sa.and_(erasures.c.contact_id == contact_id, erasures.c.done_at.is_(None), erasures.c.due_at > now)
    return connection.execute(erasures.delete().where(mine)).rowcount == 1


def next_due(connection: Connection, now: dt.datetime) -> int | None:
    """A contact who is to be forgotten now; None when there is none."""
    waiting = sa.select(erasures.c.contact_id).where(erasures.c.done_at.is_(None), erasures.c.due_at <= now)
    return connection.scalar(waiting.order_by(erasures.c.due_at).limit(1))


def is_due(connection: Connection, contact_id: int, now: dt.datetime) -> bool:
    """Whether the contact is still to be forgotten now."""
    due_at = pending(connection, contact_id)
    return due_at is not None and due_at <= now


def put_off(connection: Connection, contact_id: int, until: dt.datetime) -> None:
    """Come back to a contact later: others are not to wait for what holds this one up."""
    connection.execute(erasures.update().where(erasures.c.contact_id == contact_id).values(due_at=until))


def done(connection: Connection, contact_id: int, now: dt.datetime) -> None:
    """Nothing is left to be forgotten."""
    connection.execute(erasures.update().where(erasures.c.contact_id == contact_id).values(done_at=now))
