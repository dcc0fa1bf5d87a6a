"""The conversation as a customer sees it: what they sent and what they were told, by its place (`seq`).

Places are given under the contact's lock, so whoever sees a place also sees every one before it, provided both
tables are read by one statement: under PostgreSQL's READ COMMITTED a second statement sees more than the first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import visitors
from store.media import is_drawn
from store.prepared import Prepared
from store.tables import inbox, media, outbox
from talk.messages import LANES, Button, Outgoing

Speaker: TypeAlias = Literal["you", "bot", "person"]
HIDDEN = frozenset({"start", "blocked", "unblocked", "other"})  # events of a platform, not words of a person
NEWEST = 2**31 - 1
MARKETING = LANES.index("marketing")


class Picture(msgspec.Struct, frozen=True):
    """A picture by our public id; `alt` are words for those who do not see it, where the sender gave any."""

    id: str
    alt: str = ""


class Attached(msgspec.Struct, frozen=True):
    """A file that is no picture, by our public id, with its name where it has one."""

    id: str
    name: str = ""


class Pressed(msgspec.Struct, frozen=True):
    """Which button of which message a customer pressed."""

    message: str
    button: str


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One bubble.

    `id` names the message: our public id for what was said, the id its page made for what a visitor sent. `text`
    is in Sapa's HTML subset. `kind` tells what a customer sent when it was not text. `edits` is the `id` of an
    earlier line that this one replaces.
    """

    seq: int
    id: str
    speaker: Speaker = msgspec.field(name="from")
    at: dt.datetime
    text: str = ""
    kind: str = ""
    author: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
    picture: Picture | None = None
    file: Attached | None = None
    edits: str = ""
    pressed: Pressed | None = None
    request: str = ""
    request_label: str = ""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of the conversation in order.

    `first` and `last` are the places that were read, hidden ones included (0: none); `more` when the limit cut it.
    """

    lines: list[Line]
    first: int = 0
    last: int = 0
    more: bool = False


class _Row(msgspec.Struct, frozen=True):
    seq: int
    said: bool
    id: str
    channel: str
    state: str
    kind: str
    text: str
    author: str
    document: dict[str, Any] | None
    at: dt.datetime


class _Kept(NamedTuple):
    """Our public id of each picture, by every name it has here, and the files that are none, by public id."""

    pictures: dict[str, str]
    others: dict[str, Attached]


_HEARD = sa.select(
    inbox.c.seq,
    sa.false().label("said"),
    inbox.c.external_id.label("id"),
    inbox.c.channel,
    inbox.c.state,
    inbox.c.kind,
    inbox.c.text,
    sa.literal_column("''", sa.String).label("author"),
    inbox.c.details.label("document"),
    inbox.c.at,
).where(
    inbox.c.contact_id == sa.bindparam("contact_id"),
    inbox.c.seq > sa.bindparam("after"),
    inbox.c.seq < sa.bindparam("before"),
)
_SAID = sa.select(
    outbox.c.seq,
    sa.true(),
    outbox.c.public_id,
    outbox.c.channel,
    outbox.c.state,
    sa.literal_column("''", sa.String),
    sa.literal_column("''", sa.Text),
    outbox.c.author,
    outbox.c.payload,
    sa.func.coalesce(outbox.c.sent_at, outbox.c.created_at),
).where(
    outbox.c.contact_id == sa.bindparam("contact_id"),
    outbox.c.seq > sa.bindparam("after"),
    outbox.c.seq < sa.bindparam("before"),
    outbox.c.state != "skipped",
    # An offer that waited in the web chat past its time is not shown any more.
    sa.or_(
        outbox.c.lane < MARKETING,
        outbox.c.expires_at.is_(None),
        outbox.c.expires_at > sa.bindparam("now", type_=outbox.c.expires_at.type),
    ),
)
_BOTH = sa.union_all(_HEARD, _SAID)
_FORWARD = Prepared(_BOTH.order_by("seq").limit(sa.bindparam("limit", type_=sa.Integer)))
_BACKWARD = Prepared(_BOTH.order_by(sa.desc("seq")).limit(sa.bindparam("limit", type_=sa.Integer)))
_BY_PROVIDER = Prepared(
    sa.select(outbox.c.public_id)
    .where(
        outbox.c.contact_id == sa.bindparam("contact_id"),
        outbox.c.channel == sa.bindparam("channel"),
        outbox.c.external_id == sa.bindparam("external_id"),
    )
    .order_by(outbox.c.id)  # what replaced it goes by the same id
    .limit(1)
)
_LABELS = Prepared(
    sa.select(outbox.c.payload).where(
        outbox.c.contact_id == sa.bindparam("contact_id"), outbox.c.public_id == sa.bindparam("public_id")
    )
)


def after(connection: Connection, contact_id: int, seq: int, limit: int, now: dt.datetime) -> Batch:
    """What came after the place `seq`, the oldest first."""
    rows = _FORWARD.rows(connection, contact_id=contact_id, after=seq, before=NEWEST, limit=limit, now=now)
    return _batch(connection, contact_id, [_Row(*row) for row in rows], limit)


def before(connection: Connection, contact_id: int, seq: int, limit: int, now: dt.datetime) -> Batch:
    """The last `limit` places before the place `seq`, the oldest first."""
    rows = _BACKWARD.rows(connection, contact_id=contact_id, after=0, before=seq, limit=limit, now=now)
    return _batch(connection, contact_id, [_Row(*row) for row in reversed(rows)], limit)


def label(connection: Connection, contact_id: int, message: str, data: str) -> str:
    """What stands on a button that this contact was shown; empty when they were shown no such button."""
    row = _LABELS.row(connection, contact_id=contact_id, public_id=message)
    if row is None:
        return ""
    buttons = msgspec.convert(row[0], Outgoing).buttons
    return next((button.label for line in buttons for button in line if button.data == data), "")


def _batch(connection: Connection, contact_id: int, rows: Sequence[_Row], limit: int) -> Batch:
    if not rows:
        return Batch(lines=[])
    kept = _kept(connection, contact_id, rows)
    lines = [_said(connection, contact_id, row, kept) if row.said else _heard(row, kept.pictures) for row in rows]
    return Batch(
        lines=[line for line in lines if line is not None],
        first=rows[0].seq,
        last=rows[-1].seq,
        more=len(rows) == limit,
    )


def _heard(row: _Row, pictures: dict[str, str]) -> Line | None:
    details = row.document or {}
    text = row.text or _unhandled_text(row, details)
    pressed = Pressed(details.get("message", ""), details["button"]) if "button" in details else None
    if row.kind in HIDDEN or (row.kind in ("text", "edited") and not text):
        return None
    return Line(
        seq=row.seq,
        id=row.id.partition(":")[2] if row.channel == visitors.CHANNEL else "",
        speaker="you",
        at=row.at,
        text=escape(text, quote=False),
        kind="" if row.kind in ("text", "edited", "button") else row.kind,
        picture=next((Picture(pictures[ref]) for ref in _refs(row) if ref in pictures), None),
        pressed=pressed,
    )


def _unhandled_text(row: _Row, details: dict[str, Any]) -> str:
    # An event that was set aside keeps its text in the raw event only; its sender still sees what they wrote.
    if row.state != "parked" or row.channel != visitors.CHANNEL or "raw" not in details:
        return ""
    return str(msgspec.json.decode(details["raw"]).get("text") or "")


def _said(connection: Connection, contact_id: int, row: _Row, kept: _Kept) -> Line | None:
    outgoing = msgspec.convert(row.document, Outgoing)
    if not (outgoing.text or outgoing.media or outgoing.buttons):
        return None
    edits = outgoing.edits
    if edits and row.channel != visitors.CHANNEL:
        found = _BY_PROVIDER.row(connection, contact_id=contact_id, channel=row.channel, external_id=edits)
        edits = found[0] if found else ""
    person = row.author != "bot"
    return Line(
        seq=row.seq,
        id=row.id,
        speaker="person" if person else "bot",
        at=row.at,
        text=outgoing.text,
        author=outgoing.author or (row.author if person else ""),
        buttons=outgoing.buttons,
        picture=_picture(outgoing, kept.pictures),
        file=kept.others.get(outgoing.media.ref) if outgoing.media else None,
        edits=edits,
        request=outgoing.request,
        request_label=outgoing.request_label,
    )


def _picture(outgoing: Outgoing, pictures: dict[str, str]) -> Picture | None:
    shown = outgoing.media
    if shown is None:
        return None
    public_id = shown.ref if is_drawn(shown.ref) else pictures.get(shown.ref)
    return None if public_id is None else Picture(public_id, shown.name)


def _refs(row: _Row) -> list[str]:
    document = row.document or {}
    found = document.get("media")
    files: Iterable[dict[str, Any]] = [found] if isinstance(found, dict) else found or []
    return [file["ref"] for file in files]


def _kept(connection: Connection, contact_id: int, rows: Sequence[_Row]) -> _Kept:
    refs = [ref for row in rows for ref in _refs(row)]
    found = _Kept({}, {})
    if not refs:
        return found
    own = sa.and_(media.c.contact_id == contact_id, media.c.ref.in_(refs))
    nobodys = media.c.contact_id.is_(None)  # the business's, or posted before the visitor was a contact
    named = sa.and_(media.c.public_id.in_(refs), sa.or_(media.c.contact_id == contact_id, nobodys))
    query = sa.select(media.c.public_id, media.c.ref, media.c.type, media.c.name).where(
        sa.or_(own, named), media.c.state == "kept"
    )
    for public_id, ref, kind, name in connection.execute(query):
        if not kind.startswith("image/"):
            found.others[public_id] = Attached(public_id, name)
            continue
        found.pictures[public_id] = public_id
        if ref:
            found.pictures.setdefault(ref, public_id)
    return found
