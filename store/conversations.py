"""Where a contact is written to: the identity by which they wrote last."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import contacts as contact_store
from store.contacts import Contact
from store.tables import contacts, identities, inbox
from store.transcript import HIDDEN

KNOWN, HEARD = identities.alias("known"), inbox.alias("heard")


def latest_identity() -> sa.ColumnElement[int]:
    """The identity of a row's contact where they wrote last, else the newest of all."""
    mine = sa.select(sa.func.max(KNOWN.c.id)).where(KNOWN.c.contact_id == contacts.c.id)
    said = sa.select(sa.func.max(inbox.c.seq)).where(
        inbox.c.contact_id == contacts.c.id, inbox.c.kind.not_in(HIDDEN)
    )
    last = sa.and_(HEARD.c.contact_id == contacts.c.id, HEARD.c.seq == said.correlate(contacts).scalar_subquery())
    there = mine.where(last, KNOWN.c.channel == HEARD.c.channel, KNOWN.c.account == HEARD.c.account)
    return sa.func.coalesce(there.correlate(contacts).scalar_subquery(), mine.correlate(contacts).scalar_subquery())


_IDENTITY = sa.select(latest_identity()).select_from(contacts)


def lock(connection: Connection, public_id: str) -> Contact | None:
    """The contact, locked until the transaction ends, with the identity by which they wrote last.

    None for an unknown one, and for one of whom no channel knows.
    """
    identity_id = connection.scalar(_IDENTITY.where(contacts.c.public_id == public_id))
    if identity_id is None:
        return None
    found = contact_store.lock_identity(connection, identity_id)
    return found if found and found.public_id == public_id else None
