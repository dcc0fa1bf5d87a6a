"""The audit log: who changed what, from where, what it was before and what it is now. Rows are only ever added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
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


class Wanted(msgspec.Struct, frozen=True):
    """Which changes are looked for: all that is given must fit.

    Each of `words` stands somewhere in the row; `actor` and `action` are exact; `subject` is the beginning of what
    was changed; the change was made from `since` on and before `until`.
    """

    words: str = ""
    actor: str = ""
    action: str = ""
    subject: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


def search(connection: Connection, wanted: Wanted, before: int | None, limit: int) -> list[Entry]:
    """The newest changes first, below the id `before`."""
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
        .where(*_conditions(wanted, by))
        .order_by(audit.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        found = found.where(audit.c.id < before)
    return [Entry(*row) for row in connection.execute(found)]


def last_actors(connection: Connection, subjects: Collection[str], actions: Collection[str]) -> dict[str, str]:
    """Who made the newest change of these kinds to each of the subjects, as `note` has it."""
    changes = audit.c.object.in_(subjects), audit.c.action.in_(actions)
    newest = sa.select(sa.func.max(audit.c.id)).where(*changes).group_by(audit.c.object)
    rows = connection.execute(sa.select(audit.c.object, audit.c.actor).where(audit.c.id.in_(newest)))
    return {row.object: row.actor for row in rows}


def _conditions(wanted: Wanted, by: sa.ColumnElement[str]) -> list[sa.ColumnElement[bool]]:
    # The documents are searched as the text they are stored as.
    documents = (_text(audit.c.before), _text(audit.c.after))
    places = (audit.c.actor, by, audit.c.action, audit.c.object, audit.c.address, *documents)
    fits: list[sa.ColumnElement[bool]] = [
        sa.or_(*(sa.func.lower(place).contains(word, autoescape=True) for place in places))
        for word in wanted.words.lower().split()
    ]
    if wanted.actor:
        fits.append(audit.c.actor == wanted.actor)
    if wanted.action:
        fits.append(audit.c.action == wanted.action)
    if wanted.subject:
        fits.append(audit.c.object.startswith(wanted.subject, autoescape=True))
    if wanted.since is not None:
        fits.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        fits.append(audit.c.at < wanted.until)
    return fits


def _text(document: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    return sa.type_coerce(sa.func.coalesce(sa.type_coerce(document, sa.Text), ""), sa.Text)
