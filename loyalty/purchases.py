"""Purchases and the points they earn: one way for the till's one and an import's thousands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from hashlib import blake2b
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy.engine import Connection

from loyalty import tiers
from loyalty.earning import add
from loyalty.programme import Programme
from loyalty.refunds import EARNED_BY, Refunded, TooMuch, UnknownPurchase, refund
from loyalty.rules import expiry_of, maturity_of, points_for
from loyalty.sales import sales_of
from store import ledger, purchases
from store.ledger import Entry, Member
from store.purchases import Purchase

__all__ = [
    "Purchase",
    "Recorded",
    "Refunded",
    "TooMuch",
    "UnknownPurchase",
    "foreseen",
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


def record(
    connection: Connection, bought: Sequence[Purchase], rules: Programme, now: dt.datetime | None = None
) -> Recorded:
    """Keep purchases and give their points; those whose key is known change nothing.

    Points that have to wait are pending. Give `now` for purchases of the past: those whose days of waiting are over
    need not wait again.
    """
    members = _members(connection, bought)
    # Asked under the accounts' locks, so that a press and its repetition meet.
    known = purchases.find(connection, [each.key for each in bought])
    new = {each.key: each for each in bought if each.key not in known}
    points = _give(connection, list(new.values()), rules, members, now)
    return Recorded(len(new), len(bought) - len(new), points)


def record_new(
    connection: Connection, bought: Sequence[Purchase], rules: Programme, now: dt.datetime | None = None
) -> int:
    """Keep purchases whose keys are new and different, and give their points as `record` does; how many points."""
    return _give(connection, bought, rules, _members(connection, bought), now)


def foreseen(connection: Connection, bought: Sequence[Purchase], rules: Programme) -> int:
    """The points that purchases would earn with the tiers their contacts have now; changes nothing."""
    ladder = tiers.ladder_of(rules)
    tier_of = ledger.tiers_of_contacts(connection, {each.contact_id for each in bought})
    levels = {contact: ladder.level_of(tier) for contact, tier in tier_of.items()}
    sales = sales_of(connection, bought, rules)
    multipliers = {
        contact: ladder.multiplier_of(ladder.floor if level is None else level) for contact, level in levels.items()
    }
    ground = ladder.multiplier_of(ladder.floor)
    return sum(
        points_for(rules, sale, multipliers.get(each.contact_id, ground))
        for each, sale in zip(bought, sales, strict=True)
    )


def _members(connection: Connection, bought: Sequence[Purchase]) -> dict[int, Member]:
    """Everybody who bought is a member from the first purchase on, even if it was too small for a point."""
    opened = {each.contact_id: each.at for each in sorted(bought, key=attrgetter("at"), reverse=True)}
    return ledger.lock_accounts(connection, opened)


def _give(
    connection: Connection,
    bought: Sequence[Purchase],
    rules: Programme,
    members: dict[int, Member],
    now: dt.datetime | None,
) -> int:
    if not bought:
        return 0
    ids = purchases.add(connection, bought)
    matures = {EARNED_BY + each.key: _maturity(rules, each.at, now) for each in bought}
    points = _points(connection, bought, rules, members, matures)
    entries = [
        Entry(
            key=(key := EARNED_BY + each.key),
            kind="earn" if matures[key] is None else "pend",
            account_id=members[each.contact_id].id,
            points=points[each.key],
            at=each.at,
            purchase_id=ids[each.key],
            expires_at=expiry_of(rules, each.at),
        )
        for each in bought
        if points[each.key]
    ]
    if entries:
        add(connection, entries, matures, {each.id: each for each in members.values()})
    return sum(points.values())


def _points(
    connection: Connection,
    bought: Sequence[Purchase],
    rules: Programme,
    members: dict[int, Member],
    matures: dict[str, dt.datetime | None],
) -> dict[str, int]:
    """The points of each purchase by its key, with the tier its member had at that moment; the tiers are kept."""
    sales = sales_of(connection, bought, rules)
    ladder = tiers.ladder_of(rules)
    if ladder.is_flat:
        ground = ladder.multiplier_of(ladder.floor)
        return {each.key: points_for(rules, sale, ground) for each, sale in zip(bought, sales, strict=True)}
    in_order = sorted(zip(bought, sales, strict=True), key=lambda pair: pair[0].at)
    climbs = tiers.climbs_of(connection, ladder, members.values(), in_order[0][0].at)
    tiers.remember(connection, climbs)
    points = {}
    for each, sale in in_order:
        climb = climbs[members[each.contact_id].id]
        tier = ladder.multiplier_of(climb.level_at(each.at))
        earned = points[each.key] = points_for(rules, sale, tier)
        if earned and matures[EARNED_BY + each.key] is None:
            climb.earn(earned, each.at, each.at)
    tiers.save(connection, climbs)
    return points


def _maturity(rules: Programme, at: dt.datetime, now: dt.datetime | None) -> dt.datetime | None:
    matures = maturity_of(rules, at)
    return None if matures is None or (now is not None and matures <= now) else matures


def points_of(connection: Connection, key: str) -> int:
    """The points that the purchase with this key earned, pending ones too; 0 for an unknown one."""
    earned = ledger.find_entry(connection, EARNED_BY + key)
    return earned.points if earned else 0


def _digest(*values: str) -> str:
    return blake2b("\x1f".join(values).encode(), digest_size=12).hexdigest()
