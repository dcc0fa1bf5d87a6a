"""The inbox: every event once, its place in the conversation, and how often it was tried."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared, insert
from store.tables import inbox
from talk.messages import Inbound

Unread: TypeAlias = Literal["unreadable", "ignored"]

_KEY = (
    inbox.c.channel == sa.bindparam("k_channel"),
    inbox.c.account == sa.bindparam("k_account"),
    inbox.c.external_id == sa.bindparam("k_external_id"),
)
_WRITTEN = ("channel", "account", "external_id", "state", "contact_id", "seq", "kind", "text", "details", "at")
_INSERT = Prepared(insert(inbox).values({name: sa.bindparam(name) for name in _WRITTEN}).on_conflict_do_nothing())
_FINISH = Prepared(
    inbox.update()
    .where(*_KEY, inbox.c.state == "tried")
    .values({name: sa.bindparam(f"new_{name}", type_=inbox.c[name].type) for name in _WRITTEN[3:]})
)
_TRY = Prepared(
    insert(inbox)
    .values({name: sa.bindparam(name) for name in ("channel", "account", "external_id", "kind", "details", "at")})
    .values(state="tried", attempts=1)
    .on_conflict_do_update(
        index_elements=["channel", "account", "external_id"],
        set_={"attempts": inbox.c.attempts + 1},
        where=inbox.c.state == "tried",
    )
    .returning(inbox.c.attempts)
)
_TRIES = Prepared(sa.select(inbox.c.attempts).where(*_KEY, inbox.c.state == "tried"))
_PARK = Prepared(
    inbox.update()
    .where(*_KEY, inbox.c.state == "tried")
    .values(
        state="parked",
        error=sa.bindparam("new_error"),
        contact_id=sa.bindparam("new_contact_id"),
        seq=sa.bindparam("new_seq"),
    )
)
_UNREAD = Prepared(
    insert(inbox)
    .values({name: sa.bindparam(name) for name in (*_WRITTEN[:4], "details", "error", "at")})
    .values(kind="other")
    .on_conflict_do_nothing()
)
_ALBUM = Prepared(
    sa.select(inbox.c.details)
    .where(inbox.c.contact_id == sa.bindparam("contact_id"), inbox.c.seq < sa.bindparam("before"))
    .order_by(inbox.c.seq.desc())
    .limit(1)
)


def record(connection: Connection, inbound: Inbound, contact_id: int, seq: int, now: dt.datetime) -> bool:
    """Write the event into the contact's conversation; False when it was already handled: a duplicate."""
    values: dict[str, Any] = {
        "state": "done",
        "contact_id": contact_id,
        "seq": seq,
        "kind": inbound.kind,
        "text": inbound.text,
        "details": details(inbound),
        "at": now,
    }
    if _INSERT.run(connection, **_key(inbound), **values):
        return True
    finished = _FINISH.run(connection, **_key(inbound, "k_"), **{f"new_{name}": values[name] for name in values})
    return bool(finished)


def count_try(connection: Connection, inbound: Inbound, now: dt.datetime) -> int | None:
    """Count one more try of the event and keep it as it came; None when it is already done or parked."""
    kept = {"raw": inbound.raw} if inbound.raw else details(inbound)
    row = _TRY.row(connection, **_key(inbound), kind=inbound.kind, details=kept, at=now)
    return row[0] if row else None


def tries(connection: Connection, inbound: Inbound) -> int:
    """How often the event was counted as begun without having been finished."""
    row = _TRIES.row(connection, **_key(inbound, "k_"))
    return row[0] if row else 0


def park(connection: Connection, inbound: Inbound, contact_id: int, seq: int, error: str) -> bool:
    """Set the event aside for good; False when another process did so first."""
    changed = {"new_error": error, "new_contact_id": contact_id, "new_seq": seq}
    return bool(_PARK.run(connection, **_key(inbound, "k_"), **changed))


def keep_unread(
    connection: Connection, key: tuple[str, str, str], raw: str, reason: Unread, now: dt.datetime
) -> bool:
    """Keep an update that has no turn: it could not be read, or it is nothing to us. False when it is known.

    What is nothing to us (a group's talk, say) is known again by its key alone; its words are nobody's to keep.
    """
    channel, account, external_id = key
    return bool(
        _UNREAD.run(
            connection,
            channel=channel,
            account=account,
            external_id=external_id,
            state="parked" if reason == "unreadable" else "ignored",
            details={"raw": raw} if reason == "unreadable" else None,
            error=reason,
            at=now,
        )
    )


def previous_album(connection: Connection, contact_id: int, before: int) -> str:
    """The album of the contact's event before this place; empty when there was none."""
    row = _ALBUM.row(connection, contact_id=contact_id, before=before)
    return str((row[0] or {}).get("album", "")) if row else ""


def details(inbound: Inbound) -> dict[str, Any] | None:
    """What an event carries besides its text."""
    if inbound.kind == "text":
        return {"message": inbound.message} if inbound.message else None
    found = {
        "button": inbound.button,
        "media": [{"ref": media.ref, "type": media.type, "name": media.name} for media in inbound.media],
        "place": [inbound.latitude, inbound.longitude] if inbound.latitude is not None else None,
        "phone": inbound.phone,
        "album": inbound.album,
        "message": inbound.message,
    }
    return {name: value for name, value in found.items() if value} or None


def _key(inbound: Inbound, prefix: str = "") -> dict[str, str]:
    return {
        f"{prefix}channel": inbound.channel,
        f"{prefix}account": inbound.account,
        f"{prefix}external_id": inbound.external_id,
    }
