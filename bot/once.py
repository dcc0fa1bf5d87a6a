"""Commands that open the database, do one thing in it, and end."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from bot.settings import Settings

T = TypeVar("T")


def settings_for_command() -> Settings:
    """The settings of the environment, with the log set up as they say."""
    from bot.logs import set_up
    from bot.settings import load

    settings = load()
    set_up(settings.log_format, settings.log_level)
    return settings


def change(settings: Settings, work: Callable[[Connection], T]) -> T:
    """Run `work` in one transaction; a SQLite database that is not there yet is made.

    Raises SapaError: AlreadyRunning, NotMigrated, StoreUnavailable, and whatever `work` raises.
    """
    from bot.running import open_database

    async def changing() -> T:
        database = await open_database(settings.database, migrate=settings.new_sqlite)
        try:
            return await database.transact(work)
        finally:
            database.close()

    return asyncio.run(changing())


def look(settings: Settings, work: Callable[[Connection], T]) -> T:
    """Run `work`, which only reads; Sapa may go on running. Raises SapaError when there is none."""
    from bot.keeping import kept_database

    async def reading() -> T:
        async with kept_database(settings) as database:
            return await database.read(work)

    return asyncio.run(reading())


def who() -> str:
    """The name of whoever gave the command, for what is kept of it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
