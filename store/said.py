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


def known(connection: Connection, public_id: str) -> bool:
    """Whether there is a message with this public id."""
    return bool(connection.scalar(sa.select(sa.exists().where(outbox.c.public_id == public_id))))


def find(connection: Connection, contact_id: int, public_id: str) -> Message | None:
    """A message that was said to this contact; None for any other."""
    part = outbox.alias("part")
    parts = (
        sa.select(sa.func.count())
        .where(
            part.c.contact_id == contact_id,
            part.c.seq > outbox.c.seq,
            part.c.author == outbox.c.author,
            part.c.created_at == outbox.c.created_at,
        )
        .scalar_subquery()
    )
    columns = [outbox.c[name] for name in Message.__struct_fields__[:-2]]
    row = connection.execute(
        sa.select(*columns, outbox.c.payload, parts.label("parts")).where(
            outbox.c.public_id == public_id, outbox.c.contact_id == contact_id
        )
    ).one_or_none()
    if row is None:
        return None
    sent = msgspec.convert(row.payload, Outgoing)
    return Message(**{**row._mapping, "external_id": row.external_id or "", "payload": sent})
