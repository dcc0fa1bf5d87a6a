"""A shop with a few rewards and members, for the tests of rewards and vouchers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy.engine import Connection

from loyalty import applying, ledger, rewards, vouchers
from loyalty.ledger import Earning
from loyalty.programme import Programme, Reward, Tier, Tiers
from tests.conftest import NOON, SECRET
from tests.loyalty.members import make_contacts

TIERS = Tiers(levels=(Tier("member", "Member", 0), Tier("gold", "Gold", 500, {"ms": "Emas"})))
COFFEE = Reward("coffee", "A coffee", 100, {"ms": "Secawan kopi"}, valid_days=30)
REWARDS = (
    COFFEE,
    Reward("tumbler", "A tumbler", 200, stock=1),
    Reward("taster", "A taster", 0, per_member=1),
    Reward("gold", "10% off for a year", 0, kind="card", tier="gold", valid_days=365),
    Reward("trees", "Trees", 50, kind="donation"),
    Reward("birthday", "A birthday cake", 0, listed=False, valid_days=14),
)


def open_shop(connection: Connection, offered: Sequence[Reward] = REWARDS, at: dt.datetime = NOON) -> None:
    """Apply a programme with these rewards."""
    rules = Programme(business="Kopi", tiers=TIERS, rewards=tuple(offered))
    applying.apply(connection, rules, text=f"{rules}", by="test", at=at, zone=dt.UTC)


def members(connection: Connection, *points: int) -> list[int]:
    """Members with so many points; their ids."""
    ids = make_contacts(connection, len(points))
    for contact, each in zip(ids, points, strict=True):
        ledger.open_accounts(connection, {contact: NOON})
        if each:
            ledger.earn(connection, [Earning(f"earned:{contact}", contact, each, NOON)])
    return ids


def bought(
    connection: Connection, contact: int, code: str = "coffee", *, key: str = "r1", now: dt.datetime = NOON
) -> vouchers.Voucher:
    """A voucher the member has chosen."""
    reserved = rewards.reserve(connection, contact, code, key=key, now=now)
    assert isinstance(reserved, rewards.Reserved), reserved
    voucher = rewards.confirm(connection, SECRET, key, now)
    assert isinstance(voucher, vouchers.Voucher), voucher
    return voucher


def code_of(connection: Connection, voucher: vouchers.Voucher) -> str:
    """The voucher's code."""
    code = vouchers.code_of(connection, SECRET, voucher.public_id)
    assert code is not None
    return code


def balance(connection: Connection, contact: int, now: dt.datetime = NOON) -> int:
    """What the member can spend."""
    return ledger.account_of(connection, contact, now).balance
