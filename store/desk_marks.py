"""Where the team's open conversations stand, in few words: for whoever has to know of every change of them."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.desk import State
from store.tables import Utc, contacts, conversations

_C = conversations.c


class Mark(msgspec.Struct, frozen=True):
    """Where a contact's conversation stands, how far it got, and when it moved last."""

    state: State
    queue_id: int
    staff_id: int | None
    seq: int
    moved_at: dt.datetime


def marks(connection: Connection) -> dict[int, Mark]:
    """Of every open conversation, by contact."""
    query = (
        sa.select(_C.contact_id, _C.state, _C.queue_id, _C.staff_id, contacts.c.seq, _C.moved_at)
        .join(contacts, contacts.c.id == _C.contact_id)
        .where(sa.text("conversations.state <> 'closed'"))
    )
    return {row[0]: Mark(*row[1:]) for row in connection.execute(query)}


def moved(connection: Connection, since: dt.datetime) -> list[tuple[int, State, dt.datetime]]:
    """Which conversations moved since a moment: the contact, the state, and when."""
    query = sa.select(_C.contact_id, _C.state, _C.moved_at).where(
        _C.moved_at >= sa.bindparam("since", since, Utc())
    )
    return [(contact_id, state, at) for contact_id, state, at in connection.execute(query.order_by(_C.moved_at))]
