"""What people bought after campaigns' messages, and what those who were held back bought without one.

A purchase counts for every campaign whose days it falls into: which of two messages led to it, nobody can say. That
is why a campaign's worth is told against its hold-out (`store.campaign_outcomes`), and this is what followed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.campaign_reactions import SENT_AT
from store.given import found_by, given
from store.many import among, moment_text
from store.outbox import literal
from store.prepared import Prepared
from store.recipients import HELD, PUT, SENT, UNKNOWN
from store.tables import Utc, campaign_recipients, campaigns, outbox, purchases, refunds

LONGEST = dt.timedelta(days=90)  # that a campaign's purchases may count (`outreach.campaigns.settings`)

_rows = campaign_recipients
_IDS = (sa.bindparam("after", type_=sa.BigInteger()), sa.bindparam("until", type_=sa.BigInteger()))
_FROM = sa.case((_rows.c.state == literal(HELD), _rows.c.due_at), else_=SENT_AT)


class Touched(NamedTuple):
    """A contact whose purchases are others than they were, and when the first and the last of these were made."""

    contact_id: int
    first: dt.datetime
    last: dt.datetime


class Window(NamedTuple):
    """The time in which a recipient's purchases count for their campaign."""

    id: int
    contact_id: int
    begins: dt.datetime
    ends: dt.datetime


def _touched(*joined: sa.ColumnElement[bool], ids: sa.ColumnElement[int]) -> Prepared:
    found = (
        sa.select(
            purchases.c.contact_id,
            sa.func.min(purchases.c.at, type_=Utc()),
            sa.func.max(purchases.c.at, type_=Utc()),
        )
        .where(*joined, ids > _IDS[0], ids <= _IDS[1])
        .group_by(purchases.c.contact_id)
    )
    return Prepared(found)


_BOUGHT = _touched(ids=purchases.c.id)
_REFUNDED = _touched(refunds.c.purchase_id == purchases.c.id, ids=refunds.c.id)
_WINDOWS = Prepared(
    sa.select(_rows.c.id, _rows.c.contact_id, _rows.c.campaign_id, sa.type_coerce(_FROM, Utc()))
    .select_from(_rows.outerjoin(outbox, outbox.c.id == _rows.c.message_id))
    .where(
        among(_rows.c.contact_id, "ids"),
        sa.func.coalesce(_rows.c.state, literal("")).in_([literal(state) for state in (SENT, PUT, UNKNOWN, HELD)]),
        sa.bindparam("since", type_=Utc()) <= _FROM,
        sa.bindparam("until", type_=Utc()) >= _FROM,
    )
)
_SETTINGS = Prepared(sa.select(campaigns.c.id, campaigns.c.settings).where(among(campaigns.c.id, "ids")))
_SPANS = given(id=sa.BigInteger(), contact_id=sa.BigInteger(), begins=Utc(), ends=Utc())
_PAID = Prepared(
    sa.select(
        _SPANS.c.id,
        sa.func.min(purchases.c.at, type_=Utc()),
        sa.func.coalesce(sa.func.sum(purchases.c.amount - purchases.c.refunded), 0),
    )
    .select_from(
        _SPANS.join(
            purchases,
            sa.and_(
                purchases.c.contact_id == _SPANS.c.contact_id,
                purchases.c.at >= _SPANS.c.begins,
                purchases.c.at < _SPANS.c.ends,
                # What was paid back whole was not bought.
                sa.or_(purchases.c.amount == 0, purchases.c.refunded < purchases.c.amount),
                purchases.c.currency == sa.bindparam("currency", type_=sa.String()),
            ),
        )
    )
    .group_by(_SPANS.c.id)
)
_CREDITED = given(id=sa.BigInteger(), bought_at=Utc(), paid=sa.BigInteger())
_CREDIT = Prepared(
    _rows.update()
    .where(found_by(_rows.c.id, _CREDITED, "id"))
    .values(bought_at=_CREDITED.c.bought_at, paid=_CREDITED.c.paid)
)


def bought(connection: Connection, after: int, until: int) -> list[Touched]:
    """Who made the purchases with ids in (after, until]."""
    return [Touched(*row) for row in _BOUGHT.rows(connection, after=after, until=until)]


def refunded(connection: Connection, after: int, until: int) -> list[Touched]:
    """Whose purchases the refunds with ids in (after, until] took back."""
    return [Touched(*row) for row in _REFUNDED.rows(connection, after=after, until=until)]


def credit(connection: Connection, touched: Sequence[Touched], currency: str) -> int:
    """Count anew what these contacts bought in the days of each campaign they are in; how many rows that concerns.

    In the business's `currency`, less what was paid back. Doing it again changes nothing.
    """
    windows = _windows(connection, touched) if touched else []
    if not windows:
        return 0
    spans = [(each.id, each.contact_id, moment_text(each.begins), moment_text(each.ends)) for each in windows]
    paid = {row[0]: (row[1], int(row[2])) for row in _PAID.rows(connection, given=spans, currency=currency)}
    credited = ((each.id, *paid.get(each.id, (None, 0))) for each in windows)
    return _CREDIT.run(connection, given=[(id_, moment_text(at), amount) for id_, at, amount in credited])


def _windows(connection: Connection, touched: Sequence[Touched]) -> list[Window]:
    """The windows into which a purchase that is new or changed falls."""
    by_contact = {each.contact_id: each for each in touched}
    since, until = min(each.first for each in touched) - LONGEST, max(each.last for each in touched)
    found = _WINDOWS.rows(connection, ids=by_contact, since=since, until=until)
    days = _days(connection, {campaign_id for _id, _contact, campaign_id, _begins in found})
    windows = [Window(id_, contact, begins, begins + days[campaign]) for id_, contact, campaign, begins in found]
    return [
        each
        for each in windows
        if each.begins <= by_contact[each.contact_id].last and by_contact[each.contact_id].first < each.ends
    ]


def _days(connection: Connection, campaign_ids: Collection[int]) -> Mapping[int, dt.timedelta]:
    rows = _SETTINGS.rows(connection, ids=campaign_ids) if campaign_ids else []
    return {id_: dt.timedelta(days=settings["days"]) for id_, settings in rows}
