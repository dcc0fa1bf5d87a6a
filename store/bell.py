"""The bell: replicas on one PostgreSQL tell each other that a conversation moved, by LISTEN and NOTIFY.

It only makes them look sooner. What is to be seen or sent stands in the tables, and everybody looks from time to
time anyway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from sqlalchemy.engine import Connection, make_url

log = structlog.get_logger()

CHANNEL = "sapa"
AGAIN_SECONDS = 1.0


def ring(connection: Connection, contact_id: int) -> None:
    """Tell the other replicas about this contact when the transaction commits; SQLite has no others."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_notify(%s, %s)", (CHANNEL, str(contact_id)))


async def listen(url: str, heard: Callable[[int], None]) -> None:
    """Call `heard` with each contact that is told of, until cancelled; connects again when the server went away."""
    import psycopg

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(address, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                async for notice in connection.notifies():
                    heard(int(notice.payload))
        except psycopg.OperationalError as error:
            log.warning("bell_lost", reason=type(error).__name__)
        await asyncio.sleep(AGAIN_SECONDS)
