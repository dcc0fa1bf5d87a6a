"""Points for a purchase at the till: what it would bring, and bringing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from hashlib import blake2b
from typing import Annotated, NamedTuple, TypeAlias

import msgspec
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from loyalty import ledger, programme, purchases, receipts
from loyalty.till.members import NoMember
from loyalty.till.presses import Done, KeyTaken, Press, Step, once
from store import customers, due, till
from store.database import savepoint
from store.purchases import Purchase
from store.till import Branch, Product

TELLS = "points_earned"
Count: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=999)]
Amount: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=10**12)]


class Line(msgspec.Struct, frozen=True):
    """A product in a purchase, for rules that concern it; its amount is a part of the purchase's."""

    sku: Annotated[str, msgspec.Meta(max_length=64)]
    quantity: Count = 1
    amount: Amount = 0


class Bought(msgspec.Struct, frozen=True):
    """A purchase: the whole amount in minor units of the programme's currency, and the receipt's number, if any."""

    member: Annotated[str, msgspec.Meta(max_length=24)]
    amount: Amount
    receipt: Annotated[str, msgspec.Meta(max_length=100)] = ""
    lines: Annotated[tuple[Line, ...], msgspec.Meta(max_length=20)] = ()


class Brings(msgspec.Struct, frozen=True, tag=True):
    """The points that a purchase would bring now; `pending`: they can be spent later."""

    points: int
    pending: bool


class ReceiptKnown(msgspec.Struct, frozen=True, tag=True):
    """The receipt was credited `at` that moment, to this member or (not `theirs`) another; nothing was done."""

    at: dt.datetime
    theirs: bool


class BadLines(msgspec.Struct, frozen=True, tag=True):
    """The purchase cannot be so: nothing was paid, or its products cost more than the whole, or are unknown."""


class Parts(NamedTuple):
    """A purchase as it is kept: one for each product, and one for the rest."""

    contact_id: int
    kept: list[Purchase]


EarnRefusal: TypeAlias = NoMember | ReceiptKnown | BadLines


class _Quicker(Exception):
    """Another till has credited a part of this receipt: what this one did is taken back."""


def quote(connection: Connection, branch: Branch | None, bought: Bought, now: dt.datetime) -> Brings | EarnRefusal:
    """What the purchase would bring now; changes nothing."""
    parts = _parts(connection, "quote", branch, bought, now)
    if not isinstance(parts, Parts):
        return parts
    points = purchases.foreseen(connection, parts.kept, programme.read(connection))
    return Brings(points, _pending(connection))


def earn(connection: Connection, press: Press, bought: Bought) -> Done | KeyTaken | EarnRefusal:
    """Keep the purchase, give its points and have the member told; a receipt brings points once."""
    return once(connection, press, "earn", bought, partial(_earn, connection, press, bought))


def offered(connection: Connection) -> list[Product]:
    """The products that the programme has rules for."""
    rules = programme.read(connection).earn.products
    skus = [rule.sku for rule in rules if rule.sku]
    categories = [rule.category for rule in rules if rule.category]
    return till.products_of(connection, skus, categories) if rules else []


def _earn(connection: Connection, press: Press, bought: Bought) -> Step | EarnRefusal:
    parts = _parts(connection, press.full_key, press.branch, bought, press.now)
    if not isinstance(parts, Parts):
        return parts
    if customers.lock(connection, parts.contact_id) is None:  # this moment a chat took the card over
        return NoMember()
    if (known := _credited(connection, bought, parts.contact_id)) is not None:  # the shop's system was quicker
        return known
    try:
        points = _record(connection, parts)
    except (_Quicker, IntegrityError):  # the latter when it was for another member
        known = _credited(connection, bought, parts.contact_id)
        if known is None:
            raise
        return known
    keys = tuple(each.key for each in parts.kept)
    if points:
        due.plan(connection, parts.contact_id, TELLS, {"points": points}, key=f"earned:{keys[0]}", at=press.now)
    balance = ledger.account_of(connection, parts.contact_id, press.now).balance
    return Step(parts.contact_id, keys[0], points, _pending(connection), balance, purchases=keys)


def _record(connection: Connection, parts: Parts) -> int:
    with savepoint(connection):
        recorded = purchases.record(connection, parts.kept, programme.read(connection))
        if recorded.known:
            raise _Quicker
    return recorded.points


def _parts(
    connection: Connection, press_key: str, branch: Branch | None, bought: Bought, now: dt.datetime
) -> Parts | EarnRefusal:
    person = till.by_public_id(connection, bought.member)
    if person is None:
        return NoMember()
    if (known := _credited(connection, bought, person.id)) is not None:
        return known
    products = {product.sku: product for product in offered(connection)} if bought.lines else {}
    rest = bought.amount - sum(line.amount for line in bought.lines)
    if bought.amount < 1 or rest < 0 or any(line.sku not in products for line in bought.lines):
        return BadLines()
    whole: list[tuple[int | None, int, int]] = [
        (products[line.sku].id, line.quantity, line.amount) for line in bought.lines
    ]
    if rest or not whole:
        whole.insert(0, (None, 1, rest))
    receipt = receipts.compared(bought.receipt)
    keys = _keys(connection, press_key, receipt, len(whole))
    currency, where = programme.read(connection).currency, branch.id if branch else None
    kept = [
        Purchase(key, person.id, now, quantity, amount, currency, product, where, receipt, "till")
        for key, (product, quantity, amount) in zip(keys, whole, strict=True)
    ]
    return Parts(person.id, kept)


def _keys(connection: Connection, press_key: str, receipt: str, count: int) -> Sequence[str]:
    """The keys of a purchase's parts: with a receipt the receipt's own, so that two tills cannot both credit it.

    After an undoing the receipt is credited anew, under keys of its own again.
    """
    if receipt:
        before = till.voided(connection, receipt)
        parts = range(before, before + count)
        return [purchases.order_key(receipt, f"part:{number}" if number else "") for number in parts]
    press = blake2b(press_key.encode(), digest_size=20).hexdigest()
    return [f"till:{press}:{number}" for number in range(count)]


def _credited(connection: Connection, bought: Bought, contact_id: int) -> ReceiptKnown | None:
    receipt = receipts.compared(bought.receipt)
    known = till.credited(connection, receipt) if receipt else None
    return ReceiptKnown(known[1], known[0] == contact_id) if known else None


def _pending(connection: Connection) -> bool:
    return programme.read(connection).earn.pending_days > 0
