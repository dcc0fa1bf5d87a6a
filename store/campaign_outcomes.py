"""Everybody who was dealt a campaign, and what they bought and redeemed in one and the same stretch of time.

Whether they were sent it or not: who is passed over or cannot be reached counts with the group they were dealt to.
Only so are the groups alike, and what differs between them is what the campaign did.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import visitors
from store.many import among
from store.outbox import literal
from store.prepared import Prepared
from store.recipients import PUT, SENT, UNKNOWN
from store.tables import (
    Utc,
    campaign_recipients,
    campaigns,
    identities,
    outbox,
    purchases,
    voucher_uses,
    vouchers,
)

_rows = campaign_recipients
_SINCE, _UNTIL = (sa.bindparam(name, type_=Utc()) for name in ("since", "until"))
_SHOWN = sa.or_(
    _rows.c.clicked_at.is_not(None),  # though the page was closed before it could tell
    sa.exists().where(
        identities.c.channel == outbox.c.channel,
        identities.c.account == outbox.c.account,
        identities.c.sender == outbox.c.sender,
        identities.c.shown_until >= outbox.c.sent_at,
    ),
)
_STATE = sa.case((_rows.c.state == literal(PUT), outbox.c.state), else_=_rows.c.state)


class Started(NamedTuple):
    """A campaign that has started; `settings` and `outcome` are documents as plain JSON."""

    id: int
    started_at: dt.datetime
    ends_at: dt.datetime
    ended_at: dt.datetime | None
    settings: Any
    outcome: Any


class Sent(NamedTuple):
    """A campaign that has started, as a list of several tells it; `outcome` is a document as plain JSON."""

    public_id: str
    name: str
    state: str
    started_at: dt.datetime
    outcome: Any


class Dealt(NamedTuple):
    """A recipient: how they stand, by which channel their message left (empty: none), and what they did (0, 1).

    `delivered`: it is known that their page showed the message.
    """

    contact_id: int
    state: str
    channel: str
    delivered: int
    clicked: int
    replied: int
    stopped: int
    bought: int
    paid: int


_STARTED = sa.select(*(campaigns.c[name] for name in Started._fields)).where(
    campaigns.c.started_at.is_not(None), campaigns.c.ends_at.is_not(None)
)
_DEALT = Prepared(
    sa.select(
        _rows.c.contact_id,
        _STATE,
        sa.case((_STATE.in_([literal(SENT), literal(UNKNOWN)]), outbox.c.channel), else_=literal("")),
        # No other channel tells; a look for each message would cost as much as everything else here.
        sa.case((sa.and_(outbox.c.channel == literal(visitors.CHANNEL), _SHOWN), 1), else_=0),
        *(
            sa.case((_rows.c[name].is_(None), 0), else_=1)
            for name in ("clicked_at", "replied_at", "stopped_at", "bought_at")
        ),
        _rows.c.paid,
    )
    .select_from(_rows.outerjoin(outbox, outbox.c.id == _rows.c.message_id))
    .where(
        _rows.c.campaign_id == sa.bindparam("campaign_id", type_=sa.BigInteger()),
        _rows.c.contact_id > sa.bindparam("after", type_=sa.BigInteger()),
    )
    .order_by(_rows.c.contact_id)
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
_BOUGHT = Prepared(
    sa.select(purchases.c.contact_id, sa.func.sum(purchases.c.amount - purchases.c.refunded))
    .where(
        among(purchases.c.contact_id, "ids"),
        purchases.c.at >= _SINCE,
        purchases.c.at < _UNTIL,
        sa.or_(purchases.c.amount == 0, purchases.c.refunded < purchases.c.amount),
        purchases.c.currency == sa.bindparam("currency", type_=sa.String()),
    )
    .group_by(purchases.c.contact_id)
)
_REDEEMED = Prepared(
    sa.select(vouchers.c.contact_id)
    .join(voucher_uses, voucher_uses.c.voucher_id == vouchers.c.id)
    .where(
        among(vouchers.c.contact_id, "ids"),
        voucher_uses.c.at >= _SINCE,
        voucher_uses.c.at < _UNTIL,
        voucher_uses.c.undone_at.is_(None),
    )
    .distinct()
)


def dealt(connection: Connection, campaign_id: int, after: int, most: int) -> list[Dealt]:
    """Up to `most` recipients by their contacts' ids, after this one."""
    rows = _DEALT.rows(connection, campaign_id=campaign_id, after=after, most=most)
    return [Dealt(*row) for row in rows]


def bought(
    connection: Connection, contact_ids: Collection[int], since: dt.datetime, until: dt.datetime, currency: str
) -> dict[int, int]:
    """What these contacts paid from one moment until another, those who bought something alone."""
    rows = _BOUGHT.rows(connection, ids=contact_ids, since=since, until=until, currency=currency)
    return {contact_id: int(paid) for contact_id, paid in rows}


def redeemed(
    connection: Connection, contact_ids: Collection[int], since: dt.datetime, until: dt.datetime
) -> set[int]:
    """Who of these contacts used a voucher from one moment until another."""
    return {id_ for (id_,) in _REDEEMED.rows(connection, ids=contact_ids, since=since, until=until)}


def latest(connection: Connection, most: int) -> list[Sent]:
    """The campaigns that started last, the newest first."""
    found = sa.select(*(campaigns.c[name] for name in Sent._fields)).where(campaigns.c.started_at.is_not(None))
    rows = connection.execute(found.order_by(campaigns.c.started_at.desc(), campaigns.c.id.desc()).limit(most))
    return [Sent(*row) for row in rows]


def concerned(connection: Connection) -> list[Started]:
    """Every campaign that has started, the first to start first."""
    rows = connection.execute(_STARTED.order_by(campaigns.c.started_at, campaigns.c.id))
    return [Started(*row) for row in rows]


def started(connection: Connection, campaign_id: int) -> Started | None:
    """One of them, locked until the transaction ends."""
    row = connection.execute(_STARTED.where(campaigns.c.id == campaign_id).with_for_update()).one_or_none()
    return Started(*row) if row else None
