"""Keeping how often customers buy, and where they stand by it, in step with their purchases, some at a time."""

from __future__ import annotations

import datetime as dt
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from insights import scoring
from loyalty import programme
from outreach import rhythms
from scheduler.tick import Job
from store import rhythms as kept
from store import score_runs
from store.database import Database

EVERY = dt.timedelta(seconds=30)


def jobs(zone: ZoneInfo) -> dict[str, Job]:
    """The job by its name, for a business that lives by this time zone."""
    return {"make_rhythms": Job(EVERY, partial(make_rhythms, zone=zone))}


async def make_rhythms(database: Database, now: dt.datetime, *, zone: ZoneInfo) -> bool:
    """Make some rhythms anew that purchases have changed, and score whose they are; whether there may be more.

    While all customers are scored these wait: they are scored after it, by its cuts.
    """

    def make(connection: Connection) -> bool:
        rules = programme.read(connection)
        anew = rhythms.refresh(connection, rules.currency, zone, now)
        # Asked when they are locked: whatever of theirs is in their rhythms is in the sums of a run begun later.
        if score_runs.any_goes_on(connection, now):
            kept.soil(connection, anew.contact_ids)
            return False
        scoring.score_anew(connection, anew.contact_ids, rules, now)
        return anew.more

    return await database.transact(make)
