"""Contacts and messages for tests of the outbox."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import outbox as box
from store.tables import contacts, identities, outbox
from talk.messages import Outgoing

CHANNEL, ACCOUNT = "telegram", "shop"


def add_contact(
    connection: Connection,
    sender: str,
    at: dt.datetime,
    *,
    account: str = ACCOUNT,
    channel: str = CHANNEL,
    **more: Any,
) -> int:
    """A contact who agreed to marketing, reachable in the chat `sender`."""
    values = {
        "public_id": secrets.token_urlsafe(12),
        "language": "en",
        "marketing": "granted",
        "created_at": at,
        **more,
    }
    contact_id: int = connection.execute(contacts.insert().values(**values).returning(contacts.c.id)).scalar_one()
    connection.execute(
        identities.insert().values(
            contact_id=contact_id, channel=channel, account=account, sender=sender, created_at=at
        )
    )
    return contact_id


def message(contact_id: int, sender: str, at: dt.datetime, text: str = "Hello", **more: Any) -> box.NewMessage:
    """A reply due at once, unless `more` says otherwise."""
    values: dict[str, Any] = {
        "public_id": secrets.token_urlsafe(12),
        "contact_id": contact_id,
        "channel": CHANNEL,
        "account": ACCOUNT,
        "sender": sender,
        "lane": box.REPLY,
        "payload": Outgoing(text=text),
        "seq": None,
        "due_at": at,
        "created_at": at,
        **more,
    }
    return box.NewMessage(**values)


def all_rows(connection: Connection) -> list[Any]:
    """Every row of the outbox in the order of its id."""
    return list(connection.execute(sa.select(outbox).order_by(outbox.c.id)))
