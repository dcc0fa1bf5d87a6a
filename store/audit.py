"""The audit log: who changed what, from where, what it was before and what it is now. Rows are only ever added."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import audit, staff

COMMAND_LINE = "command line"


class Entry(msgspec.Struct, frozen=True):
    """One change. `name` is the actor's where it is a member of staff, `subject` is like `claim:PUBLIC_ID`."""

    id: int
    actor: str
    name: str
    action: str
    subject: str
    before: Any
    after: Any
    address: str
    at: dt.datetime


def note(
    connection: Connection,
    actor: str,
    action: str,
    subject: str,
    before: Any,
    after: Any,
    address: str,
    now: dt.datetime,
) -> None:
    """Note a change, in the transaction that makes it.

    `actor` is `staff:PUBLIC_ID`, `api:PUBLIC_ID` or COMMAND_LINE; `action` is like `staff.invited`; `before` and
    `after` are what JSON can say (None: there was, or is, nothing), never a secret; `address` is where the request
    came from.
    """
    connection.execute(
        audit.insert().values(
            actor=actor,
            action=action,
            object=subject,
            before=before,
            after=after,
            address=address[:45],
            at=now,
        )
    )


def search(connection: Connection, words: str, before: int | None, limit: int, *, actor: str = "") -> list[Entry]:
    """The newest changes first, below the id `before`; each of `words` stands somewhere in the row.

    `actor` is whose changes; empty: everybody's.
    """
    by = sa.func.coalesce(staff.c.name, "")
    found = (
        sa.select(
            audit.c.id,
            audit.c.actor,
            by,
            audit.c.action,
            audit.c.object,
            audit.c.before,
            audit.c.after,
            audit.c.address,
            audit.c.at,
        )
        .select_from(audit.outerjoin(staff, audit.c.actor == sa.literal("staff:") + staff.c.public_id))
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    # The documents are searched as the text they are stored as.
    places = (
        audit.c.actor,
        by,
        audit.c.action,
        audit.c.object,
        audit.c.address,
        _text(audit.c.before),
        _text(audit.c.after),
    )
    for word in words.lower().split():
        found = found.where(sa.or_(*(sa.func.lower(place).contains(word, autoescape=True) for place in places)))
    if before is not None:
        found = found.where(audit.c.id < before)
    if actor:
        found = found.where(audit.c.actor == actor)
    return [Entry(*row) for row in connection.execute(found)]


def _text(document: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.type_coerce(sa.func.coalesce(sa.type_coerce(document, sa.Text), ""), sa.Text)
