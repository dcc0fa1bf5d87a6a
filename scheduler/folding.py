"""Making the words by which staff find people who are new, changed or imported."""

from __future__ import annotations

import datetime as dt

from scheduler.tick import Job
from store import people_words
from store.database import Database

EVERY = dt.timedelta(seconds=5)
CHUNKS = 50  # at most for one run: other jobs wait for this one, and after an import there is a lot


async def fold_people(database: Database, _now: dt.datetime) -> bool:
    """Make the words of some people; never more at once, for the rest comes with the next run."""
    for _ in range(CHUNKS):
        if not await database.read(people_words.left):
            break
        await database.transact(people_words.fold_some)
    return False


JOB = Job(EVERY, fold_people)
