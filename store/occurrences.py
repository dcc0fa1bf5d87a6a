"""Each time an occasion comes for a contact: planned once, and settled once and for all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.given import given
from store.many import insert_given, moment_text
from store.prepared import Prepared, insert
from store.tables import Utc, occurrences

PLANNED, DONE, SKIPPED, CANCELLED = "planned", "done", "skipped", "cancelled"


class Time(NamedTuple):
    """When an occasion comes for a contact; `occurrence` is which one in its calendar: a year, a date."""

    contact_id: int
    occasion: str
    occurrence: str
    at: dt.datetime


class Occurrence(NamedTuple):
    """How one stands."""

    occasion: str
    occurrence: str
    state: str
    reason: str
    at: dt.datetime
    settled_at: dt.datetime | None


_KEY: dict[str, sa.BindParameter[str]] = {
    name: sa.bindparam(name) for name in ("contact_id", "occasion", "occurrence")
}
_THIS = tuple(occurrences.c[name] == bind for name, bind in _KEY.items())
_FIELDS = tuple(occurrences.c[name] for name in Occurrence._fields)
_PLAN = Prepared(
    insert_given(occurrences, *Time._fields, "state")
    .on_conflict_do_nothing(index_elements=["contact_id", "occasion", "occurrence"])
    .returning(occurrences.c.contact_id, occurrences.c.occasion, occurrences.c.occurrence)
)
_MOVED = given(contact_id=sa.BigInteger(), occasion=sa.String(16), occurrence=sa.String(16), at=Utc())
_MOVE = Prepared(
    occurrences.update()
    .where(
        *(occurrences.c[name] == _MOVED.c[name] for name in _KEY),
        occurrences.c.state == sa.literal_column(f"'{PLANNED}'"),
    )
    .values(at=_MOVED.c.at)
)
_ONE = Prepared(sa.select(*_FIELDS).where(*_THIS))
_ANY_DONE = Prepared(
    sa.select(occurrences.c.id)
    .where(
        *_THIS[:2],
        occurrences.c.occurrence >= sa.bindparam("first", type_=sa.String()),
        occurrences.c.occurrence < sa.bindparam("before", type_=sa.String()),
        occurrences.c.state == sa.literal_column(f"'{DONE}'"),
    )
    .limit(1)
)
_OF = Prepared(
    sa.select(*_FIELDS)
    .where(occurrences.c.contact_id == sa.bindparam("contact_id"))
    .order_by(occurrences.c.at.desc(), occurrences.c.id.desc())
)
_NEW = {
    "state": sa.bindparam("new_state", type_=sa.String()),
    "reason": sa.bindparam("new_reason", type_=sa.String()),
    "settled_at": sa.bindparam("now", type_=Utc()),
}
_SETTLE = Prepared(
    occurrences.update().where(*_THIS, occurrences.c.state == sa.literal_column(f"'{PLANNED}'")).values(_NEW)
)
_CANCEL = Prepared(
    insert(occurrences)
    .values({**_KEY, **_NEW, "at": sa.bindparam("at", type_=Utc())})
    .on_conflict_do_update(
        index_elements=[*_KEY], set_=_NEW, where=occurrences.c.state == sa.literal_column(f"'{PLANNED}'")
    )
)


def plan(connection: Connection, times: Collection[Time]) -> set[tuple[int, str, str]]:
    """Plan what is not there yet; contact, occasion and occurrence of what was not."""
    rows = [(*time[:3], moment_text(time.at), PLANNED) for time in times]
    return {(row[0], row[1], row[2]) for row in _PLAN.rows(connection, given=rows)}


def move(connection: Connection, times: Collection[Time]) -> None:
    """Give what is still planned other moments."""
    if times:
        _MOVE.run(connection, given=[(*time[:3], moment_text(time.at)) for time in times])


def one(connection: Connection, contact_id: int, occasion: str, occurrence: str) -> Occurrence | None:
    """How it stands; None when it was never planned."""
    row = _ONE.row(connection, contact_id=contact_id, occasion=occasion, occurrence=occurrence)
    return Occurrence(*row) if row else None


def any_done(connection: Connection, contact_id: int, occasion: str, first: str, before: str) -> bool:
    """Whether an occurrence of an occasion is done that is named by `first`, or after it and before `before`."""
    values = {"contact_id": contact_id, "occasion": occasion, "first": first, "before": before}
    return _ANY_DONE.row(connection, **values) is not None


def of(connection: Connection, contact_id: int) -> list[Occurrence]:
    """All of a contact, the latest first."""
    return [Occurrence(*row) for row in _OF.rows(connection, contact_id=contact_id)]


def settle(
    connection: Connection, contact_id: int, occasion: str, occurrence: str, now: dt.datetime, skipped: str = ""
) -> None:
    """Say what became of a planned one: it is done, or `skipped` for this reason."""
    _SETTLE.run(
        connection,
        contact_id=contact_id,
        occasion=occasion,
        occurrence=occurrence,
        new_state=SKIPPED if skipped else DONE,
        new_reason=skipped[:64],
        now=now,
    )


def cancel(connection: Connection, time: Time, now: dt.datetime) -> None:
    """Let one not happen, whether or not it is planned yet; what is settled stays as it is."""
    _CANCEL.run(connection, **time._asdict(), new_state=CANCELLED, new_reason="", now=now)
