"""Commands about what is kept: backups, restoring, and personal links into the web chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa
from rich.console import Console

from bot import backup
from bot.app import utc_now
from bot.settings import Settings
from channels.webchat.links import personal_link as make_link
from store import schema
from store.database import Database
from store.tables import contacts
from talk.errors import SapaError


async def back_up(settings: Settings, target: Path) -> int:
    """Write everything into one file while Sapa may go on running; how many rows.

    Raises SapaError when the file cannot be written or there is no database.
    """
    if not target.parent.is_dir():
        raise SapaError(f"The folder {target.parent} does not exist; make it first.")
    try:
        async with kept_database(settings) as database:
            with Console(stderr=True).status("Backing up") as status:
                return await database.read(
                    lambda connection: backup.write(
                        connection, target, lambda table, rows: status.update(f"Backing up: {table}, {rows:,} rows")
                    )
                )
    except OSError as error:
        raise SapaError(f"{error.filename or target} cannot be written ({error.strerror}).") from None


async def bring_back(settings: Settings, source: Path) -> int:
    """Fill an empty database from a backup; how many rows. All comes in, or nothing does."""
    database = Database(settings.database)
    console = Console(stderr=True)
    try:
        await database.transact(schema.upgrade)
        with console.status("Restoring") as status:
            return await database.transact(
                lambda connection: backup.restore(
                    connection, source, lambda table, _rows: status.update(f"Restoring: {table}")
                )
            )
    finally:
        database.close()


async def personal_link(settings: Settings, number: str, lifetime: dt.timedelta) -> str:
    """A link that opens the web chat once as the customer with this number. Raises SapaError for an unknown one."""
    async with kept_database(settings) as database:
        public_id = await database.read(
            lambda connection: connection.scalar(sa.select(contacts.c.public_id).where(contacts.c.number == number))
        )
    if public_id is None:
        raise SapaError(f"There is no customer with the number {number!r}.")
    return make_link(settings.secret.decode(), settings.address, public_id, utc_now() + lifetime)


@asynccontextmanager
async def kept_database(settings: Settings) -> AsyncIterator[Database]:
    """The database, for reading.

    Raises SapaError when there is none (to look would make an empty one), and NotMigrated when it has no tables.
    """
    if settings.new_sqlite:
        raise SapaError(f"There is no database at {settings.database}; is SAPA_DATA_DIR right?")
    database = Database(settings.database, writes=False)
    try:
        if await database.read(schema.current) is None:
            raise schema.NotMigrated(None)
        yield database
    finally:
        database.close()
