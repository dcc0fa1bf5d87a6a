"""What a notice of expiry tells: how many points, on which days, and what they are good for."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec

from loyalty import rewards
from outreach.clock import UTC
from outreach.planned import expires
from talk.effects import Act, lookup


class Notice(msgspec.Struct, frozen=True):
    """So many points expire on `day`, or from it to the day `until`.

    `reward` is the best that the member's points are enough for, or empty.
    """

    points: int
    day: dt.date
    until: dt.date
    reward: str


@lookup
def notice(act: Act, occurrence: str) -> Notice:
    """What expires in the week that begins on the day `occurrence` names, on the contact's clock."""
    zone = act.now.tzinfo if isinstance(act.now.tzinfo, ZoneInfo) else UTC
    day = dt.date.fromisoformat(occurrence)
    found = expires(act.connection, act.contact_id, day, act.now, zone)
    points, until = (found.points, found.last.astimezone(zone).date()) if found else (0, day)
    choice = rewards.available(act.connection, act.contact_id, act.now, act.language)
    best = max((each for each in choice if not each.why_not), key=lambda each: each.points, default=None)
    return Notice(points, day, until, best.name if best else "")
