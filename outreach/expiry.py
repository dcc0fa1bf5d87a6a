"""What a notice of expiry tells: how many points, by when, and what they are good for."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec

from loyalty import rewards
from outreach.clock import UTC
from outreach.planned import expiry_of
from store import expiring
from talk.effects import Act, lookup


class Notice(msgspec.Struct, frozen=True):
    """So many points expire on `day`; `reward` is the best that the member's points are enough for, or empty."""

    points: int
    day: dt.date
    reward: str


@lookup
def notice(act: Act, occurrence: str) -> Notice:
    """What expires on the day that `occurrence` names, on the contact's clock."""
    zone = act.now.tzinfo if isinstance(act.now.tzinfo, ZoneInfo) else UTC
    since, until = expiry_of(occurrence, zone)
    points = expiring.points(act.connection, act.contact_id, max(since, act.now), until)
    choice = rewards.available(act.connection, act.contact_id, act.now, act.language)
    best = max((each for each in choice if not each.why_not), key=lambda each: each.points, default=None)
    return Notice(points, dt.date.fromisoformat(occurrence), best.name if best else "")
