"""Messages of a stretch of a conversation as the team sees them: edited, pressed, with files, sent or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import visitors
from store.media import is_drawn
from store.outbox import PENDING
from store.prepared import Prepared
from store.tables import inbox, media, outbox, staff
from store.talk_line import File, Line, State
from store.transcript import HIDDEN
from talk.messages import Button, Outgoing


class Said(msgspec.Struct, frozen=True):
    """A row of the outbox with what it says."""

    row: Any
    outgoing: Outgoing


# What the customer sent


class _HeardRow(NamedTuple):
    id: int
    seq: int
    channel: str
    state: str
    kind: str
    text: str
    details: dict[str, Any] | None
    at: dt.datetime


_HEARD = _HeardRow._fields
_HEARD_AFTER = Prepared(
    sa.select(*(inbox.c[name] for name in _HEARD))
    .where(inbox.c.contact_id == sa.bindparam("contact_id"), inbox.c.seq > sa.bindparam("after"))
    .order_by(inbox.c.seq)
)


def heard_after(connection: Connection, contact_id: int, seq: int) -> Sequence[Any]:
    """What the customer sent after the place `seq`; asked for with every event of a console's stream."""
    return [_HeardRow(*row) for row in _HEARD_AFTER.rows(connection, contact_id=contact_id, after=seq)]


def heard_rows(connection: Connection, contact_id: int, first: int, until: int) -> Sequence[Any]:
    """What the customer sent from `first` to `until`, and what they edited later."""
    here = sa.and_(inbox.c.seq >= first, inbox.c.seq <= until)
    edits = sa.and_(inbox.c.seq > until, inbox.c.kind == "edited")
    return connection.execute(
        sa.select(*(inbox.c[name] for name in _HEARD))
        .where(inbox.c.contact_id == contact_id, sa.or_(here, edits))
        .order_by(inbox.c.seq)
    ).all()


def heard_lines(rows: Sequence[Any], said: Sequence[Said], files: dict[str, File], until: int) -> list[Line]:
    """What the customer sent up to the place `until`, as it reads now."""
    lines: list[Line] = []
    by_message: dict[tuple[str, str], Line] = {}
    for row in rows:
        details = row.details or {}
        key = (row.channel, str(details.get("message", "")))
        original = by_message.get(key) if row.kind == "edited" and key[1] else None
        if original is not None:
            original.before += (original.text,)
            original.text = escape(row.text, quote=False)
        line = _heard_line(row, details, said, files) if row.seq <= until else None
        if line is None:
            continue
        line.edit_of = original.id if original else ""
        if key[1] and row.kind not in ("edited", "button"):
            by_message[key] = line
        lines.append(line)
    return lines


def _heard_line(row: Any, details: dict[str, Any], said: Sequence[Said], files: dict[str, File]) -> Line | None:
    text = row.text or _parked_text(row, details)
    if row.kind == "button" and not text:
        text = _label(said, row.channel, details)
    if row.kind in HIDDEN or (row.kind == "text" and not text):
        return None
    return Line(
        id=f"in-{row.id}",
        seq=row.seq,
        speaker="you",
        at=row.at,
        channel=row.channel,
        text=escape(text, quote=False),
        what="" if row.kind in ("text", "button") else row.kind,
        files=tuple(files[ref] for ref in _refs(details) if ref in files),
        pressed=row.kind == "button",
    )


def _parked_text(row: Any, details: dict[str, Any]) -> str:
    # An event that was set aside keeps its words in the raw event only; the team reads them all the same.
    if row.state != "parked" or row.channel != visitors.CHANNEL or "raw" not in details:
        return ""
    return str(msgspec.json.decode(details["raw"]).get("text") or "")


def _label(said: Sequence[Said], channel: str, details: dict[str, Any]) -> str:
    for one in said:
        if one.row.channel == channel and details.get("message") in (one.row.external_id, one.row.public_id):
            for button in _buttons(one.outgoing):
                if button.data == details.get("button"):
                    return button.label
    return ""


# What they were told


class _SaidRow(NamedTuple):
    id: int
    seq: int
    public_id: str
    external_id: str | None
    channel: str
    state: str
    reason: str
    payload: dict[str, Any]
    author: str
    lane: int
    at: dt.datetime
    name: str


_SAID = sa.select(
    *(outbox.c[name] for name in _SaidRow._fields[:-2]),
    sa.func.coalesce(outbox.c.sent_at, outbox.c.created_at).label("at"),
    sa.func.coalesce(staff.c.name, "").label("name"),
).select_from(outbox.outerjoin(staff, staff.c.public_id == outbox.c.author))
_SAID_AFTER = Prepared(
    _SAID.where(outbox.c.contact_id == sa.bindparam("contact_id"), outbox.c.seq > sa.bindparam("after")).order_by(
        outbox.c.seq
    )
)


def said_after(connection: Connection, contact_id: int, seq: int) -> list[Said]:
    """What they were told after the place `seq`."""
    rows = _SAID_AFTER.rows(connection, contact_id=contact_id, after=seq)
    return [Said(row, msgspec.convert(row.payload, Outgoing)) for row in (_SaidRow(*row) for row in rows)]


