"""Recipients of a campaign summed up: who reacted, by variant, language and time, and how they stand one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.campaign_presses import WHY
from store.campaign_reactions import SENT_AT
from store.outbox import literal
from store.recipients import CUT, PUT, SENT, UNKNOWN
from store.tables import Utc, campaign_presses, campaign_recipients, contacts, outbox

_rows = campaign_recipients
_LEFT = [literal(SENT), literal(UNKNOWN)]
# By the names of the columns that are made: their expressions would be bound twice, and PostgreSQL see two of each.
_STRETCH: sa.ColumnElement[int] = sa.literal_column("stretch", sa.Integer)
_KEY: sa.ColumnElement[str] = sa.literal_column("slice", sa.String)
_MARK = literal("|")  # between the parts of a key, none of which has one
_REACTIONS = ("clicked_at", "replied_at", "stopped_at", "bought_at")


class Slice(NamedTuple):
    """Recipients whose message left, or may have, of one variant, one language and one stretch of time.

    `tried`: sent before a winner was named, or in a campaign without one. Of `people` so many clicked, replied,
    stopped and bought; `paid` is what they paid in all, in minor units, and `squares` the sum of the squares.
    """

    variant: str
    language: str
    stretch: int
    tried: bool
    people: int
    clicked: int
    replied: int
    stopped: int
    bought: int
    paid: int
    squares: float


class One(NamedTuple):
    """A recipient, as a table of all has them; of one whose message is in the outbox the state is the message's."""

    contact_id: int
    contact: str
    number: str | None
    variant: str
    state: str
    reason: str
    language: str
    due_at: dt.datetime
    sent_at: dt.datetime | None
    clicked_at: dt.datetime | None
    replied_at: dt.datetime | None
    stopped_at: dt.datetime | None
    bought_at: dt.datetime | None
    paid: int


def slices(
    connection: Connection, campaign_id: int, begins: Sequence[dt.datetime], decided_at: dt.datetime | None
) -> list[Slice]:
    """All whose message left; the stretches of time begin at `begins`, and what was sent earlier is in the first.

    In one statement, so that whatever is added up of it is of one moment. Measured at a million recipients on
    SQLite: 1.6 s.
    """
    sent_at = sa.func.coalesce(_rows.c.sent_at, _rows.c.due_at, type_=Utc())  # of what is unknown nobody knows when
    folded = sa.select(*_sums(sent_at, begins, decided_at)).where(
        _rows.c.campaign_id == campaign_id, _rows.c.state.in_(_LEFT)
    )
    under_way = (
        sa.select(*_sums(SENT_AT, begins, decided_at))
        .select_from(_rows.join(outbox, outbox.c.id == _rows.c.message_id))
        .where(_rows.c.campaign_id == campaign_id, _rows.c.state == literal(PUT), outbox.c.state.in_(_LEFT))
    )
    found = connection.execute(sa.union_all(*(part.group_by(_KEY) for part in (folded, under_way))))
    return [_slice(*row) for row in found]


def first_clicks(connection: Connection, campaign_id: int, begins: Sequence[dt.datetime]) -> dict[int, int]:
    """How many people followed a button or link for the first time, by stretch of time."""
    first = (
        sa.select(sa.func.min(campaign_presses.c.at, type_=Utc()).label("at"))
        .where(campaign_presses.c.campaign_id == campaign_id, campaign_presses.c.button != WHY)
        .group_by(campaign_presses.c.contact_id)
        .subquery()
    )
    stretch = _stretch(first.c.at, begins).label("stretch")
    rows = connection.execute(sa.select(stretch, sa.func.count()).select_from(first).group_by(_STRETCH))
    return {int(place): int(people) for place, people in rows}


def raced(connection: Connection, campaign_id: int, by: str) -> dict[str, int]:
    """How many of each variant clicked or bought (`by`) so far, of those who were dealt one first."""
    done = _rows.c.clicked_at if by == "clicked" else _rows.c.bought_at
    found = (
        sa.select(_rows.c.variant, sa.func.sum(sa.case((done.is_not(None), 1), else_=0)))
        .where(_rows.c.campaign_id == campaign_id, _rows.c.variant != "")
        .group_by(_rows.c.variant)
    )
    return {variant: int(people) for variant, people in connection.execute(found)}


def ones(connection: Connection, campaign_id: int, after: int, most: int) -> list[One]:
    """Up to `most` recipients one by one, by their contacts' ids, after this one."""
    put = _rows.c.state == PUT
    found = (
        sa.select(
            _rows.c.contact_id,
            contacts.c.public_id,
            contacts.c.number,
            _rows.c.variant,
            sa.case((put, outbox.c.state), else_=_rows.c.state),
            sa.case((put, CUT), else_=_rows.c.reason),
            *(_rows.c[name] for name in ("language", "due_at")),
            sa.case((put, outbox.c.sent_at), else_=_rows.c.sent_at),
            *(_rows.c[name] for name in (*_REACTIONS, "paid")),
        )
        .select_from(
            _rows.join(contacts, contacts.c.id == _rows.c.contact_id).outerjoin(
                outbox, outbox.c.id == _rows.c.message_id
            )
        )
        .where(_rows.c.campaign_id == campaign_id, _rows.c.contact_id > after)
        .order_by(_rows.c.contact_id)
        .limit(most)
    )
    return [One(*tuple(row)) for row in connection.execute(found)]


def _slice(key: str, *sums: Any) -> Slice:
    variant, language, stretch, tried = key.split("|")
    people, clicked, replied, stopped, bought, paid = map(int, sums[:-1])  # PostgreSQL adds up to decimals
    counts = {"people": people, "clicked": clicked, "replied": replied, "stopped": stopped, "bought": bought}
    return Slice(variant, language, int(stretch), tried == "1", **counts, paid=paid, squares=float(sums[-1]))


def _sums(
    sent_at: sa.ColumnElement[Any], begins: Sequence[dt.datetime], decided_at: dt.datetime | None
) -> list[sa.ColumnElement[Any]]:
    tried: sa.ColumnElement[str] = literal("1")
    if decided_at is not None:
        tried = sa.case((sent_at >= decided_at, literal("0")), else_=literal("1"))
    stretch = sa.cast(_stretch(sent_at, begins), sa.String)
    # One key in place of four columns to group by: SQLite takes half the time.
    key = _rows.c.variant + _MARK + _rows.c.language + _MARK + stretch + _MARK + tried
    paid = sa.cast(_rows.c.paid, sa.Float)  # the square of an amount is larger than a whole number may be
    return [
        key.label("slice"),
        sa.func.count(),
        *(sa.func.count(_rows.c[name]) for name in _REACTIONS),
        sa.func.coalesce(sa.func.sum(_rows.c.paid), 0),
        sa.func.coalesce(sa.func.sum(paid * paid), 0.0),
    ]


def _stretch(at: sa.ColumnElement[Any], begins: Sequence[dt.datetime]) -> sa.ColumnElement[Any]:
    """The place in `begins` of the last moment that is not after `at`."""
    later = [(at >= begin, place) for place, begin in reversed(list(enumerate(begins)))][:-1]
    return sa.case(*later, else_=0) if later else sa.literal_column("0")
