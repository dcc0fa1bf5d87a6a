"""How contacts stand: all that decides whether a message nobody asked for may go to them now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.outbox import MARKETING, NOW, PENDING, in_play, in_states
from store.prepared import Prepared
from store.tables import Utc, cases, claims, contacts, identities, outbox, preferences, sessions

REMEMBERED = dt.timedelta(days=15)  # as far back as any cap looks, and a day more


class Touch(NamedTuple):
    """A message nobody asked for that a contact got, or is getting."""

    kind: str
    at: dt.datetime


class Standing(msgspec.Struct, gc=False):
    """How a contact stands.

    `phone` is in the form of E.164. `asking`: a dialogue's question is open; `request`: one of the contact's is.
    `waiting`: a reply or service message is owed first. `reachable` is None where there is no chat. `quiet_from`,
    `quiet_until`, `refused`, `seldom`, `paused_until`, `people_only` and `personalised` are what the contact
    prefers. `touches` are the unasked messages of the last 15 days.
    """

    id: int = 0
    phone: str | None = None
    marketing: str = "unasked"
    owner: str = "bot"
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


def _whether(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    # As the driver has it: the sender reads thousands of these a second.
    return sa.type_coerce(condition, sa.Integer)


_STAND = Prepared(  # in the order of the fields, up to `waiting`
    sa.select(
        contacts.c.id,
        contacts.c.phone,
        contacts.c.marketing,
        contacts.c.owner,
        contacts.c.timezone,
        _whether(contacts.c.merged_into.is_not(None)),
        sa.type_coerce(contacts.c.deceased, sa.Integer),
        _whether(contacts.c.erased_at.is_not(None)),
        contacts.c.seen_at,
        _whether(
            sa.select(sessions.c.id)
            .where(sessions.c.contact_id == contacts.c.id, sa.text("sessions.state = 'asking'"))
            .exists()
        ),
        _whether(
            sa.or_(
                sa.exists().where(claims.c.contact_id == contacts.c.id, sa.text("claims.state = 'open'")),
                sa.exists().where(cases.c.contact_id == contacts.c.id, sa.text("cases.state = 'open'")),
            )
        ),
        _whether(
            sa.select(_owed.c.id)
            .where(
                _owed.c.contact_id == contacts.c.id,
                in_play(_owed),
                _owed.c.lane < sa.literal_column(str(MARKETING)),
            )
            .exists()
        ),
    ).where(among(contacts.c.id, "ids"))
)
_PREFERRED = ("quiet_from", "quiet_until", "refused", "seldom", "paused_until", "people_only", "personalised")
_PREFER = Prepared(
    sa.select(preferences.c.contact_id, *(preferences.c[name] for name in _PREFERRED)).where(
        among(preferences.c.contact_id, "ids")
    )
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
    found = {row[0]: Standing(*row) for row in _STAND.rows(connection, ids=ids, now=now)}
    for contact, *preferred in _PREFER.rows(connection, ids=ids):
        for name, value in zip(_PREFERRED, preferred, strict=True):
            setattr(found[contact], name, value)
        found[contact].refused = tuple(found[contact].refused or ())
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
