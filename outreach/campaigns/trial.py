"""A dry run: how many a campaign would reach at its time, how many later, and why the others would get nothing.

Everybody in the segment is looked at as if the campaign began at its start, or now, with the same rules, texts and
lots as when it is sent; nothing is written but the count itself, which stands with the campaign. It goes through
the contacts some hundred at a time, and may be left and gone on with anywhere.
"""

from __future__ import annotations

import datetime as dt
import secrets

import msgspec
from sqlalchemy.engine import Connection

from outreach.campaigns import checks, planning, timing, trying
from outreach.campaigns.checks import Problem
from outreach.campaigns.lifecycle import settings_of
from outreach.campaigns.planning import Wrong
from outreach.campaigns.tried import Spoken, Trial
from outreach.segments import audience
from store import campaigns, contacts
from store.campaigns import Campaign

__all__ = ["Spoken", "Trial", "ask", "begin", "failed", "keep", "lacking", "of", "step"]

MINUTES = 60
AT_ONCE = 500  # contacts of the segment that are looked at in one go
LOOKED_AT = 16  # contacts that are read for each of these, most of them being in no narrow segment


def of(campaign: Campaign) -> Trial | None:
    """The campaign's last dry run, if there was one."""
    return None if campaign.trial is None else msgspec.convert(campaign.trial, Trial)


def lacking(connection: Connection, campaign: Campaign) -> list[Problem]:
    """What keeps a campaign from being tried: nobody could say what it says, or to whom."""
    if campaign.contents is not None:
        return []
    return checks.content(connection, planning.draft_of(connection, campaign))


def begin(connection: Connection, campaign: Campaign, now: dt.datetime) -> Trial:
    """A dry run that has found nothing yet; what is kept of it is for the caller to say (`keep`)."""
    at = timing.span(settings_of(campaign), now).starts_at
    last = contacts.last_id(connection)
    return Trial(token=secrets.token_urlsafe(6), edit=campaign.edit, asked_at=now, at=at, last=last)


def keep(connection: Connection, campaign: Campaign, found: Trial, after: int) -> bool:
    """Keep how far a dry run has come that had come as far as `after`; False when another one took its place."""
    current = campaigns.one(connection, campaign.id, lock=True)
    kept = of(current) if current else None
    if kept is None or (kept.token, kept.reached) != (found.token, after):
        return False
    campaigns.move(connection, campaign.id, trial=msgspec.to_builtins(found))
    return True


def ask(connection: Connection, campaign: Campaign, now: dt.datetime) -> Trial | Wrong:
    """Have the campaign, which is locked, tried in the background; one that is under way is begun anew.

    What it says must be there.
    """
    if problems := lacking(connection, campaign):
        return Wrong(tuple(problems))
    found = begin(connection, campaign, now)
    campaigns.move(connection, campaign.id, trial=msgspec.to_builtins(found))
    return found


def too_slow(campaign: Campaign, found: Trial) -> int:
    """How many of those who would get it the send rate does not reach before the end."""
    settings = settings_of(campaign)
    if settings.a_minute is None:
        return 0
    return max(0, found.now + found.later - settings.a_minute * settings.ends_hours * MINUTES)


def failed(found: Trial, now: dt.datetime) -> Trial:
    """The dry run, given up."""
    return msgspec.structs.replace(found, stage="failed", ended_at=now)


def step(connection: Connection, campaign: Campaign, found: Trial, now: dt.datetime, zone: str) -> Trial:
    """Look at the next contacts; what was found with them. `zone` is the business's time zone."""
    segment = planning.segment_of(connection, campaign)
    ids, reached, over = audience.stretch(
        connection, segment, found.reached, AT_ONCE, found.at, zone, LOOKED_AT * AT_ONCE
    )
    after = msgspec.convert(msgspec.to_builtins(found), Trial)  # a copy, to whose counts is added
    after.people += len(ids)
    if ids:
        trying.look(connection, campaign, after, ids, zone)
    if over:
        return msgspec.structs.replace(after, stage="done", reached=found.last, ended_at=now)
    return msgspec.structs.replace(after, reached=reached, last=max(found.last, reached))
