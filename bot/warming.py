"""What is imported and figured out before it is asked for, since in somebody's turn it would take too long."""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib
from contextlib import suppress

from bot import heap
from loyalty import programme
from outreach import public_holidays
from store import recommenders
from store.database import Database, StoreUnavailable


async def warm(database: Database, now: dt.datetime) -> None:
    """Have everything at hand; where things are recommended, what computes with them, too (0.1 s)."""
    with suppress(StoreUnavailable):
        await holidays(database, now)
        if await database.read(recommenders.newest) is not None:
            await asyncio.to_thread(importlib.import_module, "insights.weights")
    heap.settle()


async def holidays(database: Database, now: dt.datetime) -> None:
    """Have the public holidays of the countries at hand where the programme keeps them.

    The first time that takes some tenths of a second, afterwards nothing. Raises StoreUnavailable.
    """
    rules = await database.read(programme.read)
    kept = [code for code, country in rules.outreach.countries.items() if country.holidays]
    if kept:
        await asyncio.to_thread(public_holidays.prepare, kept, now.year)
