"""What was said unasked, what was not and why: the verdicts and the recipients of campaigns, searched together.

Without a customer or a campaign the verdicts are gone through, the newest first. With a campaign, its recipients in
the order of their contacts, which is that of an index. With customers, both together, the newest first. A place of
each kind says after which row a page goes on, whatever comes meanwhile.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import heapq
from collections.abc import Collection, Iterable
from itertools import islice
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from sqlalchemy.engine import Connection

from store.recipients import FAILED, FAR, HELD, PUT, SENT, SKIPPED, UNKNOWN, WAITING
from store.tables import Utc, campaign_recipients, campaigns, contacts, outbox, verdicts

Answer: TypeAlias = Literal["now", "later", "never"]
STATES: dict[str, tuple[str, ...]] = {  # of recipients, by what a verdict would be called
    "now": (SENT, PUT, UNKNOWN),
    "later": (WAITING,),
    "never": (SKIPPED, FAILED, HELD),
}
HELD_OUT = "held out"  # why who is in a campaign's hold-out gets nothing
LATE = "too late: "
_Id: TypeAlias = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_Moment: TypeAlias = Annotated[dt.datetime, Meta(tz=True)]


class Wanted(NamedTuple):
    """Which answers: about these customers (None: all), in this campaign, of a kind, an answer, for a reason, and
    from a moment until before another. What is empty is not asked for.
    """

    contact_ids: Collection[int] | None = None
    campaign_id: int | None = None
    kind: str = ""
    answer: str = ""
    reason: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An answer about a message to a customer.

    `subject` is which message was meant, for a campaign its name; `campaign` its public id. `state` is a
    recipient's, empty for a verdict. `until` is when it is asked about again, or planned.
    """

    source: int
    id: int
    contact_id: int
    contact: str
    number: str | None
    name: str
    call_me: str
    kind: str
    subject: str
    campaign: str
    answer: str
    state: str
    reason: str
    at: dt.datetime
    until: dt.datetime | None


class Page(NamedTuple):
    """Some answers, and the place after which the next ones come; empty when these were the last."""

    rows: list[Found]
    after: str


class Tally(NamedTuple):
    """How many recipients of a campaign stand so, for a reason, and the numbers or public ids of some of them."""

    state: str
    reason: str
    number: int
    examples: tuple[str, ...]


class _Place(NamedTuple):
    """After which of the answers about some customers a page goes on."""

    at: dt.datetime
    source: int
    id: int


class _Source(NamedTuple):
    rows: sa.Select[Any]
    at: sa.ColumnElement[Any]
    id: sa.ColumnElement[int]


_R, _V = campaign_recipients.c, verdicts.c
_WHO = (contacts.c.public_id, contacts.c.number, contacts.c.name, contacts.c.call_me)
_state: sa.ColumnElement[Any] = sa.case((_R.state == PUT, outbox.c.state), else_=_R.state)
_CUT = sa.func.substr(outbox.c.reason, 1, 64)
_reason: sa.ColumnElement[Any] = sa.case((_R.state == PUT, _CUT), (_R.state == HELD, HELD_OUT), else_=_R.reason)
_MOMENT = sa.type_coerce(
    sa.case((_R.sent_at.is_not(None), _R.sent_at), (_R.due_at < FAR, _R.due_at), else_=campaigns.c.starts_at), Utc()
)
_UNTIL = sa.case((sa.and_(_R.state == WAITING, _R.due_at < FAR), _R.due_at))


def page(connection: Connection, wanted: Wanted, after: str, size: int) -> Page | None:
    """At most `size` answers after a place; None when that is no place of this search."""
    place = _read(after) if after else ()
    if place is None:
        return None
    if wanted.contact_ids is not None:
        return _of_contacts(connection, wanted, place, size)
    if len(place) > 1:
        return None
    if wanted.campaign_id is None:
        source = _verdicts(wanted)
        found = source.rows.where(*(source.id < id_ for id_ in place)).order_by(source.id.desc())
    else:
        source = _recipients(wanted)
        found = source.rows.where(*(_R.contact_id > id_ for id_ in place)).order_by(_R.contact_id)
    rows = _rows(connection, found, source, size + 1)
    last = rows[size - 1] if len(rows) > size else None
    if last is None:
        return Page(rows, "")
    return Page(rows[:size], _written((last.id if wanted.campaign_id is None else last.contact_id,)))


def everybody(connection: Connection, contact_ids: Collection[int]) -> list[int]:
    """These customers and all who were taken over by them."""
    ids = list(contact_ids)
    who = sa.select(contacts.c.id).where(sa.or_(contacts.c.id.in_(ids), contacts.c.merged_into.in_(ids)))
    return list(connection.scalars(who))


def tallies(connection: Connection, campaign_id: int, examples: int) -> list[Tally]:
    """How the recipients of a campaign stand and why, most of them first, each with so many examples."""
    all_ = campaign_recipients.outerjoin(outbox, outbox.c.id == _R.message_id)
    counted = (
        sa.select(_state, _reason, sa.func.count())
        .select_from(all_)
        .where(_R.campaign_id == campaign_id)
        .group_by(_state, _reason)
    )
    found = sorted(connection.execute(counted), key=lambda row: (-row[2], row[0], row[1] or ""))
    return [
        Tally(state, reason or "", number, _examples(connection, campaign_id, state, reason or "", examples))
        for state, reason, number in found
    ]