def said_rows(connection: Connection, contact_id: int, first: int, until: int) -> list[Said]:
    """What they were told from `first` to `until`, and what was edited later."""
    here = sa.and_(outbox.c.seq >= first, outbox.c.seq <= until)
    edits = sa.and_(outbox.c.seq > until, sa.type_coerce(outbox.c.payload, sa.Text).contains('"edits"'))
    this = outbox.c.contact_id == contact_id, sa.or_(here, edits)
    rows = connection.execute(_SAID.where(*this).order_by(outbox.c.seq))
    return [Said(row, msgspec.convert(row.payload, Outgoing)) for row in rows]


def said_lines(
    connection: Connection, contact_id: int, said: Sequence[Said], files: dict[str, File], until: int
) -> list[Line]:
    """What they were told up to the place `until`, as it reads now."""
    pressed = _pressed(connection, contact_id, said[0].row.seq) if said else {}
    lines: list[Line] = []
    known: dict[tuple[str, str], Line] = {}
    for one in said:
        row, outgoing = one.row, one.outgoing
        if not (outgoing.text or outgoing.media or outgoing.buttons):
            continue
        original = known.get((row.channel, outgoing.edits)) if outgoing.edits else None
        if original is not None:
            _edit(original, one)
            continue
        if row.seq > until:
            continue
        line = _said_line(one, files)
        for name in filter(None, (row.public_id, row.external_id)):
            known[row.channel, name] = line
            line.chosen |= pressed.get((row.channel, name), frozenset())
        lines.append(line)
    return lines


def _said_line(one: Said, files: dict[str, File]) -> Line:
    row, outgoing = one.row, one.outgoing
    person = row.author != "bot"
    state, reason = _state(row)
    return Line(
        id=f"out-{row.id}",
        seq=row.seq,
        speaker="person" if person else "bot",
        at=row.at,
        channel=row.channel,
        message=row.public_id,
        text=outgoing.text,
        author=(outgoing.author or row.name or row.author) if person else "",
        staff=row.author if person else "",
        files=tuple(_shown_file(outgoing, files)),
        buttons=_buttons(outgoing),
        state=state,
        reason=reason,
    )


def _edit(original: Line, one: Said) -> None:
    """Show a message as it reads now; a bot's that only changed its buttons was not edited for anybody."""
    state, reason = _state(one.row)
    if state == "failed":
        original.state, original.reason = state, reason
        return
    if one.outgoing.text and one.outgoing.text != original.text:
        original.before += (original.text,)
        original.text = one.outgoing.text
    original.buttons = _buttons(one.outgoing)
    original.state = state


def _state(row: Any) -> tuple[State, str]:
    if row.state in PENDING:
        return "queued", ""
    if row.state in ("failed", "skipped"):
        return "failed", row.reason
    return ("unknown", row.reason) if row.state == "unknown" else ("sent", "")


def _pressed(connection: Connection, contact_id: int, first: int) -> dict[tuple[str, str], frozenset[str]]:
    presses = sa.select(inbox.c.channel, inbox.c.details).where(
        inbox.c.contact_id == contact_id, inbox.c.seq > first, inbox.c.kind == "button"
    )
    found: dict[tuple[str, str], frozenset[str]] = {}
    for channel, details in connection.execute(presses):
        key = (channel, str((details or {}).get("message", "")))
        found[key] = found.get(key, frozenset()) | {str((details or {}).get("button", ""))}
    return found


def _buttons(outgoing: Outgoing) -> tuple[Button, ...]:
    return tuple(button for row in outgoing.buttons for button in row)


# Files


def _refs(document: dict[str, Any] | None) -> list[str]:
    found = (document or {}).get("media")
    return [file["ref"] for file in ([found] if isinstance(found, dict) else found or [])]


def files_of(
    connection: Connection, contact_id: int, documents: Sequence[dict[str, Any] | None]
) -> dict[str, File]:
    """The files of these messages, by the name that each calls it."""
    refs = [ref for document in documents for ref in _refs(document)]
    if not refs:
        return {}
    mine = sa.or_(media.c.contact_id == contact_id, media.c.contact_id.is_(None))
    rows = connection.execute(
        sa.select(media.c.public_id, media.c.ref, media.c.type, media.c.name, media.c.state, media.c.reason).where(
            sa.or_(
                sa.and_(media.c.contact_id == contact_id, media.c.ref.in_(refs)),
                sa.and_(media.c.public_id.in_(refs), mine),
            )
        )
    )
    found: dict[str, File] = {}
    for row in rows:
        file = File(id=row.public_id, type=row.type, name=row.name, state=row.state, reason=row.reason)
        found[row.public_id] = file
        if row.ref:
            found.setdefault(row.ref, file)
    return found


def _shown_file(outgoing: Outgoing, files: dict[str, File]) -> list[File]:
    shown = outgoing.media
    if shown is None:
        return []
    if is_drawn(shown.ref):
        return [File(id=shown.ref, type="image/png", name=shown.name, state="drawn")]
    return [files[shown.ref]] if shown.ref in files else []
