"""From an audience to its recipients: one row for each contact, dealt by hash, due at its own moment.

Who is in the audience is read outside of the writing transaction, a stretch of contacts at a time, and written if
nobody else did it meanwhile: `reached` says up to which contact it is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlalchemy.engine import Connection

from outreach import clock
from outreach.campaigns import dealing, timing
from outreach.campaigns.lifecycle import settings_of
from outreach.campaigns.settings import Settings
from outreach.campaigns.timing import Span
from outreach.segments import audience
from store import campaigns, campaigns_at_work, contacts, recipients, segments
from store.campaigns import RUNNING
from store.campaigns_at_work import AtWork
from store.recipients import FAR, HELD, WAITING, Recipient
from store.segments import Segment

LOOKED_AT = 16  # contacts that are looked at for each that is wanted, most of them being in no narrow segment
FOLLOW_EVERY = dt.timedelta(minutes=5)  # between two walks through an audience that is followed


class Found(NamedTuple):
    """A stretch of contacts: who is in the audience and has no row yet, with the names of their time zones."""

    after: int
    reached: int
    over: bool
    zones: dict[int, str]


def is_wanted(campaign: AtWork, now: dt.datetime) -> bool:
    """Whether there may be contacts without a row: until everybody was looked at, and then again if followed."""
    if campaign.state != RUNNING or campaign.ends_at <= now:
        return False
    if campaign.expanded_at is None or campaign.reached:
        return True
    return settings_of(campaign).audience == "followed" and now - campaign.expanded_at >= FOLLOW_EVERY


def audience_of(connection: Connection, campaign: AtWork) -> Segment:
    """The segment as it was when the campaign was submitted; a list's members are those of this moment."""
    segment = segments.one(connection, campaign.segment_id)
    assert segment is not None, "A segment that a campaign names is never deleted."
    return segment._replace(condition=campaigns_at_work.frozen(connection, campaign.id)[0])


def look(connection: Connection, campaign: AtWork, most: int, now: dt.datetime, zone: str) -> Found:
    """Read the next stretch of contacts, with at most `most` in the audience; `zone` is the business's."""
    segment, after = audience_of(connection, campaign), campaign.reached
    ids, reached, over = audience.stretch(connection, segment, after, most, now, zone, LOOKED_AT * most)
    if campaign.expanded_at is not None:
        had = recipients.known(connection, campaign.id, ids)
        ids = [id_ for id_ in ids if id_ not in had]
    by_clock = settings_of(campaign).day is not None
    zones = contacts.timezones(connection, ids) if by_clock else dict.fromkeys(ids, "")
    return Found(after, reached, over, zones)


def add(connection: Connection, campaign_id: int, found: Found, now: dt.datetime, zone: str) -> int | None:
    """Write the rows of a stretch; how many are new. None when somebody else did, or it is sent no more."""
    campaign = campaigns_at_work.hold(connection, campaign_id, wait=True)
    if campaign is None or not is_wanted(campaign, now) or campaign.reached != found.after:
        return None
    added = recipients.add(connection, campaign.id, _dealt(campaign, found.zones, zone))
    if found.over:
        campaigns.move(connection, campaign.id, reached=0, expanded_at=now)
    else:
        campaigns.move(connection, campaign.id, reached=found.reached)
    return added


def release(connection: Connection, campaign_id: int, winner: str, now: dt.datetime) -> None:
    """Let those who wait for the better variant have it: the letter, or all variants as the first got when empty.

    The campaign is locked. Their rows follow some at a time (`deal_rest`).
    """
    campaigns.move(connection, campaign_id, winner=winner, decided_at=now)


def deal_rest(connection: Connection, campaign: AtWork, most: int, now: dt.datetime, zone: str) -> int:
    """Give some of those who waited for the decision their variant and their moment; how many, 0 when all have."""
    if campaign.decided_at is None:
        return 0
    rows = recipients.rest(connection, campaign.id, most)
    settings, whole = settings_of(campaign), Span(campaign.starts_at, campaign.ends_at)
    zones = _zones(connection, settings, [contact_id for _id, contact_id in rows])
    dealt = []
    for id_, contact_id in rows:
        theirs = clock.zone_of(zones[contact_id], zone)
        letter = campaign.winner or dealing.variant(settings, dealing.lots(campaign.public_id, contact_id))
        dealt.append((id_, letter, timing.afterwards(settings, whole, theirs, now)))
    recipients.deal(connection, dealt)
    return len(dealt)


def _zones(connection: Connection, settings: Settings, ids: Sequence[int]) -> dict[int, str]:
    return contacts.timezones(connection, ids) if settings.day is not None else dict.fromkeys(ids, "")


def _dealt(campaign: AtWork, zones: dict[int, str], zone: str) -> Iterator[Recipient]:
    settings, whole = settings_of(campaign), Span(campaign.starts_at, campaign.ends_at)
    for contact_id, name in zones.items():
        drawn = dealing.lots(campaign.public_id, contact_id)
        due_at = timing.window(settings, whole, clock.zone_of(name, zone)).starts_at
        if dealing.is_held(settings, drawn):
            yield Recipient(contact_id, "", HELD, due_at)
        elif campaign.decided_at is None and dealing.is_rest(settings, drawn):
            yield Recipient(contact_id, "", WAITING, FAR)
        elif campaign.winner and dealing.is_rest(settings, drawn):
            yield Recipient(contact_id, campaign.winner, WAITING, due_at)
        else:
            yield Recipient(contact_id, dealing.variant(settings, drawn), WAITING, due_at)
