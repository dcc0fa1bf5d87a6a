"""What became of conversations, for the figures of service: when they began, were answered first and closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import conversations

PAGE = 5_000


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation: when it began, was answered first and closed, what was aimed at, and how it was rated.

    Without `resolve_due_at` it was closed while it was the customer's turn, with time left.
    """

    staff_id: int | None
    opened_at: dt.datetime
    first_due_at: dt.datetime | None
    first_replied_at: dt.datetime | None
    resolve_due_at: dt.datetime | None
    closed_at: dt.datetime | None
    rating: int | None


_SERVED = sa.select(*(conversations.c[name] for name in Served.__struct_fields__))


def opened(connection: Connection, queue_id: int, begin: dt.datetime, end: dt.datetime) -> Iterator[Served]:
    """A queue's conversations opened from `begin` until `end`, but for those that became part of another."""
    period = conversations.c.opened_at >= begin, conversations.c.opened_at < end
    found = _SERVED.where(conversations.c.queue_id == queue_id, *period, conversations.c.merged_into.is_(None))
    for row in connection.execution_options(yield_per=PAGE).execute(found):
        yield Served(**row._mapping)


def recent(
    connection: Connection, queue_id: int, since: dt.datetime, most: int
) -> list[tuple[dt.datetime, dt.datetime]]:
    """From when until when customers waited for a first answer, of the conversations that were begun last."""
    rows = connection.execute(
        sa.select(conversations.c.opened_at, conversations.c.first_replied_at)
        .where(
            conversations.c.queue_id == queue_id,
            conversations.c.opened_at >= since,
            conversations.c.first_replied_at.is_not(None),
        )
        .order_by(conversations.c.opened_at.desc())
        .limit(most)
    )
    return [(row.opened_at, row.first_replied_at) for row in rows]
