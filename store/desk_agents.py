"""Members of staff whose consoles are open: whether their sessions still hold, and which queues they serve."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import Language
from store.staff import Role
from store.staff_sessions import IDLE
from store.tables import staff, staff_queues, staff_sessions


class Agent(msgspec.Struct, frozen=True, kw_only=True):
    """Whose console is open. `queues` are the ids of those they serve; empty: all."""

    id: int
    public_id: str
    role: Role
    language: Language
    queues: frozenset[int]


def agents(connection: Connection, sessions: Collection[str], now: dt.datetime) -> dict[str, Agent]:
    """Who is behind each of these sessions, named by their digests; none for a session that is over."""
    found = connection.execute(
        sa.select(staff_sessions.c.digest, staff.c.id, staff.c.public_id, staff.c.role, staff.c.language)
        .join(staff, staff.c.id == staff_sessions.c.staff_id)
        .where(
            staff_sessions.c.digest.in_(sessions),
            staff.c.active,
            staff_sessions.c.seen_at > now - IDLE,
            staff_sessions.c.expires_at > now,
        )
    ).all()
    serving = sa.select(staff_queues.c.staff_id, staff_queues.c.queue_id)
    served: dict[int, set[int]] = {}
    for staff_id, queue_id in connection.execute(
        serving.where(staff_queues.c.staff_id.in_({row.id for row in found}))
    ):
        served.setdefault(staff_id, set()).add(queue_id)
    return {
        row.digest: Agent(
            id=row.id,
            public_id=row.public_id,
            role=row.role,
            language=row.language,
            queues=frozenset(served.get(row.id, ())),
        )
        for row in found
    }
