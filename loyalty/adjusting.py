"""Points given or taken by hand, with a reason; above a limit a second person has to agree.

What is given is a lot of its own that expires as points earned now would; what is taken comes from the oldest lots,
and never more than can be spent. Neither counts for tiers. Small steps do not get around the limit: what one person
moves for one customer within a day counts together.
"""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy.engine import Connection

from loyalty import earning, moving, programme
from loyalty.moving import KeyReused, Refused
from loyalty.rules import expiry_of
from store import adjustments, customers, ledger, ledger_lots
from store.adjustments import Adjustment
from store.ledger import Entry

MOST = 1_000_000
DAY = dt.timedelta(days=1)


class Adjusted(msgspec.Struct, frozen=True, tag=True):
    """The points were moved; `balance` is what can be spent now."""

    points: int
    balance: int


class NeedsSecond(msgspec.Struct, frozen=True, tag=True):
    """Nothing was moved: it waits until a second person agrees."""

    public_id: str


class Declined(msgspec.Struct, frozen=True, tag=True):
    """A second person did not agree, and nothing was moved."""


class SamePerson(msgspec.Struct, frozen=True, tag=True):
    """Nothing was moved: whoever asked for a correction does not decide on it."""


class Gone(msgspec.Struct, frozen=True, tag=True):
    """Nothing was moved: the customer was erased, or joined with another, meanwhile."""


class NotWaiting(msgspec.Struct, frozen=True, tag=True):
    """Nothing was changed: somebody has decided on it already, or there never was one."""


def adjust(
    connection: Connection,
    contact_id: int,
    points: int,
    reason: str,
    *,
    staff_id: int,
    limit: int,
    public_id: str,
    now: dt.datetime,
) -> Adjusted | NeedsSecond | Declined | Refused | Gone:
    """Give points, or take them when they are below zero; more than `limit` wait for a second person.

    `now` is on the business's clock. The same public id again moves nothing and gives the answer that holds now.
    Raises ValueError for no points, for more than MOST and for no reason, and KeyReused when the public id belongs
    to another correction.
    """
    if not 0 < abs(points) <= MOST or not reason:
        raise ValueError("A correction moves points, up to a million, and has a reason.")
    if customers.lock(connection, contact_id) is None:
        return Gone()
    member = ledger.lock_accounts(connection, {contact_id: now})[contact_id]
    if (before := adjustments.find(connection, public_id)) is not None:
        return _again(connection, before, (contact_id, points, staff_id), now)
    moved = abs(points) + adjustments.alone(connection, contact_id, staff_id, now - DAY)
    if points < 0 and (available := _available(connection, member.id, now)) < -points:
        return Refused(available, -points - available)
    state: adjustments.State = "waiting" if moved > limit else "posted"
    kept = adjustments.add(
        connection, public_id, contact_id, points=points, reason=reason, staff_id=staff_id, state=state, now=now
    )
    if not kept:  # for another customer, this moment
        raise KeyReused(public_id)
    if state == "waiting":
        return NeedsSecond(public_id)
    return _move(connection, contact_id, points, public_id, now)


def approve(
    connection: Connection, public_id: str, staff_id: int, now: dt.datetime
) -> Adjusted | SamePerson | NotWaiting | Refused:
    """Agree to a correction that somebody else asked for, and move its points.

    Of two who decide at once one does. What can no longer be taken whole goes on waiting.
    """
    found = _decided(connection, public_id, staff_id)
    if not isinstance(found, Adjustment):
        return found
    outcome = _move(connection, found.contact_id, found.points, public_id, now)
    if isinstance(outcome, Adjusted):
        adjustments.decide(connection, found.id, "posted", staff_id, now)
    return outcome


def decline(
    connection: Connection, public_id: str, staff_id: int, now: dt.datetime
) -> Declined | SamePerson | NotWaiting:
    """Do not agree to a correction that somebody else asked for."""
    found = _decided(connection, public_id, staff_id)
    if not isinstance(found, Adjustment):
        return found
    adjustments.decide(connection, found.id, "refused", staff_id, now)
    return Declined()


def _decided(connection: Connection, public_id: str, staff_id: int) -> Adjustment | SamePerson | NotWaiting:
    asked = adjustments.find(connection, public_id)
    if asked is None or customers.lock(connection, asked.contact_id) is None:
        return NotWaiting()
    found = adjustments.find(connection, public_id, lock=True)
    if found is None or found.state != "waiting":
        return NotWaiting()
    return SamePerson() if found.staff_id == staff_id else found


def _again(
    connection: Connection, before: Adjustment, meant: tuple[int, int, int], now: dt.datetime
) -> Adjusted | NeedsSecond | Declined:
    if (before.contact_id, before.points, before.staff_id) != meant:
        raise KeyReused(before.public_id)
    if before.state == "waiting":
        return NeedsSecond(before.public_id)
    if before.state == "refused":
        return Declined()
    member = ledger.read_account(connection, before.contact_id)
    return Adjusted(before.points, _available(connection, member.id, now) if member else 0)


def _move(
    connection: Connection, contact_id: int, points: int, public_id: str, now: dt.datetime
) -> Adjusted | Refused:
    member = ledger.lock_accounts(connection, {contact_id: now})[contact_id]
    key = f"adjust:{public_id}"
    if points > 0:
        expires_at = expiry_of(programme.read(connection), now)
        given = Entry(key, "adjust", member.id, points, now, expires_at=expires_at)
        earning.add(connection, [given], {key: None}, {member.id: member})
    else:
        lots = moving.usable(ledger_lots.open_lots(connection, member.id), now)
        if (available := moving.left_in(lots)) < -points:
            return Refused(available, -points - available)
        ledger.ensure_system_accounts(connection, now)
        moving.take(connection, Entry(key, "deduct", member.id, -points, now), lots)
    return Adjusted(points, _available(connection, member.id, now))


def _available(connection: Connection, account_id: int, now: dt.datetime) -> int:
    return moving.left_in(moving.usable(ledger_lots.open_lots(connection, account_id), now))
