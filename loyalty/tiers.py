"""A member's tier: the highest whose threshold the points earned within the last 365 days reach."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.programme import Tier
from store import ledger

WINDOW = dt.timedelta(days=365)


def standing(connection: Connection, account_id: int | None, now: dt.datetime) -> Tier | None:
    """The tier of an account (None: a contact who has none yet), or None when not even the lowest is reached.

    Points that were spent or expired count as earned; points earned earlier than 365 days before `now` do not.
    """
    tiers = programme.read(connection).tiers.levels
    if not tiers:
        return None
    earned = 0 if account_id is None else ledger.earned_between(connection, account_id, now - WINDOW, now)
    return next((tier for tier in reversed(tiers) if tier.threshold <= earned), None)
