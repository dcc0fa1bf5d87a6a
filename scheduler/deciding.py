"""The job that looks whether a variant has won, and lets the rest of a campaign's audience have it.

How it is told is said in `insights.experiments.race`: it may be looked at as often as one likes. When the hours
that the marketer gave are over without a winner, the rest gets all variants as the first did.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from sqlalchemy.engine import Connection

from insights import experiments
from outreach.campaigns import expanding
from outreach.campaigns.lifecycle import settings_of
from outreach.campaigns.settings import VARIANTS, Settings
from scheduler.tick import Job
from store import campaign_figures, campaigns_at_work
from store.campaigns import RUNNING
from store.campaigns_at_work import AtWork
from store.database import Database

EVERY = dt.timedelta(minutes=10)
FIRST_LOOK = dt.timedelta(hours=1)


async def decide(database: Database, now: dt.datetime) -> bool:
    """Look at every campaign that waits for a decision; there is nothing more then."""
    for campaign in await database.read(campaigns_at_work.at_work):
        if waits(campaign, now):
            winner = await database.read(partial(winner_of, campaign=campaign, now=now))
            if winner is not None:
                await database.transact(partial(_release, campaign_id=campaign.id, winner=winner, now=now))
    return False


def waits(campaign: AtWork, now: dt.datetime) -> bool:
    """Whether the rest of its audience waits for a decision, and the first hour is over."""
    if campaign.state != RUNNING or campaign.decided_at is not None or campaign.started_at is None:
        return False
    return settings_of(campaign).winner is not None and now - campaign.started_at >= FIRST_LOOK


def winner_of(connection: Connection, campaign: AtWork, now: dt.datetime) -> str | None:
    """The variant that has won; empty when time is over without one, None while it is open."""
    settings = settings_of(campaign)
    assert settings.winner is not None
    assert campaign.started_at is not None
    hits = campaign_figures.raced(connection, campaign.id, settings.winner.by)
    winner = experiments.race(shares(settings, hits), weights(settings)).winner
    over = now - campaign.started_at >= dt.timedelta(hours=settings.winner.hours)
    return winner or ("" if over else None)


def weights(settings: Settings) -> dict[str, int]:
    """How the variants were dealt, by their letters."""
    return {letter: each.weight for letter, each in zip(VARIANTS, settings.variants, strict=False)}


def shares(settings: Settings, hits: dict[str, int]) -> dict[str, int]:
    """The hits of every variant, none where nobody has followed it yet."""
    return {letter: hits.get(letter, 0) for letter in weights(settings)}


def _release(connection: Connection, campaign_id: int, winner: str, now: dt.datetime) -> None:
    found = campaigns_at_work.hold(connection, campaign_id, wait=True)
    if found is not None and waits(found, now):
        expanding.release(connection, campaign_id, winner, now)


JOBS = {"decide_winners": Job(EVERY, decide)}
