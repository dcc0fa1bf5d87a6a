"""The points ledger, as the rest of the house uses it.

An entry moves points between two accounts or between the pockets of one (`store.ledger_kinds`). Every entry has an
idempotency key: the same key again changes nothing. What a member spends is taken from the oldest earnings first.
Nothing here commits.
"""

from __future__ import annotations

from loyalty.account import Account, HistoryLine, HistoryPage, account_of, history
from loyalty.ageing import expire, mature
from loyalty.earning import Earned, Earning, earn, gift, open_accounts
from loyalty.holds import Held, NotHeld, Returned, Spent, hold, post, release_expired, restore, void
from loyalty.moving import KeyReused, Refused
from loyalty.tiers import review_tiers, tiers_under
from store.ledger_audit import Discrepancy
from store.ledger_audit import discrepancies as audit

__all__ = [
    "Account",
    "Discrepancy",
    "Earned",
    "Earning",
    "Held",
    "HistoryLine",
    "HistoryPage",
    "KeyReused",
    "NotHeld",
    "Refused",
    "Returned",
    "Spent",
    "account_of",
    "audit",
    "earn",
    "expire",
    "gift",
    "history",
    "hold",
    "mature",
    "open_accounts",
    "post",
    "release_expired",
    "restore",
    "review_tiers",
    "tiers_under",
    "void",
]
