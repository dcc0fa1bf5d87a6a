"""What was said to contacts, message by message, for whoever wants to say it otherwise."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import outbox
from talk.messages import Outgoing


class Message(msgspec.Struct, frozen=True):
    """A message by its public id: where it went, who said it, the provider's id once it is sent.

    `parts` are the messages that were said with it because it was too long for one.
    """

    public_id: str
    channel: str
    account: str
    sender: str
    author: str
    external_id: str
    payload: Outgoing
    parts: int


_MESSAGE = sa.select(
    *(outbox.c[name] for name in Message.__struct_fields__[:-1]), outbox.c.seq, outbox.c.created_at
)


def known(connection: Connection, public_id: str) -> bool:
    """Whether there is a message with this public id."""
    return bool(connection.scalar(sa.select(sa.exists().where(outbox.c.public_id == public_id))))


def find(connection: Connection, contact_id: int, public_id: str) -> Message | None:
    """A message that was said to this contact; None for any other."""
    row = connection.execute(
        _MESSAGE.where(outbox.c.public_id == public_id, outbox.c.contact_id == contact_id)
    ).one_or_none()
    if row is None:
        return None
    after = outbox.c.seq > row.seq, outbox.c.author == row.author, outbox.c.created_at == row.created_at
    later = connection.scalars(sa.select(outbox.c.payload).where(outbox.c.contact_id == contact_id, *after))
    known = {name: row._mapping[name] for name in Message.__struct_fields__[:5]}
    parts = sum("edits" not in payload for payload in later)
    payload = msgspec.convert(row.payload, Outgoing)
    return Message(**known, external_id=row.external_id or "", payload=payload, parts=parts)
