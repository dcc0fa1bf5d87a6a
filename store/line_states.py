"""What went over each channel of late: the last message either way, and what failed."""

from __future__ import annotations

import datetime as dt

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import inbox, outbox

NEWEST = 20_000  # rows that are looked at: a page is no reason to read the years before


class LineState(msgspec.Struct, kw_only=True):
    """One channel: when the last message came and went, and what failed in the last day."""

    heard_at: dt.datetime | None = None
    sent_at: dt.datetime | None = None
    failures: int = 0
    reason: str = ""


def of_each(connection: Connection, now: dt.datetime) -> dict[str, LineState]:
    """The channels by name, those over which something went."""
    states: dict[str, LineState] = {}
    newest_in = inbox.c.id > sa.select(sa.func.max(inbox.c.id) - NEWEST).scalar_subquery()
    heard = sa.select(inbox.c.channel, sa.func.max(inbox.c.at)).where(newest_in).group_by(inbox.c.channel)
    for channel, at in connection.execute(heard):
        states.setdefault(channel, LineState()).heard_at = at
    newest_out = outbox.c.id > sa.select(sa.func.max(outbox.c.id) - NEWEST).scalar_subquery()
    sent = sa.select(outbox.c.channel, sa.func.max(outbox.c.sent_at)).where(newest_out).group_by(outbox.c.channel)
    for channel, at in connection.execute(sent):
        states.setdefault(channel, LineState()).sent_at = at
    failed = (
        sa.select(outbox.c.channel, outbox.c.reason)
        .where(newest_out, outbox.c.state.in_(("failed", "unknown")), outbox.c.due_at > now - dt.timedelta(days=1))
        .order_by(outbox.c.id)
    )
    for channel, reason in connection.execute(failed):
        state = states.setdefault(channel, LineState())
        state.failures, state.reason = state.failures + 1, reason or state.reason
    return states
