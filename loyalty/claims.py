"""Missing points: a customer shows a receipt, a person decides, and the customer is told by when and then how.

A receipt brings points once. Who else claimed it or had its points is not told to anybody.
"""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import hours, programme, purchases, receipts
from loyalty.programme import Programme
from store import claims, customers, due
from store.claims import Claim
from store.purchases import Purchase
from store.tables import purchases as purchases_table
from talk.reading.codes import new_code

OPEN_AT_MOST = 5
DECIDED = "claim_decided"  # the dialogue that tells
LENGTH = 8  # letters of a claim's number


class Filed(msgspec.Struct, frozen=True, tag=True):
    """The claim is with the team: its number, and by when the customer hears (on the business's clock)."""

    number: str
    promised_at: dt.datetime


class AlreadyYours(msgspec.Struct, frozen=True, tag=True):
    """The customer claimed this receipt before; `credited` when its points came."""

    number: str
    promised_at: dt.datetime
    credited: bool


class AlreadyCredited(msgspec.Struct, frozen=True, tag=True):
    """The receipt has brought this customer its points, on that day."""

    at: dt.datetime


class NotYours(msgspec.Struct, frozen=True, tag=True):
    """The receipt cannot be claimed; nothing is told of whoever did."""


class TooMany(msgspec.Struct, frozen=True, tag=True):
    """So many claims of this customer are open that no other is taken."""

    open: int


class Approved(msgspec.Struct, frozen=True, tag=True):
    """The points were given."""

    points: int


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The claim was refused."""


class NotOpen(msgspec.Struct, frozen=True, tag=True):
    """There is no such open claim: it was decided before, as `state` says; empty: there is none."""

    state: str


class Credited(msgspec.Struct, frozen=True, tag=True):
    """Not approved: the receipt's points were given in another way. Refuse the claim and say so."""


class TooOld(msgspec.Struct, frozen=True, tag=True):
    """Not approved: the purchase was before `earliest`, the first day whose receipts the programme takes."""

    earliest: dt.date


Filing: TypeAlias = Filed | AlreadyYours | AlreadyCredited | NotYours | TooMany


def file(connection: Connection, contact_id: int, receipt: str, media_public_id: str, now: dt.datetime) -> Filing:
    """Claim the points of a receipt by its number, a photo of it, or both; `now` on the business's clock.

    Two claims of one receipt at once: one of them is filed. Raises ValueError without a number and a photo.
    """
    number = receipts.compared(receipt)
    if not number and not media_public_id:
        raise ValueError("A claim needs a receipt's number or a photo of it.")
    known = _known(connection, contact_id, number, media_public_id)
    if known is not None:
        return known
    opened = len(claims.open_of(connection, contact_id))
    if opened >= OPEN_AT_MOST:
        return TooMany(opened)
    return _file(connection, contact_id, number, receipt, media_public_id, now)


def _file(
    connection: Connection, contact_id: int, number: str, written: str, picture: str, now: dt.datetime
) -> Filing:
    promised_at = promise(programme.read(connection), now)
    while True:
        public_id = new_code(LENGTH)
        if claims.add(
            connection,
            contact_id,
            public_id=public_id,
            receipt=number,
            written=written,
            picture=picture,
            promised_at=promised_at,
            at=now,
        ):
            return Filed(public_id, promised_at)
        # Somebody was quicker with the same receipt, or, once in ten thousand years, the number is taken.
        known = _known(connection, contact_id, number, picture)
        if known is not None:
            return known


def _known(connection: Connection, contact_id: int, number: str, picture: str) -> Filing | None:
    claim = claims.standing(connection, number) if number else None
    claim = claim or (claims.of_picture(connection, contact_id, picture) if picture else None)
    if claim is not None:
        if claim.contact_id != contact_id:
            return NotYours()
        return AlreadyYours(claim.public_id, claim.promised_at, claim.state == "approved")
    credited = _credited(connection, number)
    if credited is None:
        return None
    return AlreadyCredited(credited.at) if credited.contact_id == contact_id else NotYours()


