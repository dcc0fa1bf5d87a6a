"""Days that come every year: birthdays, and the day on which a member joined.

A birthday is the day its owner names, so it is kept as month and day; the year is told or not. A membership's day
depends on whose clock is read: its row keeps the moment (`given_at`), and its `month_day` is that moment's in UTC,
by which it is found; the day itself is at most one away from it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among, insert_given, moment_text
from store.prepared import Prepared, insert
from store.tables import anniversaries, contacts, occurrences

BIRTHDAY, MEMBERSHIP = "birthday", "membership"
CHANGES_AFTER = dt.timedelta(days=365)
LEAP_YEAR = 2000  # has every day that a year can have


class Day(NamedTuple):
    """A day of every year, 229 for 29 February; `year` is the first one, None where it was not told."""

    month_day: int
    year: int | None


class Anniversary(NamedTuple):
    """A day of a contact, and when they gave it or last changed it."""

    occasion: str
    month_day: int
    year: int | None
    given_at: dt.datetime


class Falling(NamedTuple):
    """A day of a contact who lives by `timezone`, and the moment that one occurrence of it is planned for."""

    contact_id: int
    anniversary: Anniversary
    timezone: str
    planned_at: dt.datetime | None


class Given(msgspec.Struct, frozen=True, tag=True):
    """The day is kept now."""


class TooSoon(msgspec.Struct, frozen=True, tag=True):
    """The day was changed less than a year ago; it may be changed again at `next_change`."""

    next_change: dt.datetime


_FIELDS = tuple(anniversaries.c[name] for name in Anniversary._fields)
_OF = Prepared(
    sa.select(*_FIELDS)
    .where(anniversaries.c.contact_id == sa.bindparam("contact_id"))
    .order_by(anniversaries.c.occasion)
)
_GIVE = Prepared(
    (
        adding := insert(anniversaries).values(
            {
                name: sa.bindparam(name, type_=anniversaries.c[name].type)
                for name in ("contact_id", "occasion", "month_day", "year", "given_at")
            }
        )
    ).on_conflict_do_update(
        index_elements=["contact_id", "occasion"],
        set_={name: adding.excluded[name] for name in ("month_day", "year", "given_at")},
    )
)
_FILL = Prepared(
    insert_given(anniversaries, "contact_id", "occasion", "month_day", "year", "given_at").on_conflict_do_nothing(
        index_elements=["contact_id", "occasion"]
    )
)
_HAVING = Prepared(
    sa.select(anniversaries.c.contact_id).where(
        anniversaries.c.occasion == sa.bindparam("occasion"), among(anniversaries.c.contact_id, "contacts")
    )
)


def _its(column: sa.ColumnElement[Any]) -> sa.ScalarSelect[Any]:
    """A column of the day's occurrence, looked up by its key: joined, PostgreSQL would read all that ever were."""
    return (
        sa.select(column)
        .where(
            occurrences.c.contact_id == anniversaries.c.contact_id,
            occurrences.c.occasion == anniversaries.c.occasion,
            occurrences.c.occurrence == sa.bindparam("occurrence"),
        )
        .scalar_subquery()
    )


_PLANNED = sa.literal_column("'planned'", sa.String())
_FALLING = Prepared(
    sa.select(anniversaries.c.contact_id, *_FIELDS, contacts.c.timezone, _its(occurrences.c.at))
    .join(contacts, contacts.c.id == anniversaries.c.contact_id)
    .where(
        among(anniversaries.c.month_day, "month_days"),
        anniversaries.c.occasion == sa.bindparam("occasion"),
        contacts.c.merged_into.is_(None),
        sa.func.coalesce(_its(occurrences.c.state), _PLANNED) == _PLANNED,
    )
)


def give(
    connection: Connection, contact_id: int, occasion: str, month: int, day: int, year: int | None, at: dt.datetime
) -> Given | TooSoon:
    """Keep the day a contact gives. The first is taken at once, another one once a year; the contact is locked.

    The same day again changes nothing, nor does it count as a change when its year is told or taken back. Raises
    ValueError for a day that no year has.
    """
    month_day = _month_day(month, day)
    before = next((each for each in of(connection, contact_id) if each.occasion == occasion), None)
    same = before is not None and before.month_day == month_day
    if before is not None and not same and at < before.given_at + CHANGES_AFTER:
        return TooSoon(before.given_at + CHANGES_AFTER)
    _GIVE.run(
        connection,
        contact_id=contact_id,
        occasion=occasion,
        month_day=month_day,
        year=year,
        given_at=before.given_at if before is not None and same else at,
    )
    return Given()


def of(connection: Connection, contact_id: int) -> tuple[Anniversary, ...]:
    """The days that are kept of a contact."""
    return tuple(Anniversary(*row) for row in _OF.rows(connection, contact_id=contact_id))


def fill(connection: Connection, occasion: str, days: Mapping[int, Day], at: dt.datetime) -> None:
    """Keep the days of contacts, by their ids, of whom none is known yet."""
    if days:
        given_at = moment_text(at)
        _FILL.run(
            connection,
            given=[(contact, occasion, day.month_day, day.year, given_at) for contact, day in days.items()],
        )


def join(connection: Connection, joined: Mapping[int, dt.datetime]) -> None:
    """Keep the moments at which contacts, by their ids, became members; who was one before stays it since then."""
    rows = []
    for contact, moment in joined.items():
        day = moment.astimezone(dt.UTC)
        rows.append((contact, MEMBERSHIP, 100 * day.month + day.day, day.year, moment_text(moment)))
    if rows:
        _FILL.run(connection, given=rows)


def falling(connection: Connection, occasion: str, month_days: Collection[int], occurrence: str) -> list[Falling]:
    """Those with one of these days whose occurrence is not settled."""
    rows = _FALLING.rows(connection, occasion=occasion, month_days=list(month_days), occurrence=occurrence)
    return [Falling(row[0], Anniversary(*row[1:-2]), *row[-2:]) for row in rows]


def numbers(connection: Connection, occasion: str, year: int, days: Collection[int]) -> dict[int, int]:
    """How many contacts keep each of these days of the year, by month and day; one that began in `year` not yet."""
    kept = sa.select(anniversaries.c.month_day, sa.func.count()).where(
        anniversaries.c.month_day.in_(list(days)),
        anniversaries.c.occasion == occasion,
        sa.func.coalesce(anniversaries.c.year, 0) < year,
    )
    return {row[0]: row[1] for row in connection.execute(kept.group_by(anniversaries.c.month_day))}


def having(connection: Connection, occasion: str, contact_ids: Collection[int]) -> set[int]:
    """Which of the contacts have a day of this occasion."""
    return {contact for (contact,) in _HAVING.rows(connection, occasion=occasion, contacts=contact_ids)}


def _month_day(month: int, day: int) -> int:
    dt.date(LEAP_YEAR, month, day)
    return 100 * month + day
