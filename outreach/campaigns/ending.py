"""How a campaign comes to its start and to its end: what time and the last recipient make of it."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from outreach.campaigns import lifecycle
from outreach.campaigns.lifecycle import settings_of
from store import campaigns, recipients_folding
from store.campaigns import CANCELLED, DONE, PAUSED, PLANNED, RUNNING
from store.campaigns_at_work import AtWork

REASONS = {CANCELLED: "cancelled", DONE: "too late"}  # why whoever still waits is passed over


def turn(connection: Connection, campaign: AtWork, now: dt.datetime) -> bool:
    """Let a campaign, which is held, begin or end if its moment has come; whether it did."""
    if campaign.state in (PLANNED, RUNNING, PAUSED) and campaign.ends_at <= now:
        campaigns.move(connection, campaign.id, state=DONE)
        return True
    if campaign.state == PLANNED and campaign.starts_at <= now:
        if lifecycle.is_void(connection, campaign.id):
            lifecycle.let_approve_again(connection, campaign.id, now)
            return True
        campaigns.move(connection, campaign.id, state=RUNNING, started_at=now)
        return True
    return False


def wind_up(connection: Connection, campaign: AtWork, most: int, now: dt.datetime) -> int:
    """Pass over up to `most` who still wait for one that is cancelled or over; how many.

    Once nobody waits and nothing is under way any more it has ended.
    """
    passed_over = recipients_folding.pass_over(connection, campaign.id, REASONS[campaign.state], most)
    if not passed_over and not recipients_folding.left(connection, campaign.id):
        campaigns.move(connection, campaign.id, ended_at=now)
    return passed_over


def finish(connection: Connection, campaign: AtWork, now: dt.datetime) -> bool:
    """Let a running campaign, which is held, be done when everybody in its audience has been served.

    One that follows its audience goes on until its end: others may come.
    """
    if campaign.expanded_at is None or settings_of(campaign).audience == "followed":
        return False
    if recipients_folding.left(connection, campaign.id):
        return False
    campaigns.move(connection, campaign.id, state=DONE, ended_at=now)
    return True
