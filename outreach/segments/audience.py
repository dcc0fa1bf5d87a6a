"""Who is in a segment: counted, looked at, and gone through by id; the same for conditions and for lists.

Nobody is in any who was merged into another contact, who was forgotten, or who has died. A condition is asked anew
each time, its days read on the business's clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from outreach.segments import compiling
from outreach.segments.checks import read
from outreach.segments.context import EVERYBODY, Scope, context_of
from outreach.segments.definition import Condition
from outreach.segments.words import CHANNELS
from store.segments import Segment
from store.tables import contacts, customer_scores, identities

FIRST_STRETCH = 2_000  # contacts that are looked at in one statement
LONGEST_STRETCH = 64_000


class Counted(NamedTuple):
    """How many are in a segment, how many of them agreed to news, and of these how many each channel reaches."""

    everybody: int
    agreed: int
    by_channel: Mapping[str, int]


class Stretch(NamedTuple):
    """Who of a stretch of contacts is in a segment: it was looked at up to the id `reached`.

    `over`: no contact comes after.
    """

    ids: list[int]
    reached: int
    over: bool


class Person(NamedTuple):
    """Somebody in a segment, as a list shows them."""

    id: int
    public_id: str
    name: str
    call_me: str
    number: str | None
    language: str
    city: str
    stage: str
    orders: int
    last_at: dt.datetime | None
    marketing: str


def page(connection: Connection, segment: Segment, after: int, most: int, now: dt.datetime, zone: str) -> list[int]:
    """The ids of the next `most` in the segment above `after`, in order; fewer: there are no others."""
    found: list[int] = []
    asked = _Asked(connection, segment, now, zone)
    size, over = max(FIRST_STRETCH, 2 * most), False
    while len(found) < most and not over:
        ids, after, over = asked.stretch(after, most - len(found), size)
        found += ids
        size = min(2 * size, LONGEST_STRETCH)
    return found


def stretch(
    connection: Connection,
    segment: Segment,
    after: int,
    most: int,
    now: dt.datetime,
    zone: str,
    looked_at: int = FIRST_STRETCH,
) -> Stretch:
    """At most `most` in the segment among the next `looked_at` contacts above `after`: a bounded piece of work."""
    return _Asked(connection, segment, now, zone).stretch(after, most, looked_at)


def still_in(
    connection: Connection, segment: Segment, contact_ids: Collection[int], now: dt.datetime, zone: str
) -> set[int]:
    """Which of these contacts are in the segment now."""
    if not contact_ids:
        return set()
    asked = _Asked(connection, segment, now, zone)
    return set(connection.scalars(asked.statement(Scope(ids=list(contact_ids)), (contacts.c.id,))))


def count(connection: Connection, segment: Segment, now: dt.datetime, zone: str) -> Counted:
    """How many are in the segment, and how many of them news can reach, in one statement."""
    what = contacts.c.id, (contacts.c.marketing == "granted").label("agreed")
    found = _Asked(connection, segment, now, zone).statement(EVERYBODY, what).subquery("audience")
    joined: sa.FromClause = found
    numbers = [sa.func.count(), _number(found.c.agreed)]
    for channel in CHANNELS:
        reached = _reached(channel)
        joined = joined.outerjoin(reached, reached.c.contact_id == found.c.id)
        numbers.append(_number(sa.and_(found.c.agreed, reached.c.contact_id.is_not(None))))
    everybody, agreed, *each = connection.execute(sa.select(*numbers).select_from(joined)).one()
    by_channel = {channel: number for channel, number in zip(CHANNELS, each, strict=True) if number}
    return Counted(everybody, agreed, by_channel)


def _number(true: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(sa.case((true, 1), else_=0)), 0)


def _reached(channel: str) -> sa.Subquery:
    """Whom a channel reaches, once each."""
    on = identities.c.channel == channel, identities.c.reachable.is_(sa.true())
    return sa.select(identities.c.contact_id).where(*on).distinct().subquery()


def sample(
    connection: Connection, segment: Segment, most: int, now: dt.datetime, zone: str, after: int = 0
) -> list[Person]:
    """The first so many in the segment above the id `after`."""
    ids = page(connection, segment, after, most, now, zone)
    facts: dict[str, sa.ColumnElement[Any]] = {"orders": sa.func.coalesce(customer_scores.c.orders, 0)}
    facts["stage"] = sa.func.coalesce(customer_scores.c.stage, "prospect")
    facts["last_at"] = customer_scores.c.last_at
    shown: Sequence[Any] = [facts.get(name, contacts.c.get(name)) for name in Person._fields]
    joined = contacts.outerjoin(customer_scores, customer_scores.c.contact_id == contacts.c.id)
    people = sa.select(*shown).select_from(joined).where(contacts.c.id.in_(ids)).order_by(contacts.c.id)
    return [Person(*row) for row in connection.execute(people)]


class _Asked:
    """A segment as it is asked at one moment."""

    def __init__(self, connection: Connection, segment: Segment, now: dt.datetime, zone: str) -> None:
        self._connection = connection
        self._segment = segment
        self._condition: Condition | None = None
        if segment.condition is not None:
            self._context = context_of(connection, now, zone)
            self._condition = read(segment.condition)

    def statement(self, scope: Scope, what: Sequence[sa.ColumnElement[Any]]) -> sa.Select[Any]:
        if self._condition is None:
            return compiling.listed(self._segment.id, scope, what)
        return compiling.selected(self._condition, self._context, scope, what)

    def stretch(self, after: int, most: int, size: int) -> Stretch:
        if self._condition is None:  # a list is an index of its own
            ids = self._ids(Scope(after), most)
            return Stretch(ids, ids[-1] if ids else after, len(ids) < most)
        until = self._end(after, size)
        if until is None:
            return Stretch([], after, True)
        ids = self._ids(Scope(after, until), most)
        return Stretch(ids, ids[-1] if len(ids) == most else until, False)

    def _ids(self, scope: Scope, most: int) -> list[int]:
        found = self.statement(scope, (contacts.c.id,)).order_by(contacts.c.id).limit(most)
        return list(self._connection.scalars(found))

    def _end(self, after: int, size: int) -> int | None:
        """The id of the last of the next `size` contacts."""
        some = sa.select(contacts.c.id).where(contacts.c.id > after).order_by(contacts.c.id).limit(size).subquery()
        end: int | None = self._connection.scalar(sa.select(sa.func.max(some.c.id)))
        return end
