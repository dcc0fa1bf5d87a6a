"""When conversations of a queue were begun and answered first."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import conversations


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
