"""Sapa with the web chat open, importing meanwhile: `python -m bench.importing.server FOLDER PORT FILE`.

On SQLite one process writes, so an import that goes on beside the chat is in the chat's own process and shares its
writer, its event loop and its core: the hardest case for the replies.

It prints the personal links of some customers when the chat answers, begins to import when a line comes in, and
prints how many purchases it brought when it is done. SIGTERM ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.contest import pin
from bench.importing import cdnow
from bot.app import compose, utc_now
from bot.importing import import_file
from bot.logs import set_up
from bot.running import ROLES, open_database, run
from bot.settings import Settings, load
from channels.webchat.links import LIFETIME, personal_link
from store.database import Database
from store.tables import accounts, contacts

KNOWN = 500  # purchases that were imported before
CUSTOMERS = 8


async def serve(settings: Settings, file: Path) -> None:
    """Serve until SIGTERM, and import when told to."""
    database = await open_database(settings.database, migrate=True)
    try:
        await import_file(database, "purchases", cdnow.write(file.with_name("known.txt"), KNOWN))
        app, ready = await compose(settings, database), asyncio.Event()
        running = asyncio.create_task(run(app, ROLES, ready=ready.set))
        await ready.wait()
        _tell(await _links(database, settings))
        await asyncio.to_thread(sys.stdin.readline)
        _tell((await import_file(database, "purchases", file)).added)
        await running
    finally:
        database.close()


async def _links(database: Database, settings: Settings) -> list[str]:
    def members(connection: Connection) -> Sequence[str]:
        joined = sa.select(contacts.c.public_id).join(accounts).order_by(accounts.c.balance.desc(), contacts.c.id)
        return connection.scalars(joined.limit(CUSTOMERS)).all()

    secret, expires = settings.secret.decode(), utc_now() + LIFETIME
    return [personal_link(secret, settings.address, each, expires) for each in await database.read(members)]


def _tell(what: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(what) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    pin()
    set_up("console", "warning")
    settings = load(
        data_dir=given.folder, database_url="", host="127.0.0.1", port=given.port, public_url="", telegram_token=""
    )
    asyncio.run(serve(settings, given.file))


if __name__ == "__main__":
    main()
