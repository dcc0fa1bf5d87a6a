"""How often a customer buys, and from when on their silence says something.

Who bought on at least three days has a usual gap: the median from one of these days to the next. Whoever has been
silent for more than twice as long, and for at least a month, may be about to leave.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from store import rhythms
from store.rhythms import Bought, Rhythm

FEW = 3  # days; from two, nobody can tell what is usual
GAPS = 2  # so many usual gaps of silence are too long
LEAST = dt.timedelta(days=30)
YEAR = dt.timedelta(days=365)
AT_ONCE, READ = 100, 2_000  # customers and purchases: a chunk stays well under 50 ms


class Refreshed(NamedTuple):
    """Whose rhythm was made anew, and whether there may be more."""

    contact_ids: Sequence[int]
    more: bool


def rhythm(contact_id: int, bought: Sequence[Bought], currency: str, zone: ZoneInfo) -> Rhythm:
    """The rhythm of these purchases, of which there is at least one, on the business's clock.

    `spent` counts what was paid in `currency`.
    """
    days = sorted({one.at.astimezone(zone).date() for one in bought})
    last = max(one.at for one in bought)
    gap = None
    if len(days) >= FEW:
        gap = float(median((later - day).days for day, later in pairwise(days)))
    return Rhythm(
        contact_id=contact_id,
        bought=len(days),
        gap_days=gap,
        last_at=last,
        spent=sum(one.paid for one in bought if one.currency == currency and one.at > last - YEAR),
        silent_from=None if gap is None else last + max(LEAST, GAPS * dt.timedelta(days=gap)),
    )


def refresh(connection: Connection, currency: str, zone: ZoneInfo, now: dt.datetime) -> Refreshed:
    """Make a chunk of the stale rhythms anew."""
    waiting, read = rhythms.stale(connection, AT_ONCE), 0
    made: list[Rhythm] = []
    gone: list[int] = []
    for contact_id in waiting:
        bought = rhythms.bought(connection, contact_id)
        if bought:
            made.append(rhythm(contact_id, bought, currency, zone))
        else:
            gone.append(contact_id)
        read += len(bought)
        if read >= READ:
            break
    rhythms.keep(connection, made, now)
    rhythms.drop(connection, gone)
    anew = [*(one.contact_id for one in made), *gone]
    return Refreshed(anew, more=len(waiting) == AT_ONCE or len(anew) < len(waiting))
