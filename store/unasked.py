"""What a contact got, or was to get, without having asked, as whoever wants to know why reads it."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import contacts, due, outbox


class Message(NamedTuple):
    """A message in the outbox: its kind, how far it got and why, and the moments that matter."""

    kind: str
    state: str
    reason: str
    created_at: dt.datetime
    due_at: dt.datetime
    sent_at: dt.datetime | None


class Waiting(NamedTuple):
    """A dialogue that is to be started; `parked` after it failed too often."""

    flow: str
    key: str
    at: dt.datetime
    parked: bool


class Who(NamedTuple):
    """A contact, as they are told from others."""

    id: int
    public_id: str
    number: str | None
    name: str
    timezone: str


def messages(connection: Connection, contact_id: int, since: dt.datetime) -> list[Message]:
    """The unasked messages made since that moment, but those of campaigns (`store.why_not`), the newest first."""
    columns = (outbox.c[name] for name in Message._fields)
    mine = (outbox.c.contact_id == contact_id, outbox.c.kind != "", outbox.c.campaign_id.is_(None))
    return [
        Message(*row)
        for row in connection.execute(
            sa.select(*columns).where(*mine, outbox.c.created_at >= since).order_by(outbox.c.id.desc())
        )
    ]


def waiting(connection: Connection, contact_id: int) -> list[Waiting]:
    """The dialogues that are to be started with the contact, the soonest first."""
    columns = (due.c[name] for name in Waiting._fields)
    mine = (due.c.contact_id == contact_id, due.c.kind == "flow")
    return [Waiting(*row) for row in connection.execute(sa.select(*columns).where(*mine).order_by(due.c.at))]


def named(connection: Connection, public_id: str, number: str, phone: str | None) -> list[Who]:
    """The contacts that are meant by a public id, the business's number, or a phone number."""
    meant = [contacts.c.public_id == public_id, contacts.c.number == number]
    if phone is not None:
        meant.append(contacts.c.phone == phone)
    columns = (contacts.c[name] for name in Who._fields)
    found = sa.select(*columns).where(sa.or_(*meant), contacts.c.merged_into.is_(None)).order_by(contacts.c.id)
    return [Who(*row) for row in connection.execute(found)]
