"""What people did after a campaign's message: stopped what they get, and wrote back.

Both count for one campaign alone, the one whose message came last, so that the campaigns' figures add up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.given import found_by, given
from store.many import among, moment_text
from store.outbox import literal
from store.prepared import Prepared
from store.recipients import PUT, SENT, UNKNOWN
from store.tables import Utc, campaign_recipients, campaigns, contacts, inbox, outbox

OWN = (
    "text",
    "photo",
    "voice",
    "video",
    "document",
    "sticker",
    "location",
    "contact",
)  # what people send themselves
COUNTED = dt.timedelta(hours=72)  # after a message: what is done later has other causes

_rows = campaign_recipients
# The row takes over when its message was sent some seconds later; of one that is unknown nobody can say.
SENT_AT = sa.func.coalesce(_rows.c.sent_at, outbox.c.sent_at, outbox.c.begun_at, type_=Utc())
_SINCE = sa.bindparam("since", type_=Utc())


class Got(NamedTuple):
    """A campaign's message that a contact got, or may have, and what they did after it."""

    id: int
    contact_id: int
    at: dt.datetime
    kind: str
    stopped_at: dt.datetime | None
    replied_at: dt.datetime | None


class Wrote(NamedTuple):
    """A message of a contact's own."""

    contact_id: int
    at: dt.datetime


_GOT = Prepared(
    sa.select(_rows.c.id, _rows.c.contact_id, SENT_AT, campaigns.c.kind, _rows.c.stopped_at, _rows.c.replied_at)
    .select_from(_rows.join(campaigns).outerjoin(outbox, outbox.c.id == _rows.c.message_id))
    .where(
        among(_rows.c.contact_id, "ids"),
        sa.func.coalesce(_rows.c.state, literal("")).in_([literal(state) for state in (SENT, PUT, UNKNOWN)]),
        sa.or_(_SINCE <= SENT_AT, _rows.c.stopped_at >= _SINCE),
    )
)
_REACTED = given(id=sa.BigInteger(), at=Utc())
_STOPPED, _REPLIED = (
    Prepared(
        _rows.update()
        .where(found_by(_rows.c.id, _REACTED, "id"), _rows.c[name].is_(None))
        .values({name: _REACTED.c.at})
    )
    for name in ("stopped_at", "replied_at")
)
_BY_BUTTON = Prepared(
    sa.select(_rows.c.id)
    .select_from(_rows.join(outbox, outbox.c.id == _rows.c.message_id))
    .where(
        _rows.c.contact_id == sa.bindparam("contact_id", type_=sa.BigInteger()),
        sa.or_(
            *(outbox.c[name] == sa.bindparam("message", type_=sa.String()) for name in ("external_id", "public_id"))
        ),
    )
)
_WROTE = Prepared(
    sa.select(sa.func.coalesce(contacts.c.merged_into, contacts.c.id), inbox.c.at)
    .join(contacts, contacts.c.id == inbox.c.contact_id)
    .where(
        inbox.c.id > sa.bindparam("after", type_=sa.BigInteger()),
        inbox.c.id <= sa.bindparam("until", type_=sa.BigInteger()),
        inbox.c.state == literal("done"),
        inbox.c.kind.in_([literal(kind) for kind in OWN]),
    )
    .order_by(inbox.c.id)
)


def stopped(connection: Connection, contact_id: int, at: dt.datetime, kind: str = "") -> None:
    """Count that a contact, who is locked, wants no more (of a `kind`), if a message came in the 72 hours before.

    Nothing is locked after this that a sender holds while it waits for a recipient.
    """
    since = at - COUNTED
    got = _got(connection, [contact_id], since)
    if last := _last([each for each in got if since <= each.at <= at and kind in ("", each.kind)]):
        _stop(connection, got, last.id, at)


def stopped_by_button(connection: Connection, contact_id: int, message: str, at: dt.datetime) -> None:
    """Count that a contact pressed the stop button under a message, known by the platform's id or by our own."""
    row = _BY_BUTTON.row(connection, contact_id=contact_id, message=message) if message else None
    if row is not None:
        _stop(connection, [], row[0], at)


def wrote(connection: Connection, after: int, until: int) -> list[Wrote]:
    """What contacts wrote themselves among the events with ids in (after, until], presses aside."""
    return [Wrote(*row) for row in _WROTE.rows(connection, after=after, until=until)]


def replied(connection: Connection, messages: Sequence[Wrote]) -> None:
    """Count each message as a reply to the campaign's message that came last in the 72 hours before it."""
    if not messages:
        return
    since = min(message.at for message in messages) - COUNTED
    got: dict[int, list[Got]] = {}
    for each in _got(connection, {message.contact_id for message in messages}, since):
        got.setdefault(each.contact_id, []).append(each)
    first: dict[int, dt.datetime] = {}
    for message in messages:
        before = [each for each in got.get(message.contact_id, ()) if message.at - COUNTED <= each.at <= message.at]
        if (last := _last(before)) is not None and last.replied_at is None:
            first[last.id] = min(message.at, first.get(last.id, message.at))
    _note(connection, _REPLIED, first)


def _got(connection: Connection, contact_ids: Collection[int], since: dt.datetime) -> list[Got]:
    return [Got(*row) for row in _GOT.rows(connection, ids=contact_ids, since=since)]


def _last(got: Sequence[Got]) -> Got | None:
    return max(got, key=lambda each: (each.at, each.id), default=None)


def _stop(connection: Connection, got: Sequence[Got], recipient_id: int, at: dt.datetime) -> None:
    # What is said by the button under a message is no second stop of the message that came last.
    if not any(each.stopped_at == at for each in got):
        _note(connection, _STOPPED, {recipient_id: at})


def _note(connection: Connection, statement: Prepared, moments: dict[int, dt.datetime]) -> None:
    if moments:
        statement.run(connection, given=[(id_, moment_text(at)) for id_, at in sorted(moments.items())])
