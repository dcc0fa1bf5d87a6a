"""What people do to a campaign that is planned or under way: pause it, resume it, cancel it, try again what failed.

Each is given the campaign locked, and answers with the campaign as it is then or with a typed refusal that changed
nothing. All of them hold from their commit: the sender asks how a campaign stands as the last thing before the
wire, so only what is with a provider by then still arrives. How a campaign comes to be planned is
`outreach.campaigns.planning`'s.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy.engine import Connection

from store import campaigns, recipients_folding
from store.campaigns import CANCELLED, DONE, PAUSED, PLANNED, RUNNING, WAITING, Campaign

RETRIED_AT_ONCE = 1_000


class Misplaced(msgspec.Struct, frozen=True, tag=True):
    """That cannot be done with a campaign in this state."""

    state: str


class Over(msgspec.Struct, frozen=True, tag=True):
    """Nothing of it may be sent any more: its end was at this moment."""

    ended_at: dt.datetime


class NothingFailed(msgspec.Struct, frozen=True, tag=True):
    """Nobody's message failed before that moment, so there is nothing to try again."""


class Retried(msgspec.Struct, frozen=True, tag=True):
    """So many that failed wait again; there may be `more`."""

    number: int
    more: bool


def pause(connection: Connection, campaign: Campaign, now: dt.datetime) -> Campaign | Misplaced:
    """Send nothing more of it until it is resumed."""
    if campaign.state not in (PLANNED, RUNNING):
        return Misplaced(campaign.state)
    return _changed(connection, campaign, now, state=PAUSED)


def resume(connection: Connection, campaign: Campaign, now: dt.datetime) -> Campaign | Misplaced | Over:
    """Go on where it was paused; what was missed of its send rate is not made up for."""
    if campaign.state != PAUSED:
        return Misplaced(campaign.state)
    if campaign.ends_at is not None and campaign.ends_at <= now:
        return Over(campaign.ends_at)
    return _changed(connection, campaign, now, state=PLANNED if campaign.started_at is None else RUNNING)


def cancel(connection: Connection, campaign: Campaign, now: dt.datetime) -> Campaign | Misplaced:
    """Send nothing more of it, ever. Who has not got it is passed over as "cancelled", some at a time."""
    if campaign.state not in (WAITING, PLANNED, RUNNING, PAUSED):
        return Misplaced(campaign.state)
    ended_at = now if campaign.started_at is None else None  # otherwise once nothing of it is left
    return _changed(connection, campaign, now, state=CANCELLED, ended_at=ended_at)


def retry_failed(
    connection: Connection, campaign: Campaign, asked_at: dt.datetime
) -> Retried | Misplaced | Over | NothingFailed:
    """Let those whose message had failed when it was asked for wait for another, up to a thousand of them.

    What is unknown is never tried again. While there may be more it is to be called again, in a transaction of its
    own, with the same moment. A campaign that was done runs again.
    """
    if campaign.state not in (RUNNING, PAUSED, DONE):
        return Misplaced(campaign.state)
    if campaign.ends_at is None or campaign.ends_at <= asked_at:
        return Over(campaign.ends_at or asked_at)
    failed = recipients_folding.retry(connection, campaign.id, asked_at, RETRIED_AT_ONCE)
    if not failed:
        return NothingFailed()
    if campaign.state == DONE:
        _changed(connection, campaign, asked_at, state=RUNNING, ended_at=None)
    return Retried(failed, failed == RETRIED_AT_ONCE)


def _changed(connection: Connection, campaign: Campaign, now: dt.datetime, **values: Any) -> Campaign:
    campaigns.change(connection, campaign.id, now, **values)
    changed = campaigns.one(connection, campaign.id)
    assert changed is not None
    return changed
