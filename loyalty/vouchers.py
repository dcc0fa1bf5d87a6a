"""Vouchers: issued to a customer, shown to them alone, used once (a card: until it ends), cancelled while unused.

A code is in no table and no log: what is kept is said in `loyalty.voucher_codes`. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Literal, TypeAlias

import msgspec
from sqlalchemy.engine import Connection

from loyalty import freezing, ledger, voucher_codes
from loyalty.programme import named
from store import ledger as accounts
from store import ledger_freezing, ledger_holds, rewards
from store import vouchers as kept
from store.rewards import RewardKind
from talk.errors import SapaError

LAST_MOMENT = dt.time(23, 59, 59)


class Voucher(msgspec.Struct, frozen=True, tag=True):
    """A voucher as its owner sees it: named in their language, `points` were paid for it.

    It holds until `expires_at`, on the asker's clock. A card can be used any number of times. `cancellable`: its
    points can be had back. `picture` is the public id of the reward's picture, or empty.
    """

    public_id: str
    reward: str
    kind: RewardKind
    name: str
    about: str
    points: int
    issued_at: dt.datetime
    expires_at: dt.datetime | None
    cancellable: bool
    picture: str = ""


State: TypeAlias = Literal["valid", "used", "expired", "cancelled", "frozen", "unknown"]


class VoucherState(msgspec.Struct, frozen=True, tag=True):
    """What a till sees of a code: its state, what it is good for, and whose it is; an unknown one is nobody's.

    `frozen`: its owner's redemption is stopped for now.
    """

    state: State
    public_id: str = ""
    reward: str = ""
    kind: RewardKind = "voucher"
    name: str = ""
    about: str = ""
    expires_at: dt.datetime | None = None
    contact_id: int = 0
    contact: str = ""
    holder: str = ""
    card: str = ""


class Redeemed(msgspec.Struct, frozen=True, tag=True):
    """The voucher is used under `key`, now or before."""

    key: str
    public_id: str
    reward: str
    kind: RewardKind
    name: str
    contact_id: int


class NotRedeemable(msgspec.Struct, frozen=True, tag=True):
    """Nothing was used. `foreign`: another member's; `undone`: this use was taken back; `frozen`: not for now."""

    reason: Literal["unknown", "foreign", "used", "expired", "cancelled", "frozen", "undone"]


class Cancelled(msgspec.Struct, frozen=True, tag=True):
    """The voucher is void, and its points are back where they came from."""

    points: int


class NotCancellable(msgspec.Struct, frozen=True, tag=True):
    """Nothing was cancelled; another member's voucher is as unknown as none, and a gift was not paid for."""

    reason: Literal["unknown", "used", "expired", "gift"]


class NoSuchReward(SapaError):
    """A voucher was to be issued for a reward that the programme does not have; the message names it."""


def issue(
    connection: Connection,
    secret: bytes,
    contact_id: int,
    reward_code: str,
    *,
    key: str,
    now: dt.datetime,
    hold_key: str | None = None,
    language: str = "en",
) -> Voucher:
    """Issue a voucher for a reward, a gift unless a hold paid for it; the same key again gives the same voucher.

    It ends at the end of its last day on `now`'s clock. A gift takes nothing from the stock and does not count
    against what a member may choose. Raises NoSuchReward for an unknown code.
    """
    if (before := kept.by_key(connection, key)) is None:
        reward = rewards.find(connection, reward_code)
        if reward is None or reward.kind == "donation":
            raise NoSuchReward(f"There is no reward {reward_code!r} with a voucher; the programme has to name one.")
        code, public_id = voucher_codes.fresh(), secrets.token_urlsafe(12)
        new = kept.NewVoucher(
            public_id=public_id,
            key=key,
            contact_id=contact_id,
            reward_id=reward.id,
            digest=voucher_codes.digest(secret, code),
            sealed=voucher_codes.seal(secret, code, public_id),
            state="valid",
            uses_left=None if reward.kind == "card" else 1,
            hold_key=hold_key,
            issued_at=now,
            expires_at=_end(reward.valid_days, now),
        )
        kept.add(connection, new)
        before = kept.by_key(connection, key)
        assert before is not None
    return _shown(connection, before, now, language)


def mine(connection: Connection, contact_id: int, now: dt.datetime, language: str) -> tuple[Voucher, ...]:
    """What a customer can use at `now`, what ends first first; at most 50."""
    return tuple(_shown(connection, each, now, language) for each in kept.usable(connection, contact_id, now))


def code_of(connection: Connection, secret: bytes, public_id: str) -> str | None:
    """A voucher's code, without groups; None for an unknown voucher or with another secret.

    Who may see it is not asked here.
    """
    found = kept.by_public_id(connection, public_id)
    return voucher_codes.unseal(secret, found.sealed, public_id) if found else None


