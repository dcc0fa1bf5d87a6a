"""By when conversations are to be answered and done, and at which of them time alone changes something."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.desk import State
from store.tables import contacts, conversations


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """An open conversation as time sees it.

    `resolve_left` are the seconds of served time that are left while it is the customer's turn. `warned` and
    `escalated` name the target (first, resolve) of which that was done last.
    """

    id: int
    public_id: str
    queue_id: int
    state: State
    waiting_since: dt.datetime | None
    snoozed_until: dt.datetime | None
    first_due_at: dt.datetime | None
    first_replied_at: dt.datetime | None
    resolve_due_at: dt.datetime | None
    resolve_left: int | None
    warned: str
    escalated: str
    look_at: dt.datetime | None
    answer_promised_at: dt.datetime | None


_WATCHED = sa.select(*(conversations.c[name] for name in Watched.__struct_fields__))


def watched(connection: Connection, contact_id: int) -> Watched | None:
    """The contact's open conversation."""
    found = _WATCHED.where(conversations.c.contact_id == contact_id, sa.text("conversations.state <> 'closed'"))
    row = connection.execute(found).one_or_none()
    return Watched(**row._mapping) if row else None


def ready(connection: Connection, now: dt.datetime, most: int) -> list[tuple[str, int]]:
    """Public id of the contact and id of the conversation where time has come, the longest past first."""
    rows = connection.execute(
        sa.select(contacts.c.public_id, conversations.c.id)
        .select_from(conversations.join(contacts, contacts.c.id == conversations.c.contact_id))
        .where(conversations.c.look_at <= now)
        .order_by(conversations.c.look_at)
        .limit(most)
    )
    return [(row.public_id, row.id) for row in rows]


def put_off(connection: Connection, conversation_id: int, until: dt.datetime | None) -> None:
    """Look at a conversation later, or by itself never again."""
    connection.execute(conversations.update().where(conversations.c.id == conversation_id).values(look_at=until))
