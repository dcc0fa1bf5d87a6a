"""A member's tier: the highest whose threshold the points earned within the last 365 days reach."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from sqlalchemy.engine import Connection

from loyalty import programme
from loyalty.programme import Tier
from store import ledger_tiers
from store.ledger import Member

WINDOW = dt.timedelta(days=365)


class Standing(NamedTuple):
    """A member's tier until when it is kept, and the next one with the points it takes."""

    tier: Tier | None
    until: dt.datetime | None
    next: Tier | None
    missing: int


def standing(connection: Connection, member: Member | None, now: dt.datetime) -> Standing:
    """How a member (None: a contact without an account) stands.

    Points that were spent or expired count as earned; points earned earlier than 365 days before `now` do not.
    """
    tiers = programme.read(connection).tiers.levels
    earned = ledger_tiers.earned_since(connection, member.id, now - WINDOW) if tiers and member else 0
    tier = next((tier for tier in reversed(tiers) if tier.threshold <= earned), None)
    after = next((tier for tier in tiers if tier.threshold > earned), None)
    return Standing(tier, None, after, after.threshold - earned if after else 0)
