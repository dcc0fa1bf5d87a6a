"""The bell: replicas on one PostgreSQL tell each other what moved, by LISTEN and NOTIFY: a conversation, or words.

It only makes them look sooner. What is to be seen or sent stands in the tables, and everybody looks from time to
time anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.engine import Connection, make_url

log = structlog.get_logger()

CHANNEL = "sapa"
WORDS = "words"
HELD = "+"  # after a contact's id
AGAIN_SECONDS = 1.0


def ring(connection: Connection, contact_id: int, *, held: bool = False) -> None:
    """Tell the other replicas about this contact when the transaction commits; SQLite has no others.

    `held`: the team has or had the conversation, so that its pages look, too.
    """
    _ring(connection, f"{contact_id}{HELD if held else ''}")


def ring_words(connection: Connection) -> None:
    """Tell the other replicas, when the transaction commits, that sentences are said in other words now."""
    _ring(connection, WORDS)


async def listen(url: str, heard: Callable[[int, bool], None], reworded: Callable[[], Awaitable[None]]) -> None:
    """Call `heard` with each contact that is told of and whether the team has it, until cancelled.

    `reworded` is called when words may have changed.

    Connects again when the server went away.
    """
    import psycopg

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                await reworded()  # what was told before anybody listened
                async for notice in connection.notifies():
                    if notice.payload == WORDS:
                        await reworded()
                    else:
                        heard(int(notice.payload.removesuffix(HELD)), notice.payload.endswith(HELD))
        except psycopg.OperationalError as error:
            log.warning("bell_lost", reason=type(error).__name__)
        await asyncio.sleep(AGAIN_SECONDS)


def _ring(connection: Connection, payload: str) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
