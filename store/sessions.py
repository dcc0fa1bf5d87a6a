"""Sessions: the runs of flows, with their journals."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared
from store.tables import sessions
from talk.conversation import Session
from talk.journal import Record

_decoder = msgspec.json.Decoder(Record)
_encoder = msgspec.json.Encoder()

_COLUMNS = (sessions.c.id, sessions.c.state, sessions.c.restarts, sessions.c.updated_at, sessions.c.record)
_STACK = Prepared(
    sa.select(*_COLUMNS)
    .where(
        sessions.c.contact_id == sa.bindparam("contact_id"),
        sessions.c.state.in_([sa.literal_column("'asking'"), sa.literal_column("'interrupted'")]),
        sa.text("state <> 'ended'"),  # in the index's own words, so that it serves
    )
    .order_by(sessions.c.depth)
)
_ONE = Prepared(
    sa.select(*_COLUMNS, sessions.c.contact_id, sessions.c.identity_id).where(
        sessions.c.id == sa.bindparam("session_id")
    )
)
_OPEN = Prepared(
    sessions.insert()
    .values(
        {
            name: sa.bindparam(name)
            for name in ("contact_id", "identity_id", "flow", "revision", "state", "record", "started_at")
        }
    )
    .values(updated_at=sa.bindparam("started_at"))
    .returning(sessions.c.id)
)
_SAVED = ("identity_id", "flow", "revision", "state", "depth", "token", "record", "exit", "restarts", "updated_at")
_SAVE = Prepared(
    sessions.update()
    .where(sessions.c.id == sa.bindparam("session_id"))
    .values({name: sa.bindparam(f"new_{name}", type_=sessions.c[name].type) for name in _SAVED})
)


def stack(connection: Connection, contact_id: int) -> list[tuple[Session, dt.datetime]]:
    """The contact's interrupted sessions and the asking one, last; each with the moment it last moved."""
    return [_session(row) for row in _STACK.rows(connection, contact_id=contact_id)]


def one(connection: Connection, session_id: int) -> tuple[Session, int, int] | None:
    """A session with its contact and the identity where it last spoke."""
    row = _ONE.row(connection, session_id=session_id)
    return (_session(row)[0], row[5], row[6]) if row else None


def open_new(
    connection: Connection, contact_id: int, identity_id: int, record: Record, now: dt.datetime
) -> Session:
    """A new session, stored so that its effects have a name from the start."""
    row = _OPEN.row(
        connection,
        contact_id=contact_id,
        identity_id=identity_id,
        flow=record.flow,
        revision=record.revision,
        state="waiting",
        record="{}",
        started_at=now,
    )
    assert row is not None
    return Session(row[0], record, "waiting")


def save(
    connection: Connection, changed: list[Session], depths: dict[int, int], identity_id: int, now: dt.datetime
) -> None:
    """Store the sessions a turn changed; those that stop asking first, for only one may ask."""
    for session in sorted(changed, key=lambda session: session.state == "asking"):
        record = session.record
        _SAVE.run(
            connection,
            session_id=session.id,
            new_identity_id=identity_id,
            new_flow=record.flow,
            new_revision=record.revision,
            new_state=session.state,
            new_depth=depths.get(session.id, 0),
            new_token=record.parked.token if record.parked else 0,
            new_record=_encoder.encode(record).decode(),
            new_exit=session.exit,
            new_restarts=session.restarts,
            new_updated_at=now,
        )


def _session(row: tuple[Any, ...]) -> tuple[Session, dt.datetime]:
    return Session(row[0], _decoder.decode(row[4]), row[1], restarts=row[2]), row[3]
