"""The job that figures what campaigns brought: several times a day while one is sent, then daily until it is over.

It goes through everybody a campaign was dealt to, some thousand at a time, and keeps how far it is in the
campaign's row; so it may be cut off anywhere, and any number of replicas may work.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

import msgspec
from sqlalchemy.engine import Connection

from insights import campaign_outcome
from insights.campaign_outcome import Kept, Outcome
from loyalty import programme
from outreach import hold_out
from scheduler.tick import Job
from store import campaign_outcomes, campaigns
from store.campaign_outcomes import Started
from store.database import Database

EVERY = dt.timedelta(minutes=10)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
WHILE_SENT = 6 * HOUR  # between two figurings of one that is still sent
AT_ONCE = 2_000
STRETCHES = 10  # of so many people in one chunk of the job


async def conclude(database: Database, now: dt.datetime) -> bool:
    """Figure some more of one campaign; whether there may be more."""
    campaign = await database.read(partial(_due, now=now))
    if campaign is None:
        return False
    for _stretch in range(STRETCHES):
        kept, reached = campaign_outcome.read(campaign.outcome), 0
        outcome, reached = (kept.under_way, kept.reached) if kept.under_way else (_begun(campaign, now), 0)
        more, further = await database.read(partial(_figured, campaign=campaign, outcome=outcome, after=reached))
        changed = await database.transact(
            partial(_keep, campaign=campaign, before=reached, outcome=more, reached=further)
        )
        if changed is None or campaign_outcome.read(changed.outcome).under_way is None:
            break
        campaign = changed
    return True


def is_due(campaign: Started, now: dt.datetime) -> bool:
    """Whether a campaign is to be figured now: an hour after its start, then again and again until all is over."""
    kept = campaign_outcome.read(campaign.outcome)
    if kept.under_way is not None:
        return True
    if kept.last is None:
        return now - campaign.started_at >= HOUR
    if kept.last.final and kept.last.until >= closes_at(campaign):  # it may have been tried again since
        return False
    return now - kept.last.at >= (WHILE_SENT if campaign.ended_at is None else DAY)


def closes_at(campaign: Started) -> dt.datetime:
    """From when on no purchase counts any more."""
    days = dt.timedelta(days=campaign.settings["days"])
    return (campaign.ended_at or campaign.ends_at) + days


def _due(connection: Connection, now: dt.datetime) -> Started | None:
    return next((each for each in campaign_outcomes.concerned(connection) if is_due(each, now)), None)


def _begun(campaign: Started, now: dt.datetime) -> Outcome:
    closes = closes_at(campaign)
    # Lists of purchases are often imported on the next day.
    return Outcome(at=now, since=campaign.started_at, until=min(now, closes), final=now >= closes + DAY)


def _figured(connection: Connection, campaign: Started, outcome: Outcome, after: int) -> tuple[Outcome, int]:
    """The outcome with the next recipients in it, and up to which contact it goes then; 0: to the last."""
    rows = campaign_outcomes.dealt(connection, campaign.id, after, AT_ONCE)
    rules, ids = programme.read(connection), [row.contact_id for row in rows]
    since, until = outcome.since, outcome.until
    more = campaign_outcome.add(
        outcome,
        rows,
        campaign_outcomes.bought(connection, ids, since, until, rules.currency),
        campaign_outcomes.redeemed(connection, ids, since, until),
        {id_ for id_ in ids if hold_out.is_held(id_, rules.outreach.hold_out)},
    )
    return more, ids[-1] if len(ids) == AT_ONCE else 0


def _keep(connection: Connection, campaign: Started, before: int, outcome: Outcome, reached: int) -> Started | None:
    """Keep how far it is; None when another replica has gone on from the same place."""
    found = campaign_outcomes.started(connection, campaign.id)
    if found is None or found.outcome != campaign.outcome:
        return None
    last = campaign_outcome.read(found.outcome).last
    kept = Kept(last, outcome, reached) if reached else Kept(outcome)
    document = msgspec.to_builtins(kept)
    campaigns.move(connection, campaign.id, outcome=document)
    return found._replace(outcome=document)


JOBS = {"conclude_campaigns": Job(EVERY, conclude)}
