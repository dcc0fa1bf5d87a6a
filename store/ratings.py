"""How customers rated the conversations they had with the team."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from store.tables import conversations


def rate(connection: Connection, contact_id: int, public_id: str, stars: int, now: dt.datetime) -> bool:
    """Give a conversation of this contact 1 to 5 stars; False when they have none of this public id."""
    values = {"rating": stars, "rating_text": "", "rated_at": now, "moved_at": now}
    return _write(connection, contact_id, public_id, values)


def comment(connection: Connection, contact_id: int, public_id: str, words: str, now: dt.datetime) -> None:
    """Keep the words that go with the stars."""
    _write(connection, contact_id, public_id, {"rating_text": words, "moved_at": now})


def _write(connection: Connection, contact_id: int, public_id: str, values: dict[str, object]) -> bool:
    one = conversations.c.public_id == public_id, conversations.c.contact_id == contact_id
    return connection.execute(conversations.update().where(*one).values(values)).rowcount > 0
