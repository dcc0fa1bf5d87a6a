"""How contacts stand: all that decides whether a message nobody asked for may go to them now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.outbox import MARKETING, NOW, PENDING, in_play, in_states
from store.prepared import Prepared
from store.tables import Utc, claims, contacts, identities, outbox, preferences, sessions

REMEMBERED = dt.timedelta(days=15)  # as far back as any cap looks, and a day more


class Touch(NamedTuple):
    """A message nobody asked for that a contact got, or is getting."""

    kind: str
    at: dt.datetime


class Standing(msgspec.Struct, kw_only=True, gc=False):
    """How a contact stands.

    `asking`: a dialogue's question is open; `request`: one of the contact's is. `waiting`: a reply or service
    message is owed first. `reachable` is None where there is no chat. `quiet_from`, `quiet_until`, `refused`,
    `seldom`, `paused_until`, `people_only` and `personalised` are what the contact prefers. `touches` are the
    unasked messages of the last 15 days.
    """

    marketing: str = "unasked"
    owner: str = "bot"
    owner_until: dt.datetime | None = None
    timezone: str = ""
    merged: bool = False
    deceased: bool = False
    erased: bool = False
    seen_at: dt.datetime | None = None
    asking: bool = False
    request: bool = False
    waiting: bool = False
    reachable: bool | None = None
    quiet_from: str | None = None
    quiet_until: str | None = None
    refused: tuple[str, ...] = ()
    seldom: bool = False
    paused_until: dt.datetime | None = None
    people_only: bool = False
    personalised: bool = True
    touches: tuple[Touch, ...] = ()


_owed = outbox.alias("owed")
_COLUMNS = {
    "marketing": contacts.c.marketing,
    "owner": contacts.c.owner,
    "owner_until": contacts.c.owner_until,
    "timezone": contacts.c.timezone,
    "merged": contacts.c.merged_into.is_not(None),
    "deceased": contacts.c.deceased,
    "erased": contacts.c.erased_at.is_not(None),
    "seen_at": contacts.c.seen_at,
    "asking": sa.select(sessions.c.id)
    .where(sessions.c.contact_id == contacts.c.id, sa.text("sessions.state = 'asking'"))
    .exists(),
    "request": sa.select(claims.c.id)
    .where(claims.c.contact_id == contacts.c.id, sa.text("claims.state = 'open'"))
    .exists(),
    "waiting": sa.select(_owed.c.id)
    .where(_owed.c.contact_id == contacts.c.id, in_play(_owed), _owed.c.lane < sa.literal_column(str(MARKETING)))
    .exists(),
}
_PREFERRED = ("quiet_from", "quiet_until", "refused", "seldom", "paused_until", "people_only", "personalised")
_STAND = Prepared(
    sa.select(contacts.c.id, *_COLUMNS.values(), *(preferences.c[name] for name in _PREFERRED))
    .select_from(contacts.outerjoin(preferences, preferences.c.contact_id == contacts.c.id))
    .where(among(contacts.c.id, "ids"))
)
_TOUCHES = Prepared(
    sa.select(outbox.c.contact_id, outbox.c.kind, outbox.c.begun_at)
    .where(
        among(outbox.c.contact_id, "ids"),
        outbox.c.begun_at.is_not(None),
        outbox.c.begun_at > sa.bindparam("since", type_=Utc()),
    )
    .order_by(outbox.c.contact_id, outbox.c.begun_at.desc())
)
_QUEUED = Prepared(
    sa.select(outbox.c.kind).where(
        outbox.c.contact_id == sa.bindparam("contact_id"),
        outbox.c.lane == sa.literal_column(str(MARKETING)),
        in_states(outbox, *PENDING),
        outbox.c.begun_at.is_(None),
        outbox.c.due_at <= NOW,
    )
)
_REACHABLE = Prepared(
    sa.select(identities.c.reachable).where(identities.c.contact_id == sa.bindparam("contact_id"))
)
_TIMEZONE = Prepared(sa.select(contacts.c.timezone).where(contacts.c.id == sa.bindparam("contact_id")))


def standings(connection: Connection, contact_ids: Collection[int], now: dt.datetime) -> dict[int, Standing]:
    """How contacts stand at `now`, by their ids; whether they can be reached is for the caller to add.

    What is to hold must be asked while the contacts are locked.
    """
    ids = list(contact_ids)
    found = {row[0]: _standing(row[1:]) for row in _STAND.rows(connection, ids=ids, now=now)}
    for contact, kind, at in _TOUCHES.rows(connection, ids=ids, since=now - REMEMBERED):
        found[contact].touches += (Touch(kind, at),)
    return found


def standing(connection: Connection, contact_id: int, now: dt.datetime) -> Standing:
    """How a contact stands at `now`; reachable when any of their chats is. Raises KeyError when there is none.

    What a sender is about to take counts as if it had gone: two that come at once are not both told.
    """
    found = standings(connection, [contact_id], now)[contact_id]
    going = [Touch(kind, now) for (kind,) in _QUEUED.rows(connection, contact_id=contact_id, now=now)]
    found.touches = (*going, *found.touches)
    chats = [bool(reachable) for (reachable,) in _REACHABLE.rows(connection, contact_id=contact_id)]
    found.reachable = any(chats) if chats else None
    return found


def timezone(connection: Connection, contact_id: int) -> str:
    """The name of the contact's time zone, empty if it is not known."""
    row = _TIMEZONE.row(connection, contact_id=contact_id)
    return row[0] if row else ""


_OWN = len(_COLUMNS)


def _standing(row: tuple[Any, ...]) -> Standing:
    values: dict[str, Any] = dict(zip(_COLUMNS, row[:_OWN], strict=True))
    if row[-1] is not None:  # every row of preferences has its word on whether it is personalised
        values |= zip(_PREFERRED, row[_OWN:], strict=True)
        values["refused"] = tuple(values["refused"] or ())
    return Standing(**values)
