"""The job that tries campaigns without sending: a dry run that somebody asked for, some thousand contacts a second.

Each run looks at the next contacts on a reading connection and writes once what it found. What was cut off goes on
where it had come to.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from outreach.campaigns import trial
from outreach.campaigns.trial import Trial
from scheduler.tick import Job
from store import campaigns
from store.campaigns import Campaign
from store.database import Database

log = structlog.get_logger()

EVERY = dt.timedelta(seconds=1)
STEPS = 16  # in one run: other jobs wait for it, and a segment may be everybody


def jobs(zone: str) -> dict[str, Job]:
    """The job by its name, for a business that lives by this time zone."""
    return {"try_campaigns": Job(EVERY, partial(try_campaigns, zone=zone), wanted=_any)}


async def try_campaigns(database: Database, now: dt.datetime, *, zone: str) -> bool:
    """Go on with the dry run that was asked for first; never more at once, for the rest comes with the next run."""
    campaign = await database.read(campaigns.tried)
    before = trial.of(campaign) if campaign else None
    if campaign is None or before is None:
        return False
    found = await _steps(database, campaign, before, now, zone)
    await database.transact(partial(trial.keep, campaign=campaign, found=found, after=before.reached))
    return False


async def _steps(database: Database, campaign: Campaign, found: Trial, now: dt.datetime, zone: str) -> Trial:
    try:
        for _ in range(STEPS):
            step = partial(trial.step, campaign=campaign, found=found, now=now, zone=zone)
            found = await database.read(step)
            if found.stage != "running":
                break
    except Exception:  # whatever it is, the jobs after this one are to have their turn, and who asked is to be told
        log.exception("trial_failed", campaign=campaign.public_id)
        return trial.failed(found, now)
    return found


def _any(connection: Connection) -> bool:
    return campaigns.tried(connection) is not None
