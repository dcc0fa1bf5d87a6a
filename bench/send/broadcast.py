"""The broadcast that is sent: who gets it, what it says, and what the provider must have got of it."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.programme import Outreach, Programme
from store import outbox, schema
from store.database import Database
from store.outbox import MARKETING, NewMessage
from store.tables import contacts, identities
from talk.messages import Button, Outgoing

TOKEN = "4242:AAbench-token-of-nobody-000000000000"
CHANNEL, ACCOUNT = "telegram", "4242"
FIRST_CHAT = 100_000
FIRST_TALKER = 9_000_000

BUTTONS = (("Show me", "offer:show"), ("No more offers", "offer:stop"))
NAMES = ("Aisyah", "Wei Ling", "Minh", "Farid", "Priya", "José", "Nguyễn Thị Hồng", "陈美玲")


def chats(people: int) -> range:
    """The chats the broadcast goes to."""
    return range(FIRST_CHAT, FIRST_CHAT + people)


def talkers(count: int) -> range:
    """The chats of those who are answered meanwhile."""
    return range(FIRST_TALKER, FIRST_TALKER + count)


def text(chat: int) -> str:
    """What the broadcast says to a chat, about as long as offers are."""
    return (
        f"Hello {NAMES[chat % len(NAMES)]}, your <b>{chat % 900} points</b> are worth a free coffee this week. "
        f"Show <code>C{chat:07d}</code> at the till in any of our branches until Sunday.\n"
        "<i>You get this because you asked for our offers.</i>"
    )


def request(chat: int) -> dict[str, Any]:
    """A message's sendMessage, as a program that knows nothing but Telegram would write it."""
    return {
        "chat_id": str(chat),
        "text": text(chat),
        "parse_mode": "HTML",
        "reply_markup": {"inline_keyboard": [[{"text": label, "callback_data": data}] for label, data in BUTTONS]},
        "link_preview_options": {"is_disabled": True},
    }


def make(path: Path, people: int, talking: int = 0) -> None:
    """A store where everybody agreed to offers and one is due to each; the talkers are known, too."""
    database = Database(f"sqlite:///{path}")
    try:
        with database.engine.execution_options(sapa_writes=True).begin() as connection:
            schema.upgrade(connection)
            _fill(connection, people, talking)
    finally:
        database.close()


def _fill(connection: Connection, people: int, talking: int) -> None:
    now = dt.datetime.now(dt.UTC)
    never_quiet = Outreach(quiet_from=dt.time(0), quiet_until=dt.time(0))
    programme.keep(connection, Programme(outreach=never_quiet), text="", by="bench", at=now)
    met = list(enumerate(chain(chats(people), talkers(talking)), 1))
    person = {"language": "en", "marketing": "granted", "created_at": now}
    connection.execute(
        contacts.insert(), [{"id": id_, "public_id": secrets.token_urlsafe(12), **person} for id_, _chat in met]
    )
    place = {"channel": CHANNEL, "account": ACCOUNT, "created_at": now}
    connection.execute(
        identities.insert(), [{"contact_id": id_, "sender": str(chat), **place} for id_, chat in met]
    )
    buttons = tuple((Button(label, data),) for label, data in BUTTONS)
    outbox.put(
        connection,
        [
            message(id_, chat, MARKETING, Outgoing(text=text(chat), buttons=buttons), now)
            for id_, chat in met[:people]
        ],
    )


def message(
    contact_id: int, chat: int, lane: int, said: Outgoing, now: dt.datetime, seq: int | None = None
) -> NewMessage:
    """A message that is due; marketing has no place in the conversation until it is sent."""
    return NewMessage(
        public_id=secrets.token_urlsafe(12),
        contact_id=contact_id,
        channel=CHANNEL,
        account=ACCOUNT,
        sender=str(chat),
        lane=lane,
        payload=said,
        seq=seq,
        due_at=now,
        created_at=now,
    )


_UNFINISHED = sa.text("SELECT 1 FROM outbox WHERE state IN ('queued','claimed','sending') LIMIT 1")
_ROWS = sa.text("SELECT sender, state, external_id, sent_at IS NOT NULL AS dated FROM outbox ORDER BY id")
_TALKERS = sa.text(
    "SELECT contact_id, sender FROM identities WHERE contact_id NOT IN (SELECT contact_id FROM outbox) ORDER BY id"
)


def unfinished(connection: Connection) -> bool:
    """Whether anything is still to be sent or marked."""
    return connection.execute(_UNFINISHED).first() is not None


def talking(store: Path) -> list[tuple[int, int]]:
    """The contacts no message waits for, and their chats."""
    return [(row.contact_id, int(row.sender)) for row in _rows(store, _TALKERS)]


def waiting(store: Path) -> list[str]:
    """The chats a message waits for, in the order of the outbox."""
    return [row.sender for row in _rows(store, _ROWS)]


def marked(store: Path) -> dict[str, str]:
    """The chat of each message by the provider's id, as the store has it.

    Raises AssertionError unless every message is marked as sent.
    """
    rows = _rows(store, _ROWS)
    wrong = [row for row in rows if (row.state, row.dated) != ("sent", 1)]
    assert not wrong, f"{len(wrong)} rows are not marked as sent, the first is {wrong[0]}."
    found = {row.external_id: row.sender for row in rows}
    assert len(found) == len(rows), "Two rows are marked with one message."
    return found


def _rows(store: Path, query: sa.TextClause) -> Sequence[sa.Row[Any]]:
    engine = sa.create_engine(f"sqlite:///{store}")
    with engine.connect() as connection:
        rows = connection.execute(query).all()
    engine.dispose()
    return rows
