"""What became of campaigns' messages, taken over by the rows of their recipients; and how rows come to wait again.

Locks are taken in one order: whoever holds messages may wait for recipients, never the other way round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.given import found_by, given
from store.many import moment_text
from store.outbox import in_states, literal
from store.prepared import Prepared
from store.recipients import CUT, FAILED, PUT, SENT, SKIPPED, UNKNOWN, WAITING, standing_as
from store.tables import Utc, campaign_recipients, outbox

_rows = campaign_recipients
_CAMPAIGN = _rows.c.campaign_id == sa.bindparam("campaign_id")
_NOW = sa.bindparam("now", type_=Utc())
_MOST = sa.bindparam("most", type_=sa.Integer())
_REASON = sa.bindparam("reason", type_=sa.String())
_FINAL = [literal(state) for state in (SENT, FAILED, UNKNOWN, SKIPPED)]


class TakenBack(NamedTuple):
    """A message that is not sent after all, and until when its recipient waits for another (None: as before)."""

    message_id: int
    campaign_id: int
    contact_id: int
    reason: str
    due_at: dt.datetime | None


class UnderWay(NamedTuple):
    """How many rows of a campaign have a message in the outbox, and of how many that might go now."""

    put: int
    due: int


_ended = (
    sa.select(_rows.c.id)
    .join(outbox, outbox.c.id == _rows.c.message_id)
    .where(_CAMPAIGN, _rows.c.state == literal(PUT), outbox.c.state.in_(_FINAL))
    .limit(_MOST)
)
_FOLD = Prepared(
    _rows.update()
    .where(_rows.c.id.in_(_ended.scalar_subquery()), standing_as(PUT), outbox.c.id == _rows.c.message_id)
    .values(state=outbox.c.state, reason=CUT, sent_at=outbox.c.sent_at)
)


def fold(connection: Connection, campaign_id: int, most: int) -> int:
    """Take over what became of up to `most` messages that are finished; how many there were."""
    return _FOLD.run(connection, campaign_id=campaign_id, most=most)


_UNDER_WAY = Prepared(
    sa.select(
        sa.func.count(),
        sa.func.coalesce(sa.func.sum(sa.case((outbox.c.due_at <= _NOW, 1), else_=0)), 0),
    )
    .select_from(_rows.join(outbox, outbox.c.id == _rows.c.message_id))
    .where(_CAMPAIGN, _rows.c.state == literal(PUT))
)


def under_way(connection: Connection, campaign_id: int, now: dt.datetime) -> UnderWay:
    """How much of a campaign is in the outbox."""
    row = _UNDER_WAY.row(connection, campaign_id=campaign_id, now=now)
    assert row is not None
    return UnderWay(*row)


_LEFT = Prepared(
    sa.select(
        sa.exists().where(_CAMPAIGN, _rows.c.state == literal(WAITING)),
        sa.exists().where(_CAMPAIGN, _rows.c.state == literal(PUT)),
    )
)


def left(connection: Connection, campaign_id: int) -> bool:
    """Whether anybody still waits, or a message of the campaign is under way."""
    row = _LEFT.row(connection, campaign_id=campaign_id)
    assert row is not None
    return bool(row[0] or row[1])


_PASS_OVER = Prepared(
    _rows.update()
    .where(
        _rows.c.id.in_(
            sa.select(_rows.c.id).where(_CAMPAIGN, _rows.c.state == literal(WAITING)).limit(_MOST).scalar_subquery()
        ),
        standing_as(WAITING),
    )
    .values(state=literal(SKIPPED), reason=_REASON)
)
_STOPPED = (
    sa.select(outbox.c.id)
    .join(_rows, outbox.c.id == _rows.c.message_id)
    .where(_CAMPAIGN, _rows.c.state == literal(PUT), in_states(outbox, "queued"))
    .limit(_MOST)
    .with_for_update(of=outbox, skip_locked=True)
)
_STOP = Prepared(
    outbox.update()
    .where(outbox.c.id.in_(_STOPPED.scalar_subquery()))
    .values(state=literal(SKIPPED), reason=_REASON)
)


def pass_over(connection: Connection, campaign_id: int, reason: str, most: int) -> int:
    """Skip up to `most` recipients who wait, and as many messages that wait in the outbox; how many in all."""
    values = {"campaign_id": campaign_id, "reason": reason, "most": most}
    return _PASS_OVER.run(connection, **values) + _STOP.run(connection, **values)


_BACK = given(
    message_id=sa.BigInteger(),
    campaign_id=sa.BigInteger(),
    contact_id=sa.BigInteger(),
    reason=sa.String(64),
    due_at=Utc(),
)
_TAKE_BACK = Prepared(
    _rows.update()
    .where(
        found_by(_rows.c.contact_id, _BACK, "contact_id"),
        _rows.c.campaign_id == _BACK.c.campaign_id,
        _rows.c.message_id == _BACK.c.message_id,
        standing_as(PUT),
    )
    .values(
        state=literal(WAITING),
        reason=_BACK.c.reason,
        due_at=sa.func.coalesce(_BACK.c.due_at, _rows.c.due_at),
        message_id=sa.null(),
    )
)


def take_back(connection: Connection, taken: Sequence[TakenBack]) -> None:
    """Let the recipients of messages wait again; these, which are locked, are skipped in the same transaction."""
    if taken:
        _TAKE_BACK.run(connection, given=[(*each[:-1], moment_text(each.due_at)) for each in taken])


_ARRIVED = given(message_id=sa.BigInteger(), fence=sa.BigInteger())
_SENT_LATE = Prepared(
    _rows.update()
    .where(
        _rows.c.message_id == outbox.c.id,
        _rows.c.campaign_id == outbox.c.campaign_id,
        _rows.c.contact_id == outbox.c.contact_id,
        found_by(outbox.c.id, _ARRIVED, "message_id"),
        outbox.c.fence == _ARRIVED.c.fence,
        outbox.c.state == literal(SENT),
        standing_as(PUT, UNKNOWN),
    )
    .values(state=literal(SENT), reason=literal(""), sent_at=outbox.c.sent_at)
)


def sent_late(connection: Connection, messages: Sequence[tuple[int, int]]) -> None:
    """Correct the recipients of messages (id, fence) that are known to be sent now, and were unknown before."""
    _SENT_LATE.run(connection, given=messages)


_FAILED = (
    sa.select(_rows.c.id)
    .where(_CAMPAIGN, _rows.c.state == literal(FAILED), _rows.c.due_at < _NOW)
    .limit(_MOST)
    .with_for_update(of=_rows, skip_locked=True)
)
_RETRY = Prepared(
    _rows.update()
    .where(_rows.c.id.in_(_FAILED.scalar_subquery()), standing_as(FAILED))
    .values(
        state=literal(WAITING),
        reason=literal(""),
        due_at=_NOW,
        message_id=sa.null(),
        tries=_rows.c.tries + sa.literal_column("1"),
    )
)


def retry(connection: Connection, campaign_id: int, now: dt.datetime, most: int) -> int:
    """Let up to `most` rows whose message failed before `now` wait for another one; how many there were."""
    return _RETRY.run(connection, campaign_id=campaign_id, now=now, most=most)
