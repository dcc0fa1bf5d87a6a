"""Personal links: signed, limited in time, and good for one opening.

The link names the contact and a nonce under the house's signature; opening it gives a browser a visitor identity
of that contact and remembers the nonce until the link would have expired anyway.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Literal, TypeAlias

import msgspec
import sqlalchemy as sa
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy.engine import Connection

from store import visitors
from store.prepared import Prepared, insert
from store.tables import contacts, identities, links_used

Opening: TypeAlias = Literal["opened", "used", "expired", "unknown"]

SALT = "sapa.personal-link"


class Link(msgspec.Struct, frozen=True):
    """What a personal link says."""

    contact: str  # public id
    nonce: str
    expires_at: dt.datetime


_REMEMBER = Prepared(
    insert(links_used)
    .values(nonce=sa.bindparam("nonce"), expires_at=sa.bindparam("expires_at"))
    .on_conflict_do_nothing()
)
_FORGET = Prepared(
    links_used.delete().where(links_used.c.expires_at < sa.bindparam("now", type_=links_used.c.expires_at.type))
)
_CONTACT = Prepared(
    sa.select(contacts.c.id, contacts.c.merged_into).where(
        contacts.c.public_id == sa.bindparam("public_id"), contacts.c.erased_at.is_(None)
    )
)
_MERGED = Prepared(sa.select(contacts.c.id, contacts.c.merged_into).where(contacts.c.id == sa.bindparam("id")))
_IDENTIFY = Prepared(
    identities.insert().values(
        contact_id=sa.bindparam("contact_id"),
        channel=visitors.CHANNEL,
        account=visitors.ACCOUNT,
        sender=sa.bindparam("sender"),
        created_at=sa.bindparam("created_at"),
    )
)


def sign(secret: str, contact: str, expires_at: dt.datetime, *, salt: str = SALT) -> str:
    """A link for the contact with this public id, good once until `expires_at`; `salt` says what it opens."""
    return _serializer(secret, salt).dumps([contact, secrets.token_urlsafe(12), int(expires_at.timestamp())])


def read(secret: str, token: str, *, salt: str = SALT) -> Link | None:
    """What the link says; None when it is not ours, or opens something else."""
    try:
        contact, nonce, expires = _serializer(secret, salt).loads(token)
    except BadData:
        return None
    return Link(contact, nonce, dt.datetime.fromtimestamp(expires, dt.UTC))


def open_for(connection: Connection, link: Link, visitor: str, now: dt.datetime) -> Opening:
    """Make `visitor` an identity of the link's contact; says why not when it cannot be.

    Two openings at once: the nonce's key decides, and one of them is told that the link was used.
    """
    if link.expires_at <= now:
        return "expired"
    contact_id = _contact(connection, link.contact)
    if contact_id is None:
        return "unknown"
    if not use_up(connection, link):
        return "used"
    _FORGET.run(connection, now=now)
    _IDENTIFY.run(connection, contact_id=contact_id, sender=visitor, created_at=now)
    return "opened"


def use_up(connection: Connection, link: Link) -> bool:
    """Remember that the link was opened; False when it was before. Of two openings at once one is let in."""
    return _REMEMBER.run(connection, nonce=link.nonce, expires_at=link.expires_at) == 1


def is_of(connection: Connection, link: Link, visitor: str) -> bool:
    """Whether the visitor already is the contact whom the link is for."""
    reader = visitors.find(connection, visitor)
    return reader is not None and reader.contact_id == _contact(connection, link.contact)


def _contact(connection: Connection, public_id: str) -> int | None:
    row = _CONTACT.row(connection, public_id=public_id)
    while row is not None and row[1] is not None:
        row = _MERGED.row(connection, id=row[1])
    return row[0] if row else None


def _serializer(secret: str, salt: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret, salt=salt)
