"""Making what was said findable, a bounded number of messages at a time."""

from __future__ import annotations

import datetime as dt
from functools import partial

from scheduler.tick import Job
from store import search_index
from store.database import Database

EVERY = dt.timedelta(seconds=2)


async def index_lines(database: Database, now: dt.datetime) -> bool:
    """Index messages and notes that are not yet; whether there may be more."""
    more = [
        await database.transact(partial(search_index.index_some, source=source, now=now))
        for source in search_index.SOURCES
    ]
    return any(more)


JOB = Job(EVERY, index_lines)
