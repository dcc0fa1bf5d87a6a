"""The outbox: what is to be said, and how far each message got."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared
from store.tables import outbox
from talk.messages import Outgoing

REPLY, SERVICE, MARKETING = 0, 1, 2


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message to put into the outbox: one provider call.

    `sender` is the chat it goes to, `lane` its place in `talk.messages.LANES`. `seq` is its place in the
    conversation; a marketing message has none until it is sent. After `expires_at` it is not sent any more.
    """

    public_id: str
    contact_id: int
    channel: str
    account: str
    sender: str
    lane: int
    payload: Outgoing
    seq: int | None
    due_at: dt.datetime
    created_at: dt.datetime
    author: str = "bot"
    expires_at: dt.datetime | None = None


_PUT = Prepared(
    outbox.insert().values(
        {name: sa.bindparam(name, type_=outbox.c[name].type) for name in NewMessage.__struct_fields__}
        | {"state": sa.literal_column("'queued'")}
    )
)


def put(connection: Connection, messages: Sequence[NewMessage]) -> None:
    """Queue messages; wake the sender after the commit."""
    if messages:
        _PUT.run_many(connection, [msgspec.structs.asdict(message) for message in messages])
