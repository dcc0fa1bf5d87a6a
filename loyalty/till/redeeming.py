"""Vouchers at the till: what a code is good for, and using it."""

from __future__ import annotations

import datetime as dt
from functools import partial

import msgspec
from sqlalchemy.engine import Connection

from loyalty import vouchers
from loyalty.till import guesses
from loyalty.till.guesses import TooManyGuesses
from loyalty.till.presses import Done, KeyTaken, Press, Step, once
from loyalty.vouchers import State
from store import due, till

TELLS = "voucher_used"


class Shown(msgspec.Struct, frozen=True, tag=True, omit_defaults=True):
    """A voucher as the till shows it: what it is good for, whose it is, and why it cannot be used, if so.

    `used_at` and `used_where` are of its last use, `times` how often it was used in all. A `card` is a discount
    card, which is used any number of times.
    """

    state: State
    reward: str = ""
    about: str = ""
    card: bool = False
    name: str = ""
    member: str = ""
    expires_at: dt.datetime | None = None
    used_at: dt.datetime | None = None
    used_where: str = ""
    times: int = 0


def check(connection: Connection, press: Press, code: str) -> Shown | TooManyGuesses:
    """What a scanned or typed code is good for; a code that nobody has counts as a guess."""
    if (locked := guesses.locked(connection, press)) is not None:
        return locked
    found = vouchers.check(connection, press.secret, code, press.now, press.staff.language)
    if found.state == "unknown":
        guesses.count(connection, press)
        return Shown("unknown")
    use = till.last_use(connection, found.public_id)
    return Shown(
        state=found.state,
        reward=found.name,
        about=found.about,
        card=found.kind == "card",
        name=found.holder,
        member=found.contact,
        expires_at=found.expires_at,
        used_at=use.at.astimezone(press.now.tzinfo) if use else None,
        used_where=use.branch if use else "",
        times=use.times if use else 0,
    )


def redeem(connection: Connection, press: Press, code: str) -> Done | KeyTaken | TooManyGuesses | Shown:
    """Use a voucher and have its owner told; when it cannot be used, how it stands.

    Of any number who try at once, one does.
    """
    if (locked := guesses.locked(connection, press)) is not None:
        return locked
    return once(connection, press, "redeem", code, partial(_redeem, connection, press, code))


def _redeem(connection: Connection, press: Press, code: str) -> Step | TooManyGuesses | Shown:
    key = f"till:{press.full_key}"
    used = vouchers.redeem(
        connection,
        press.secret,
        code,
        key=key,
        branch_id=press.branch.id if press.branch else None,
        by=press.staff.public_id,
        now=press.now,
        language=press.staff.language,
    )
    if isinstance(used, vouchers.NotRedeemable):
        return check(connection, press, code)
    told = {"voucher": used.public_id, "branch": press.branch.name if press.branch else ""}
    due.plan(connection, used.contact_id, TELLS, told, key=f"used:{key}", at=press.now)
    return Step(used.contact_id, key, reward=used.name, voucher=used.public_id)
