"""Purchases and the points they earn: one way for the till's one and an import's thousands."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy.engine import Connection

from loyalty.earning import Earning, earn, open_accounts
from loyalty.programme import Programme
from loyalty.refunds import EARNED_BY, Refunded, TooMuch, UnknownPurchase, refund
from loyalty.rules import expiry_of, points_for
from store import ledger, purchases
from store.purchases import Purchase

__all__ = [
    "Purchase",
    "Recorded",
    "Refunded",
    "TooMuch",
    "UnknownPurchase",
    "line_key",
    "order_key",
    "points_of",
    "record",
    "record_new",
    "refund",
]

ORDER, LINE = "order:", "line:"
# Keys begin with what files are sorted by, so that an import adds to neighbouring pages of the index.
_PREFIX = 20


class Recorded(NamedTuple):
    """How many purchases were new and how many known, and the points they earned."""

    added: int
    known: int
    points: int


def order_key(order: str, sku: str = "") -> str:
    """The key of an order's line, by the shop's own order number."""
    return f"{ORDER}{order[:_PREFIX]}:{_digest(order, sku)}"


def line_key(values: Sequence[str]) -> str:
    """What the key of a purchase without an order number begins with, by what it says: the customer's number first.

    Its count among the purchases that say the same makes it whole: `f"{line_key(values)}:{count}"`.
    """
    return f"{LINE}{values[0][:_PREFIX]}:{_digest(*values)}"


def record(connection: Connection, bought: Sequence[Purchase], rules: Programme) -> Recorded:
    """Keep purchases and give their points; those whose key is known change nothing."""
    known = purchases.find(connection, [each.key for each in bought])
    new = {each.key: each for each in bought if each.key not in known}
    points = record_new(connection, list(new.values()), rules)
    return Recorded(len(new), len(bought) - len(new), points)


def record_new(connection: Connection, bought: Sequence[Purchase], rules: Programme) -> int:
    """Keep purchases whose keys are new and different, and give their points; how many points."""
    if not bought:
        return 0
    ids = purchases.add(connection, bought)
    earnings = [
        Earning(EARNED_BY + each.key, each.contact_id, points, each.at, ids[each.key], expiry_of(rules, each.at))
        for each in bought
        if (points := points_for(rules, each.amount, each.currency))
    ]
    # A member is one from the first purchase on, even if it was too small for a point.
    earning = {each.contact_id for each in earnings}
    open_accounts(connection, {each.contact_id: each.at for each in bought if each.contact_id not in earning})
    return earn(connection, earnings).points


def points_of(connection: Connection, key: str) -> int:
    """The points that the purchase with this key earned, pending ones too; 0 for an unknown one."""
    earned = ledger.find_entry(connection, EARNED_BY + key)
    return earned.points if earned else 0


def _digest(*values: str) -> str:
    return blake2b("\x1f".join(values).encode(), digest_size=12).hexdigest()