def check(
    connection: Connection, secret: bytes, typed_code: str, now: dt.datetime, language: str = "en"
) -> VoucherState:
    """What a scanned or typed code is good for at `now`; the reward is named in `language`."""
    found = _meant(connection, secret, typed_code)
    if found is None:
        return VoucherState("unknown")
    owner, state = kept.holder(connection, found.contact_id), _state(found, now)
    stopped = state == "valid" and ledger_freezing.of_contact(connection, found.contact_id) is not None
    return VoucherState(
        state="frozen" if stopped else state,
        public_id=found.public_id,
        reward=found.reward,
        kind=found.kind,
        name=named(found.name, found.names, language),
        about=named(found.about, found.abouts, language),
        expires_at=found.expires_at.astimezone(now.tzinfo) if found.expires_at else None,
        contact_id=found.contact_id,
        contact=owner.public_id,
        holder=owner.call_me or owner.name,
        card=owner.card or "",
    )


def redeem(
    connection: Connection,
    secret: bytes,
    typed_code: str,
    *,
    key: str,
    branch_id: int | None,
    by: str,
    now: dt.datetime,
    of: int | None = None,
    language: str = "en",
) -> Redeemed | NotRedeemable:
    """Use a voucher: of any number who try at once, one does. The same key again gives the same answer.

    `by` is the public id of who took it. With `of`, only that contact's vouchers are taken.
    """
    found = _meant(connection, secret, typed_code, lock=True)
    if found is None:
        return NotRedeemable("unknown")
    if of is not None and found.contact_id != of:
        return NotRedeemable("foreign")
    used = Redeemed(
        key,
        found.public_id,
        found.reward,
        found.kind,
        named(found.name, found.names, language),
        found.contact_id,
    )
    if (before := kept.find_use(connection, key)) is not None:
        if before.voucher_id != found.id:
            raise ledger.KeyReused(key)
        return used if before.undone_at is None else NotRedeemable("undone")
    state = _state(found, now)
    if state != "valid":
        return NotRedeemable(state)
    frozen = _frozen(connection, found.contact_id)
    if frozen or not kept.take_use(connection, found.id, now):
        return NotRedeemable("frozen" if frozen else "used")
    kept.add_use(connection, key, found.id, branch_id=branch_id, by=by, at=now)
    return used


def undo_redeem(connection: Connection, key: str, now: dt.datetime) -> bool:
    """Take the use under `key` back: the voucher can be used again. False for an unknown use; again is the same."""
    use = kept.find_use(connection, key)
    if use is None:
        return False
    kept.lock(connection, use.voucher_id)
    if kept.undo_use(connection, use.id, now):
        kept.give_use(connection, use.voucher_id)
    return True


def cancel(
    connection: Connection, contact_id: int, public_id: str, *, key: str, now: dt.datetime
) -> Cancelled | NotCancellable:
    """Give an unused voucher back: its points return to their lots, its piece to the stock; again it is the same.

    `key` is that of the points' way back.
    """
    found = kept.by_public_id(connection, public_id)
    if found is None or found.contact_id != contact_id:
        return NotCancellable("unknown")
    kept.lock(connection, found.id)
    found = kept.by_public_id(connection, public_id)
    assert found is not None
    if found.hold_key is None:
        return NotCancellable("gift")
    state = _state(found, now)
    if state == "cancelled":
        return Cancelled(found.points)
    if state == "expired":
        return NotCancellable("expired")
    if state == "used" or _was_used(connection, found):
        return NotCancellable("used")
    kept.cancel(connection, found.id)
    if found.points:
        ledger.restore(connection, found.hold_key, key=key, at=now)
    ledger_holds.put_back(connection, {found.reward_id: 1})
    return Cancelled(found.points)


def _meant(connection: Connection, secret: bytes, typed: str, *, lock: bool = False) -> kept.Voucher | None:
    code = voucher_codes.meant(typed)
    return kept.by_digest(connection, voucher_codes.digest(secret, code), lock=lock) if code else None


def _state(voucher: kept.Voucher, now: dt.datetime) -> Literal["valid", "used", "expired", "cancelled"]:
    if voucher.state == "valid" and voucher.expires_at is not None and voucher.expires_at <= now:
        return "expired"
    return voucher.state


def _was_used(connection: Connection, voucher: kept.Voucher) -> bool:
    # Only a card stays valid when it is used.
    return kept.was_used(connection, voucher.id) if voucher.uses_left is None else voucher.uses_left == 0


def _frozen(connection: Connection, contact_id: int) -> bool:
    """Whether the owner's redemption is stopped, which nobody changes until the transaction ends."""
    owner = accounts.read_account(connection, contact_id, lock=True)
    return owner is not None and freezing.stops(connection, owner.id)


def _end(valid_days: int | None, now: dt.datetime) -> dt.datetime | None:
    if valid_days is None:
        return None
    last_day = now.date() + dt.timedelta(days=valid_days)
    return dt.datetime.combine(last_day, LAST_MOMENT, now.tzinfo)


def _shown(connection: Connection, voucher: kept.Voucher, now: dt.datetime, language: str) -> Voucher:
    unused = _state(voucher, now) == "valid" and not _was_used(connection, voucher)
    return Voucher(
        public_id=voucher.public_id,
        reward=voucher.reward,
        kind=voucher.kind,
        name=named(voucher.name, voucher.names, language),
        about=named(voucher.about, voucher.abouts, language),
        points=voucher.points,
        issued_at=voucher.issued_at.astimezone(now.tzinfo),
        expires_at=voucher.expires_at.astimezone(now.tzinfo) if voucher.expires_at else None,
        cancellable=unused and voucher.hold_key is not None,
        picture=voucher.picture or "",
    )
