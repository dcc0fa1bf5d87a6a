"""Finding what new answers and cases speak of, and reading a theme anew whose words were changed, bit by bit."""

from __future__ import annotations

import datetime as dt
from functools import partial

from scheduler.tick import Job
from service import themes
from store import themes as kept
from store.database import Database

EVERY = dt.timedelta(seconds=20)


async def mark_themes(database: Database, now: dt.datetime) -> bool:
    """Read some texts for every theme; whether there may be more. Words are found before a writer is needed."""
    more = False
    for theme in await database.read(kept.every):
        for kind in kept.KINDS if theme.active else ():
            chunk = await database.read(partial(themes.read_some, public_id=theme.public_id, kind=kind))
            if chunk is not None:
                await database.transact(partial(themes.keep, chunk=chunk, now=now))
                more = more or themes.goes_on(chunk, now)
    return more


JOB = Job(EVERY, mark_themes)
