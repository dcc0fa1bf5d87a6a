"""A refunded purchase takes its points back, wherever they are by now.

Of the points that the refunded part had earned, those that expired are gone already and are not taken again. The
others are taken from the pending points of the purchase, then from its lot, then from other open lots, the oldest
first. What is missing because it was spent becomes a debt, which the next points repay.

Parts are rounded on their running sum, so that all parts together take exactly what a whole refund takes: a
purchase of 10.00 that earned 7 points, refunded by 3.00, 3.00 and 4.00, loses 2, 2 and 3.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec
from sqlalchemy.engine import Connection

from loyalty import moving, tiers
from loyalty.moving import KeyReused
from store import ledger, ledger_lots, purchases, refunds
from store.ledger import Entry, Posted
from store.ledger_kinds import EntryKind
from store.ledger_lots import Lot
from store.purchases import Kept
from store.refunds import Refund, Taken

EARNED_BY = "purchase:"  # what the key of a purchase's earning begins with


class Refunded(msgspec.Struct, frozen=True, tag=True):
    """The points taken back; `debt` of them had been spent and is owed now. `amount` is in minor units."""

    points: int
    debt: int
    amount: int


class UnknownPurchase(msgspec.Struct, frozen=True, tag=True):
    """There is no purchase with this key."""


class TooMuch(msgspec.Struct, frozen=True, tag=True):
    """Only `left`, in minor units, of the purchase has not been refunded yet; nothing was done."""

    left: int


class Loss(NamedTuple):
    """Points taken back: `counted` of them counted for the tier, `owed` had been spent."""

    points: int
    counted: int
    owed: int


NOTHING = Loss(0, 0, 0)


def refund(
    connection: Connection, purchase_key: str, amount: int | None, *, key: str, at: dt.datetime
) -> Refunded | UnknownPurchase | TooMuch:
    """Refund `amount` minor units of a purchase, or all that is left of it (None), and take its points back.

    The same key again changes nothing and gives the same answer. Raises ValueError for an amount below one, and
    KeyReused when the key belongs to another refund.
    """
    if amount is not None and amount < 1:
        raise ValueError("At least one minor unit is refunded.")
    # Asked before its points: a purchase that is seen has them by now, one that comes in meanwhile is unknown.
    if not purchases.find(connection, [purchase_key]):
        return UnknownPurchase()
    earned = ledger.find_entry(connection, EARNED_BY + purchase_key)
    if earned is not None:
        earned = earned._replace(account_id=ledger.heir(connection, earned.account_id))
        ledger.lock_members(connection, [earned.account_id])
    bought = purchases.lock(connection, purchase_key)
    assert bought is not None
    if (known := refunds.find(connection, key)) is not None:
        return _again(connection, known, bought, amount)
    before, left = refunds.of(connection, bought.id), bought.amount - bought.refunded
    part = left if amount is None else amount
    if part > left or (part == 0 and before.parts):
        return TooMuch(left)
    loss = NOTHING if earned is None else _take_back(connection, earned, bought, before, part, key, at)
    refunds.add(connection, Refund(key, bought.id, part, loss.points, at))
    if earned is not None and loss.counted:
        tiers.take_back(connection, earned.account_id, loss.counted, bought.at, at)
    return Refunded(loss.points, loss.owed, part)


def points_until(points: int, refunded: int, amount: int) -> int:
    """Of the points that a purchase of `amount` earned, those that fall to the first `refunded` of it."""
    return points if refunded >= amount else points * refunded // amount


def _again(connection: Connection, known: Refund, bought: Kept, amount: int | None) -> Refunded:
    if known.purchase_id != bought.id or (amount is not None and amount != known.amount):
        raise KeyReused(known.key)
    owed = ledger.find_entry(connection, f"owe:{known.key}")
    return Refunded(known.points, owed.points if owed else 0, known.amount)


def _take_back(
    connection: Connection, earned: Posted, bought: Kept, before: Taken, part: int, key: str, at: dt.datetime
) -> Loss:
    lots = ledger_lots.open_lots(connection, earned.account_id)
    own = [lot for lot in lots if lot.purchase_id == bought.id]
    gone = ledger_lots.expired_of(connection, earned.id) + moving.left_in(_past(own, at))
    due = points_until(earned.points, bought.refunded + part, bought.amount) - gone - before.points
    if due <= 0:
        return NOTHING
    return _take(connection, earned.account_id, bought.id, lots, due, key, at)


def _take(
    connection: Connection, account_id: int, purchase_id: int, lots: list[Lot], due: int, key: str, at: dt.datetime
) -> Loss:
    usable = moving.usable(lots, at)
    pending = [lot for lot in lots if lot.matures_at and lot.purchase_id == purchase_id]
    sources: tuple[tuple[EntryKind, list[Lot]], ...] = (
        ("unpend", pending),
        ("reverse", sorted(usable, key=lambda lot: lot.purchase_id != purchase_id)),
    )
    wanted = due
    for kind, found in sources:
        if points := min(wanted, moving.left_in(found)):
            entry = Entry(f"{kind}:{key}", kind, account_id, points, at, purchase_id)
            moving.take(connection, entry, found)
            wanted -= points
    if wanted:
        ledger.post(connection, [Entry(f"owe:{key}", "owe", account_id, wanted, at, purchase_id)])
    return Loss(due, 0 if pending else due, wanted)


def _past(lots: list[Lot], at: dt.datetime) -> list[Lot]:
    """Those that have expired and wait to be taken out."""
    return [lot for lot in lots if lot.matures_at is None and lot.expires_at is not None and lot.expires_at <= at]
