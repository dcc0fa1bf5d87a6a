"""What points are exchanged for: seen, reserved for a quarter of an hour, then confirmed or given up.

A reservation holds the points and one piece of the stock. Whoever changes either locks the member's account first,
then the reward. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from loyalty import ledger, programme, tiers, vouchers
from loyalty.freezing import Frozen
from loyalty.ledger import Refused
from loyalty.programme import Tier, named
from loyalty.vouchers import Voucher
from store import ledger as accounts
from store import ledger_holds
from store import rewards as kept
from store.ledger import Member
from store.rewards import RewardKind

RESERVED_FOR = dt.timedelta(minutes=15)

WhyNot: TypeAlias = Literal["", "tier", "stock", "limit", "points"]


class Reward(msgspec.Struct, frozen=True):
    """A reward as a member sees it: named and described in their language, with its price in points.

    `missing` points are lacking; `why_not` says why they cannot have it now, or is empty. `tier` is the name of the
    lowest tier that may have it. `picture` is a file's public id, or empty.
    """

    code: str
    name: str
    about: str
    points: int
    kind: RewardKind
    picture: str
    stock: int | None
    affordable: bool
    missing: int
    why_not: WhyNot
    tier: str = ""


class Reserved(msgspec.Struct, frozen=True, tag=True):
    """Points and a piece of the reward are set aside under `key` until `until`, on the asker's clock."""

    key: str
    points: int
    reward: str
    until: dt.datetime


class OutOfStock(msgspec.Struct, frozen=True, tag=True):
    """The last piece is gone; nothing was taken."""


class NotForYou(msgspec.Struct, frozen=True, tag=True):
    """This member cannot have the reward: their tier is too low, they had it, or it is not there (any more)."""

    reason: Literal["tier", "limit", "unknown"]


class Donated(msgspec.Struct, frozen=True, tag=True):
    """The points are given to the cause."""

    points: int
    reward: str


class Lapsed(msgspec.Struct, frozen=True, tag=True):
    """The reservation has ended, or was given up; nothing was taken."""


def available(
    connection: Connection, contact_id: int, now: dt.datetime, language: str = "en"
) -> tuple[Reward, ...]:
    """What a customer may choose from at `now`, the least points first; what they cannot have says why."""
    member = accounts.read_account(connection, contact_id)
    judge = _Member(connection, contact_id, member, now)
    balance = ledger.account_of(connection, contact_id, now).balance
    levels = {each.code: each for each in programme.read(connection).tiers.levels}
    return tuple(
        _shown(each, balance, levels.get(each.tier), _why_not(each, judge), language)
        for each in kept.listed(connection)
        if _in_period(each, now)
    )


def reserve(
    connection: Connection, contact_id: int, code: str, *, key: str, now: dt.datetime
) -> Reserved | OutOfStock | NotForYou | Refused | Frozen:
    """Set a reward and its points aside for 15 minutes, or say why not; the same key again reserves no more."""
    member = accounts.read_account(connection, contact_id, lock=True)
    if (before := kept.reservation(connection, key)) is not None:
        return _reserved(before, now)
    reward = kept.find(connection, code)
    if reward is None or not (reward.active and reward.listed and _in_period(reward, now)):
        return NotForYou("unknown")
    if reason := _Member(connection, contact_id, member, now).may_not(reward):
        return NotForYou(reason)
    if not kept.take(connection, reward.id):
        return OutOfStock()
    until = now + RESERVED_FOR
    held = ledger.hold(connection, contact_id, reward.points, key=key, at=now, until=until, reward_id=reward.id)
    if isinstance(held, Refused | Frozen):
        ledger_holds.put_back(connection, {reward.id: 1})
        return held
    return Reserved(key, reward.points, reward.code, until)


def confirm(
    connection: Connection, secret: bytes, reservation_key: str, now: dt.datetime, language: str = "en"
) -> Voucher | Donated | Lapsed | Frozen:
    """Take what was reserved: the points are spent, and a voucher is issued (or they are donated).

    The same key again gives the same answer. A reservation past its time is over, and so is one of a member for
    whom redemption was stopped meanwhile; its points and its piece return.
    """
    reserved = kept.reservation(connection, reservation_key)
    if reserved is None:
        return Lapsed()
    donated = reserved.kind == "donation"
    posted = ledger.post(connection, reservation_key, now, as_="donate" if donated else "spend", note=reserved.name)
    if isinstance(posted, ledger.NotHeld):
        ledger.void(connection, reservation_key, now)
        return Frozen() if posted.why == "frozen" else Lapsed()
    if donated:
        return Donated(reserved.points, reserved.reward)
    return vouchers.issue(
        connection,
        secret,
        reserved.contact_id,
        reserved.reward,
        key=f"reward:{reservation_key}",
        now=now,
        hold_key=reservation_key,
        language=language,
    )


def give_up(connection: Connection, reservation_key: str, now: dt.datetime) -> None:
    """End a reservation: its points and its piece return. One that ended or was confirmed is left as it is."""
    ledger.void(connection, reservation_key, now)


def _reserved(before: kept.Reservation, now: dt.datetime) -> Reserved:
    return Reserved(before.key, before.points, before.reward, before.expires_at.astimezone(now.tzinfo))


def _shown(reward: kept.Reward, balance: int, tier: Tier | None, why_not: WhyNot, language: str) -> Reward:
    missing = max(0, reward.points - balance)
    return Reward(
        code=reward.code,
        name=named(reward.name, reward.names, language),
        about=named(reward.about, reward.abouts, language),
        points=reward.points,
        kind=reward.kind,
        picture=reward.picture or "",
        stock=reward.stock,
        affordable=not missing,
        missing=missing,
        why_not=why_not or ("points" if missing else ""),
        tier=named(tier.name, tier.names, language) if tier else "",
    )


class _Member:
    """What decides whether somebody may have a reward: their standing, and what they have had."""

    def __init__(self, connection: Connection, contact_id: int, member: Member | None, now: dt.datetime) -> None:
        self._levels = [each.code for each in programme.read(connection).tiers.levels]
        tier = tiers.standing(connection, member, now).tier
        self._rank = self._levels.index(tier.code) if tier else -1
        self._had = kept.had(connection, contact_id, member.id, now) if member else {}

    def may_not(self, reward: kept.Reward) -> Literal["", "tier", "limit"]:
        """Why not this reward, whatever its stock and its price; empty when nothing is against it."""
        # A tier that the programme has no longer is nobody's: the reader refuses such a programme.
        if reward.tier and (reward.tier not in self._levels or self._levels.index(reward.tier) > self._rank):
            return "tier"
        # Of cards one at a time, unless the programme says otherwise: a second one is worth nothing.
        most = reward.per_member or (1 if reward.kind == "card" else None)
        return "limit" if most is not None and self._had.get(reward.id, 0) >= most else ""


def _why_not(reward: kept.Reward, member: _Member) -> WhyNot:
    return member.may_not(reward) or ("stock" if reward.stock == 0 else "")


def _in_period(reward: kept.Reward, now: dt.datetime) -> bool:
    begun = reward.starts_at is None or reward.starts_at <= now
    return begun and (reward.ends_at is None or now < reward.ends_at)