def _examples(connection: Connection, campaign_id: int, state: str, reason: str, most: int) -> tuple[str, ...]:
    named = (
        sa.select(sa.func.coalesce(contacts.c.number, contacts.c.public_id))
        .select_from(
            campaign_recipients.join(contacts, contacts.c.id == _R.contact_id).outerjoin(
                outbox, outbox.c.id == _R.message_id
            )
        )
        .where(_R.campaign_id == campaign_id, _state == state, sa.func.coalesce(_reason, "") == reason)
        .limit(most)
    )
    return tuple(connection.scalars(named))


def _of_contacts(connection: Connection, wanted: Wanted, place: tuple[Any, ...], size: int) -> Page | None:
    sources = [_recipients(wanted)] if wanted.campaign_id is not None else [_verdicts(wanted), _recipients(wanted)]
    if place and len(place) != len(_Place._fields):
        return None
    before = _Place(*place) if place else None
    found = [_before(connection, source, number, before, size + 1) for number, source in enumerate(sources)]
    merged = heapq.merge(*found, key=lambda each: (each.at, each.source, each.id), reverse=True)
    rows = list(islice(merged, size + 1))
    last = rows[size - 1] if len(rows) > size else None
    return Page(rows[:size], _written(_Place(last.at, last.source, last.id)) if last else "")


def _before(
    connection: Connection,
    source: _Source,
    number: int,
    place: _Place | None,
    limit: int,
) -> Iterable[Found]:
    found = source.rows
    if place is not None:
        at, other, id_ = place
        same = sa.and_(source.at == at, source.id < id_) if number == other else sa.literal(number < other)
        found = found.where(sa.or_(source.at < at, sa.and_(source.at == at, same)))
    rows = _rows(connection, found.order_by(source.at.desc(), source.id.desc()), source, limit)
    return [msgspec.structs.replace(row, source=number) for row in rows]


def _rows(connection: Connection, found: sa.Select[Any], source: _Source, limit: int) -> list[Found]:
    rows = connection.execute(found.add_columns(source.at.label("at"), source.id.label("id")).limit(limit))
    return [Found(source=0, **row._mapping) for row in rows]


def _verdicts(wanted: Wanted) -> _Source:
    fits: list[sa.ColumnElement[bool]] = [*_between(_V.at, wanted), *_because(_V.reason, wanted.reason)]
    if wanted.contact_ids is not None:
        fits.append(_V.contact_id.in_(list(wanted.contact_ids)))
    if wanted.kind:
        fits.append(_V.kind == wanted.kind)
    if wanted.answer:
        fits.append(_V.verdict == wanted.answer)
    rows = (
        sa.select(
            _V.contact_id,
            *_names(),
            _V.kind,
            _V.subject,
            sa.literal("").label("campaign"),
            _V.verdict.label("answer"),
            sa.literal("").label("state"),
            _V.reason,
            _V.until,
        )
        .select_from(verdicts.join(contacts, contacts.c.id == _V.contact_id))
        .where(*fits)
    )
    return _Source(rows, _V.at, _V.id)


def _recipients(wanted: Wanted) -> _Source:
    fits: list[sa.ColumnElement[bool]] = [*_between(_MOMENT, wanted), *_because(_reason, wanted.reason)]
    if wanted.contact_ids is not None:
        fits.append(_R.contact_id.in_(list(wanted.contact_ids)))
    if wanted.campaign_id is not None:
        fits.append(_R.campaign_id == wanted.campaign_id)
    if wanted.kind:
        fits.append(campaigns.c.kind == wanted.kind)
    if wanted.answer:
        fits.append(_R.state.in_(STATES.get(wanted.answer, ())))
    answered = sa.case(*((_R.state.in_(states), answer) for answer, states in STATES.items()))
    rows = (
        sa.select(
            _R.contact_id,
            *_names(),
            campaigns.c.kind,
            campaigns.c.name.label("subject"),
            campaigns.c.public_id.label("campaign"),
            answered.label("answer"),
            sa.func.coalesce(_state, "").label("state"),
            sa.func.coalesce(_reason, "").label("reason"),
            sa.type_coerce(_UNTIL, Utc()).label("until"),
        )
        .select_from(
            campaign_recipients.join(campaigns, campaigns.c.id == _R.campaign_id)
            .join(contacts, contacts.c.id == _R.contact_id)
            .outerjoin(outbox, outbox.c.id == _R.message_id)
        )
        .where(*fits)
    )
    return _Source(rows, _MOMENT, _R.id)


def _names() -> tuple[sa.ColumnElement[Any], ...]:
    return (contacts.c.public_id.label("contact"), *_WHO[1:])


def _between(at: sa.ColumnElement[Any], wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    since, until = wanted.since, wanted.until
    return [*([at >= since] if since is not None else []), *([at < until] if until is not None else [])]


def _because(column: sa.ColumnElement[Any], reason: str) -> list[sa.ColumnElement[bool]]:
    """For a reason, also where it made the message come too late; "too late" is whatever came too late."""
    if not reason:
        return []
    late = column.like(f"{LATE}%") if reason == LATE.rstrip(": ") else column == f"{LATE}{reason}"
    return [sa.or_(column == reason, late)]


def _written(place: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(tuple(place))).decode().rstrip("=")


def _read(after: str) -> tuple[Any, ...] | None:
    """A place: an id, or a moment, a source and an id; None for what is neither."""
    try:
        found = msgspec.json.decode(base64.urlsafe_b64decode(f"{after}{'=' * (-len(after) % 4)}"))
        kind: Any = tuple[_Id] if len(found) == 1 else tuple[_Moment, _Id, _Id]
        place: tuple[Any, ...] = msgspec.convert(found, kind)
    except (binascii.Error, ValueError, TypeError, msgspec.MsgspecError):
        return None
    return place
