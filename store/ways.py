"""How a person is reached outside their conversation: in a chat of theirs, by e-mail, or by text message."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import bell, outbox, visitors
from store.outbox import NewMessage
from store.tables import contacts, identities
from talk.messages import Outgoing

EMAIL, SMS = "email", "sms"
HOUSE = "house"  # the account of both: a business has one


class Way(msgspec.Struct, frozen=True):
    """Where a message would go: channel, account and address, and the language that is read there."""

    channel: str
    account: str
    address: str
    language: str


def to(connection: Connection, contact_id: int, ways: Collection[str]) -> Way | None:
    """The best way to reach a contact, of those the house has; None when there is none.

    A web page comes last: whoever is away from it reads nothing for days. The dead and the forgotten have none.
    """
    alive = sa.and_(contacts.c.deceased.is_(sa.false()), contacts.c.erased_at.is_(None))
    found = connection.execute(
        sa.select(contacts.c.language, contacts.c.email, contacts.c.phone).where(contacts.c.id == contact_id, alive)
    ).first()
    if found is None:
        return None
    chats = connection.execute(
        sa.select(identities.c.channel, identities.c.account, identities.c.sender)
        .where(identities.c.contact_id == contact_id, identities.c.reachable.is_(sa.true()))
        .order_by(identities.c.channel == visitors.CHANNEL, identities.c.id.desc())
    ).all()
    if chats and chats[0].channel != visitors.CHANNEL:
        return Way(*chats[0], found.language)
    if found.email and EMAIL in ways:
        return Way(EMAIL, HOUSE, found.email, found.language)
    if found.phone and SMS in ways:
        return Way(SMS, HOUSE, found.phone, found.language)
    return Way(*chats[0], found.language) if chats else None


def post(
    connection: Connection, contact_id: int, way: Way, text: str, *, now: dt.datetime, expires_at: dt.datetime
) -> None:
    """Have something sent there, as a service; wake the sender after the commit.

    In a chat it takes a place in the conversation, as whatever its page shows does.
    """
    seq = None
    if way.channel not in (EMAIL, SMS):
        next_place = contacts.update().where(contacts.c.id == contact_id).values(seq=contacts.c.seq + 1)
        seq = connection.scalars(next_place.returning(contacts.c.seq)).one()
    message = NewMessage(
        public_id=secrets.token_urlsafe(12),
        contact_id=contact_id,
        channel=way.channel,
        account=way.account,
        sender=way.address,
        lane=outbox.SERVICE,
        payload=Outgoing(text=text),
        seq=seq,
        due_at=now,
        created_at=now,
        expires_at=expires_at,
    )
    outbox.put(connection, [message])
    bell.ring(connection, contact_id)
