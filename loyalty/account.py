"""What members see of their points: the account, and its history in pages."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from loyalty import moving, tiers
from loyalty.programme import named
from store import ledger, ledger_history, ledger_lots
from store.ledger_kinds import EntryKind


class Account(msgspec.Struct, frozen=True):
    """A member's points and standing; dates are in the asker's zone, tiers' names in their language.

    `balance` can be spent, `next_expiry_points` of it expire next; `pending` cannot be spent yet, some of it from
    `next_maturity` on; `held` is set aside for a redemption; `debt` is repaid from the next points. `next_tier` is
    reached with `missing` more points.
    """

    balance: int
    next_expiry: dt.date | None
    next_expiry_points: int
    tier: str
    pending: int = 0
    next_maturity: dt.date | None = None
    debt: int = 0
    tier_until: dt.date | None = None
    next_tier: str = ""
    missing: int = 0
    held: int = 0


class HistoryLine(msgspec.Struct, frozen=True):
    """One entry: points are positive when they came in, negative when they left."""

    kind: EntryKind
    points: int
    at: dt.datetime
    note: str


class HistoryPage(msgspec.Struct, frozen=True):
    """A page of entries, newest first; pages count from 1."""

    lines: tuple[HistoryLine, ...]
    page: int
    more: bool


def account_of(connection: Connection, contact_id: int, now: dt.datetime, language: str = "en") -> Account:
    """The member's points at `now`: dates are in `now`'s zone, the tiers' names in `language`."""
    member = ledger.read_account(connection, contact_id)
    lots = ledger_lots.open_lots(connection, member.id) if member else []
    usable = moving.usable(lots, now)
    days = [(lot.expires_at.astimezone(now.tzinfo).date(), lot.left) for lot in usable if lot.expires_at]
    next_expiry = min((day for day, _ in days), default=None)
    matures = [lot.matures_at.astimezone(now.tzinfo).date() for lot in lots if lot.matures_at]
    standing = tiers.standing(connection, member, now)
    return Account(
        balance=moving.left_in(usable),
        next_expiry=next_expiry,
        next_expiry_points=sum(left for day, left in days if day == next_expiry),
        tier=named(standing.tier.name, standing.tier.names, language) if standing.tier else "",
        pending=member.pending if member else 0,
        next_maturity=min(matures, default=None),
        debt=member.debt if member else 0,
        tier_until=standing.until.astimezone(now.tzinfo).date() if standing.until else None,
        next_tier=named(standing.next.name, standing.next.names, language) if standing.next else "",
        missing=standing.missing,
        held=member.held if member else 0,
    )


def history(connection: Connection, contact_id: int, page: int, size: int) -> HistoryPage:
    """A page of what came to the member and what left, newest first; page 1 is the newest.

    Movements between pockets are left out, so the sum of all lines is what the member owns. Raises ValueError for a
    page below 1.
    """
    if page < 1 or size < 1:
        raise ValueError("Pages and their sizes count from 1.")
    member = ledger.read_account(connection, contact_id)
    if member is None:
        return HistoryPage((), page, False)
    lines = ledger_history.page(connection, member.id, (page - 1) * size, size + 1)
    return HistoryPage(tuple(HistoryLine(*line) for line in lines[:size]), page, len(lines) > size)
