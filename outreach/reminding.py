"""Telling members before time of points that expire: the notice of the last week, brought forward.

It keeps its name, so that nobody is told twice; and at its moment cadence is asked like at any other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy.engine import Connection

from outreach import planned
from outreach.clock import zone_of
from outreach.occasions import DAY, NOTICES, TOLD_DAYS
from store import expiring_members
from store.expiring_members import Asked, Leaving
from store.occurrences import Time

AHEAD = 30 * DAY
LAST = min(NOTICES, key=lambda name: NOTICES[name].days)


def asked(now: dt.datetime) -> Asked:
    """What is looked for: what expires in the coming 30 days."""
    since = (now - TOLD_DAYS * DAY).date().isoformat()
    return Asked(now=now, until=now + AHEAD, since=since, notices=tuple(NOTICES), last=LAST)


def untold(connection: Connection, now: dt.datetime, most: int) -> list[Leaving]:
    """Members who were told nothing of their points that expire, nor will be in the coming days; whose expire first
    in front.
    """
    return expiring_members.page(connection, asked(now), None, most, "open")


def remind(connection: Connection, members: Collection[Leaving], zone: str, now: dt.datetime) -> int:
    """Plan the notice of these for now; how many are told by it. `zone` is the business's."""
    days = ((one.contact_id, one.first.astimezone(zone_of(one.timezone, zone)).date()) for one in members)
    return planned.put(connection, [Time(one, LAST, day.isoformat(), now) for one, day in days], early=True)
