"""Members whose points expire soon, each with what they were told of it, or will be.

The soonest MOST_LOTS earnings are looked at, found by the moment at which they expire.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Literal, NamedTuple, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.ledger import ZERO
from store.occurrences import CANCELLED, DONE, PLANNED, SKIPPED
from store.tables import accounts, contacts, identities, lots, occurrences, preferences

MOST_LOTS = 20_000
Told: TypeAlias = Literal["told", "planned", "out", "open"]


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for: points that expire after `now` and not after `until`.

    `notices` are the occasions that tell of it; one for a day from `since` on, as its occurrence is named, tells of
    these points. `last` is the one that may be brought forward.
    """

    now: dt.datetime
    until: dt.datetime
    since: str
    notices: Collection[str]
    last: str


class Leaving(msgspec.Struct, frozen=True, kw_only=True):
    """A member and their points that expire, the `first` of them at that moment.

    `told`: told already; planned, at `told_at`; out: not to be told, for they cannot be reached, want none of it or
    were passed over; open: none of these.
    """

    contact_id: int
    public_id: str
    name: str
    call_me: str
    number: str | None
    timezone: str
    points: int
    first: dt.datetime
    told: Told
    told_at: dt.datetime | None


class Place(NamedTuple):
    """After which member a page begins: when their first points expire, and their id."""

    first: dt.datetime
    contact_id: int


class Counted(NamedTuple):
    """So many members, and their points."""

    members: int
    points: int


def page(
    connection: Connection, asked: Asked, after: Place | None, size: int, told: Told | None = None
) -> list[Leaving]:
    """At most `size` members after a place, whose points expire first in front; those told so, if asked."""
    found = _members(asked).subquery()
    wanted = sa.select(found)
    if after is not None:
        wanted = wanted.where(sa.tuple_(found.c.first, found.c.contact_id) > (after.first, after.contact_id))
    if told is not None:
        wanted = wanted.where(found.c.told == told)
    rows = connection.execute(wanted.order_by(found.c.first, found.c.contact_id).limit(size))
    return [Leaving(**dict(row._mapping) | {"points": int(row.points)}) for row in rows]


def count(connection: Connection, asked: Asked) -> dict[Told, Counted]:
    """How many members there are of each sort."""
    found = _members(asked).subquery()
    rows = connection.execute(
        sa.select(found.c.told, sa.func.count(), sa.func.sum(found.c.points)).group_by(found.c.told)
    )
    return {told: Counted(members, int(points)) for told, members, points in rows}


def more_than_looked_at(connection: Connection, asked: Asked) -> bool:
    """Whether more earnings expire than are looked at."""
    beyond = _soon(asked).with_only_columns(lots.c.id).offset(MOST_LOTS).limit(1)
    return connection.execute(beyond).first() is not None


def _soon(asked: Asked) -> sa.Select[tuple[object, ...]]:
    return (
        sa.select(lots.c.account_id, lots.c.left.label("points"), lots.c.expires_at)
        .where(
            lots.c.left > ZERO,
            lots.c.expires_at.is_not(None),
            lots.c.matures_at.is_(None),
            lots.c.expires_at > asked.now,
            lots.c.expires_at <= asked.until,
        )
        .order_by(lots.c.expires_at, lots.c.id)
    )


def _members(asked: Asked) -> sa.Select[tuple[object, ...]]:
    soon = _soon(asked).limit(MOST_LOTS).subquery()
    first, points = sa.func.min(soon.c.expires_at).label("first"), sa.func.sum(soon.c.points).label("points")
    summed = sa.select(soon.c.account_id, points, first).group_by(soon.c.account_id).subquery()
    done, planned = (_notice(asked, asked.notices, (state,)) for state in (DONE, PLANNED))
    told_at = done.with_only_columns(sa.func.max(occurrences.c.settled_at)).correlate(contacts).scalar_subquery()
    planned_at = planned.with_only_columns(sa.func.min(occurrences.c.at)).correlate(contacts).scalar_subquery()
    passed = _notice(asked, (asked.last,), (SKIPPED, CANCELLED)).exists()
    told = sa.case(
        (done.exists(), "told"), (planned.exists(), "planned"), (sa.or_(passed, _beyond()), "out"), else_="open"
    )
    known = ("public_id", "name", "call_me", "number", "timezone")
    return (
        sa.select(
            contacts.c.id.label("contact_id"),
            *(contacts.c[name] for name in known),
            summed.c.points,
            summed.c.first,
            told.label("told"),
            sa.func.coalesce(told_at, planned_at).label("told_at"),
        )
        .select_from(
            summed.join(accounts, accounts.c.id == summed.c.account_id).join(
                contacts, contacts.c.id == accounts.c.contact_id
            )
        )
        .where(contacts.c.merged_into.is_(None), contacts.c.erased_at.is_(None))
    )


def _notice(asked: Asked, occasions: Collection[str], states: Collection[str]) -> sa.Select[tuple[int]]:
    return (
        sa.select(occurrences.c.id)
        .where(
            occurrences.c.contact_id == contacts.c.id,
            occurrences.c.occasion.in_(occasions),
            occurrences.c.occurrence >= asked.since,
            occurrences.c.state.in_(states),
        )
        .correlate(contacts)
    )


def _beyond() -> sa.ColumnElement[bool]:
    """Whether no notice may go to the contact: as cadence has it of a message of service."""
    mine = preferences.c.contact_id == contacts.c.id
    unwanted = sa.type_coerce(preferences.c.refused, sa.Text).like('%"expiry_notice"%')
    return sa.or_(
        contacts.c.deceased,
        contacts.c.owner == "blocked",
        ~sa.exists().where(identities.c.contact_id == contacts.c.id, identities.c.reachable),
        sa.exists().where(mine, sa.or_(preferences.c.people_only, unwanted)),
    )
