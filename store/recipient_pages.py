"""The recipients of one campaign in pages, for whoever looks them through or takes them out as a table.

The order is that of an index, by state and reason, so that a page costs what it shows however many there are. What
moves on meanwhile may come twice or not at all; who wants all of them as they are at last waits for the end.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.recipients import PUT, QUEUED, SENDING
from store.tables import campaign_recipients, contacts, outbox

_rows = campaign_recipients
_ON_ITS_WAY = (QUEUED, SENDING)
_STATE = sa.case((_rows.c.state == PUT, outbox.c.state), else_=_rows.c.state)
_CUT = sa.func.substr(outbox.c.reason, 1, 64)
_REASON = sa.case((_rows.c.state == PUT, _CUT), else_=_rows.c.reason)
_PLACE = (_rows.c.state, _rows.c.reason, _rows.c.variant, _rows.c.id)


class Wanted(NamedTuple):
    """Which recipients: in a state (empty: any) for a reason (None: any), and of these contacts (None: of all)."""

    state: str = ""
    reason: str | None = None
    contact_ids: Collection[int] | None = None


class Shown(NamedTuple):
    """A recipient as a page shows them; of one whose message was not folded in yet the state is the message's."""

    contact: str
    number: str | None
    name: str
    call_me: str
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


class Page(NamedTuple):
    """Some recipients, and the place after which the next ones come; empty when these were the last."""

    rows: list[Shown]
    after: str


def page(connection: Connection, campaign_id: int, wanted: Wanted, after: str, size: int) -> Page | None:
    """At most `size` recipients after a place; None when that is no place of ours."""
    place = _read(after) if after else None
    if after and place is None:
        return None
    found = (
        sa.select(*_PLACE, *_COLUMNS)
        .select_from(
            _rows.join(contacts, contacts.c.id == _rows.c.contact_id).outerjoin(
                outbox, outbox.c.id == _rows.c.message_id
            )
        )
        .where(_rows.c.campaign_id == campaign_id, *_wanted(wanted))
        .order_by(*_PLACE)
        .limit(size + 1)
    )
    if place is not None:
        found = found.where(sa.tuple_(*_PLACE) > sa.tuple_(*place))
    rows = connection.execute(found).all()
    shown = [Shown(*row[len(_PLACE) :]) for row in rows[:size]]
    return Page(shown, _written(rows[size - 1][: len(_PLACE)]) if len(rows) > size else "")


_COLUMNS: tuple[Any, ...] = (
    contacts.c.public_id,
    contacts.c.number,
    contacts.c.name,
    contacts.c.call_me,
    _rows.c.variant,
    _STATE,
    _REASON,
    *(_rows.c[name] for name in Shown._fields[7:]),
)


def _wanted(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    on_its_way = wanted.state in _ON_ITS_WAY
    fits: list[sa.ColumnElement[bool]] = []
    if on_its_way:
        fits += [_rows.c.state == PUT, outbox.c.state == wanted.state]
    elif wanted.state:
        fits.append(_rows.c.state == wanted.state)
    if wanted.reason is not None:
        fits.append((_CUT if on_its_way else _rows.c.reason) == wanted.reason)
    if wanted.contact_ids is not None:
        fits.append(_rows.c.contact_id.in_(list(wanted.contact_ids)))
    return fits


def _written(place: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(tuple(place))).decode().rstrip("=")


def _read(after: str) -> tuple[str, str, str, int] | None:
    try:
        text = base64.urlsafe_b64decode(f"{after}{'=' * (-len(after) % 4)}")
        return msgspec.json.decode(text, type=tuple[str, str, str, int])
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        return None