def _credited(connection: Connection, number: str) -> sa.Row[int, dt.datetime] | None:
    if not number:
        return None
    bought = sa.select(purchases_table.c.contact_id, purchases_table.c.at)
    # The index on receipts leaves out those without one, and its words must stand here for it to serve.
    known = (purchases_table.c.receipt == number, purchases_table.c.receipt != sa.literal_column("''"))
    return connection.execute(bought.where(*known).limit(1)).first()


def mine(connection: Connection, contact_id: int) -> tuple[Claim, ...]:
    """The contact's open claims, the oldest first."""
    return tuple(claims.open_of(connection, contact_id))


def waiting(connection: Connection, limit: int = 200) -> tuple[Claim, ...]:
    """Everybody's open claims, the one that must be answered first in front."""
    return tuple(claims.waiting(connection, limit))


def approve(
    connection: Connection,
    claim_public_id: str,
    amount: int,
    bought_at: dt.datetime,
    branch_id: int | None,
    staff_id: int | None,
    now: dt.datetime,
) -> Approved | NotOpen | Credited | TooOld:
    """Give the points of the purchase that the receipt shows, and have the customer told.

    `amount` is in minor units of the programme's currency. Approving twice, or at once with a refusal: one holds.
    """
    claim = _locked(connection, claim_public_id)
    if claim is None or claim.state != "open":
        return NotOpen(claim.state if claim else "")
    rules = programme.read(connection)
    earliest = (claim.created_at - dt.timedelta(days=rules.claims.receipt_days)).astimezone(now.tzinfo).date()
    if bought_at.astimezone(now.tzinfo).date() < earliest:
        return TooOld(earliest)
    if _credited(connection, claim.receipt) is not None:
        return Credited()
    key = purchases.order_key(claim.receipt) if claim.receipt else f"claim:{claim.public_id}"
    bought = Purchase(
        key,
        claim.contact_id,
        bought_at,
        1,
        amount,
        rules.currency,
        branch_id=branch_id,
        receipt=claim.receipt,
        source="claim",
    )
    recorded = purchases.record(connection, [bought], rules, now)
    if not recorded.added:
        return Credited()
    purchase_id = connection.scalar(sa.select(purchases_table.c.id).where(purchases_table.c.key == key))
    claims.decide(connection, claim.id, "approved", by=staff_id, at=now, purchase_id=purchase_id)
    _tell(connection, claim, now, approved=True, points=recorded.points)
    return Approved(recorded.points)


def refuse(
    connection: Connection, claim_public_id: str, reason: str, staff_id: int | None, now: dt.datetime
) -> Refused | NotOpen:
    """Refuse a claim with a reason in the customer's language, and have the customer told."""
    claim = _locked(connection, claim_public_id)
    if claim is None or claim.state != "open":
        return NotOpen(claim.state if claim else "")
    claims.decide(connection, claim.id, "refused", by=staff_id, at=now, reason=reason)
    _tell(connection, claim, now, approved=False, reason=reason)
    return Refused()


def promise(rules: Programme, now: dt.datetime) -> dt.datetime:
    """By when a claim of `now` is answered: the end of so many days on which the business is open."""
    return hours.due_after_working_days(rules.hours, now, rules.claims.answer_days, now.tzinfo or dt.UTC)


def _locked(connection: Connection, public_id: str) -> Claim | None:
    """The claim, locked after its customer: whose chat takes their card over meanwhile takes the claim along."""
    claim = claims.find(connection, public_id)
    while claim is not None:
        customers.lock(connection, claim.contact_id)
        before, claim = claim, claims.find(connection, public_id, lock=True)
        if claim is not None and claim.contact_id == before.contact_id:
            break
    return claim


def _tell(
    connection: Connection, claim: Claim, now: dt.datetime, *, approved: bool, points: int = 0, reason: str = ""
) -> None:
    told = {"number": claim.public_id, "approved": approved, "points": points, "reason": reason}
    due.plan(connection, claim.contact_id, DECIDED, told, key=f"claim:{claim.public_id}", at=now)
