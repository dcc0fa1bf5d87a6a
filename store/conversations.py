"""Conversations that people have: who waits for one, for how long, and who answers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import Language
from store import contacts as contact_store
from store import outbox as outgoing
from store.contacts import BLOCKED, BOT, Contact
from store.tables import Utc, claims, contacts, identities, inbox, media, outbox, staff
from store.transcript import HIDDEN

MOST = 500  # more than a team can hold in sight
HEARD, SAID, KNOWN = inbox.alias("heard"), outbox.alias("said"), identities.alias("known")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation that the bot does not have.

    `owner` is `queue` or a member of staff's public id, with their `owner_name`; `since` is since when the customer
    waits for a person's answer, None when it is the customer's turn; `text` and `kind` are what they sent last.
    """

    contact_id: int
    public_id: str
    name: str
    language: Language
    seq: int
    seen_at: dt.datetime | None
    owner: str
    owner_name: str
    channel: str
    reachable: bool
    text: str
    kind: str
    since: dt.datetime | None


def _latest_identity() -> sa.ColumnElement[int]:
    """The contact's identity where they wrote last, else the newest of all."""
    newest = sa.select(sa.func.max(KNOWN.c.id)).where(KNOWN.c.contact_id == contacts.c.id)
    there = newest.where(KNOWN.c.channel == HEARD.c.channel, KNOWN.c.account == HEARD.c.account)
    return sa.func.coalesce(
        there.correlate(contacts, HEARD).scalar_subquery(), newest.correlate(contacts).scalar_subquery()
    )


def _place(table: sa.Table | sa.Alias, *which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether a row stands at the last place of its kind in the contact's conversation."""
    last = sa.select(sa.func.max(table.c.seq)).where(table.c.contact_id == contacts.c.id, *which)
    return last.correlate(contacts).scalar_subquery()


_SHOWN = inbox.c.kind.not_in(HIDDEN)
_LATEST = contacts.outerjoin(
    HEARD, sa.and_(HEARD.c.contact_id == contacts.c.id, HEARD.c.seq == _place(inbox, _SHOWN))
).outerjoin(
    SAID, sa.and_(SAID.c.contact_id == contacts.c.id, SAID.c.seq == _place(outbox, outbox.c.lane == outgoing.REPLY))
)
_UNANSWERED = (
    sa.select(sa.func.min(inbox.c.at))
    .where(inbox.c.contact_id == contacts.c.id, inbox.c.seq > sa.func.coalesce(SAID.c.seq, 0), _SHOWN)
    .correlate(contacts, SAID)
    .scalar_subquery()
)
# The bot's last words before it fell silent were that somebody will answer: from then on the customer waits.
_SINCE = sa.case((SAID.c.author == BOT, SAID.c.created_at), else_=_UNANSWERED)
_HELD = (
    sa.select(
        contacts.c.id.label("contact_id"),
        contacts.c.public_id,
        sa.func.coalesce(sa.func.nullif(contacts.c.call_me, ""), contacts.c.name).label("name"),
        contacts.c.language,
        contacts.c.seq,
        contacts.c.seen_at,
        contacts.c.owner,
        sa.func.coalesce(staff.c.name, "").label("owner_name"),
        sa.func.coalesce(HEARD.c.channel, "").label("channel"),
        sa.func.coalesce(identities.c.reachable, sa.false()).label("reachable"),
        sa.func.coalesce(HEARD.c.text, "").label("text"),
        sa.func.coalesce(HEARD.c.kind, "").label("kind"),
        sa.type_coerce(_SINCE, Utc()).label("since"),
    )
    .select_from(
        _LATEST.outerjoin(staff, staff.c.public_id == contacts.c.owner).outerjoin(
            identities, identities.c.id == _latest_identity()
        )
    )
    .where(contacts.c.owner != sa.literal_column(f"'{BOT}'"), contacts.c.merged_into.is_(None))
)
_IDENTITY = sa.select(_latest_identity()).select_from(_LATEST)


def lock(connection: Connection, public_id: str) -> Contact | None:
    """The contact, locked until the transaction ends, with the identity by which they wrote last.

    None for an unknown one, and for one of whom no channel knows.
    """
    identity_id = connection.scalar(_IDENTITY.where(contacts.c.public_id == public_id))
    if identity_id is None:
        return None
    found = contact_store.lock_identity(connection, identity_id)
    return found if found and found.public_id == public_id else None


def held(connection: Connection, now: dt.datetime) -> list[Held]:
    """Every conversation that the bot does not have: who waits longest first, those who were answered last."""
    found = [Held(**row._mapping) for row in connection.execute(_held().limit(MOST))]
    return sorted(found, key=lambda one: (one.since is None, one.since or one.seen_at or now))


def find(connection: Connection, public_id: str, now: dt.datetime) -> Held | None:
    """One conversation; None for an unknown contact and while the bot has it."""
    row = connection.execute(_held().where(contacts.c.public_id == public_id)).one_or_none()
    return Held(**row._mapping) if row else None


def shows(connection: Connection, public_id: str, now: dt.datetime) -> str | None:
    """The type of a kept file that a conversation the team has or an open claim shows; None for every other."""
    theirs = contacts.c.owner.not_in((BOT, BLOCKED))
    in_conversation = sa.exists().where(contacts.c.id == media.c.contact_id, theirs)
    in_claim = sa.exists().where(claims.c.media_id == media.c.id, claims.c.state == "open")
    of_business = sa.and_(media.c.contact_id.is_(None), media.c.channel == "")
    seen = sa.select(media.c.type).where(
        media.c.public_id == public_id, media.c.state == "kept", sa.or_(in_conversation, in_claim, of_business)
    )
    return connection.scalar(seen)


def _held() -> sa.Select[Any]:
    return _HELD.where(contacts.c.owner != BLOCKED)
