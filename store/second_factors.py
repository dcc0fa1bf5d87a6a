"""The second step of logging in: a secret that an app makes codes from, and recovery codes for whoever lost it."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import sealing
from store.tables import recovery_codes, staff

CODES = 10


class Second(NamedTuple):
    """The sealed secret, since when it is asked for (None: it is not confirmed yet), and the last step used."""

    sealed: str
    since: dt.datetime | None
    step: int


def of(connection: Connection, staff_id: int) -> Second | None:
    """The second step of an account; None where none was begun."""
    row = connection.execute(
        sa.select(staff.c.totp, staff.c.totp_at, staff.c.totp_step).where(staff.c.id == staff_id)
    ).one_or_none()
    return Second(*row) if row and row.totp else None


def begin(connection: Connection, staff_id: int, sealed: str) -> bool:
    """Keep a secret that is not confirmed yet, instead of an earlier one; False where one is in use."""
    unused = staff.update().where(staff.c.id == staff_id, staff.c.totp_at.is_(None))
    return connection.execute(unused.values(totp=sealed, totp_step=0)).rowcount == 1


def confirm(connection: Connection, staff_id: int, step: int, now: dt.datetime) -> bool:
    """Ask for it from now on; False where it is asked for already."""
    begun = staff.update().where(staff.c.id == staff_id, staff.c.totp_at.is_(None), staff.c.totp != "")
    return connection.execute(begun.values(totp_at=now, totp_step=step)).rowcount == 1


def use(connection: Connection, staff_id: int, step: int) -> bool:
    """Use a step of time up; False when it, or a later one, was used before."""
    unused = staff.update().where(staff.c.id == staff_id, staff.c.totp_at.is_not(None), staff.c.totp_step < step)
    return connection.execute(unused.values(totp_step=step)).rowcount == 1


def remove(connection: Connection, staff_id: int) -> bool:
    """Take the second step and its recovery codes away; False where there was none."""
    connection.execute(recovery_codes.delete().where(recovery_codes.c.staff_id == staff_id))
    had = staff.update().where(staff.c.id == staff_id, staff.c.totp != "")
    return connection.execute(had.values(totp="", totp_at=None, totp_step=0)).rowcount == 1


def keep_codes(connection: Connection, staff_id: int, secret: bytes, codes: list[str], now: dt.datetime) -> None:
    """Keep the keyed digests of new recovery codes; all earlier ones are void."""
    connection.execute(recovery_codes.delete().where(recovery_codes.c.staff_id == staff_id))
    rows = [{"digest": _digest(secret, staff_id, code), "staff_id": staff_id, "created_at": now} for code in codes]
    connection.execute(recovery_codes.insert(), rows)


def use_code(connection: Connection, staff_id: int, secret: bytes, code: str, now: dt.datetime) -> bool:
    """Use a recovery code up; False when it is none, or was used before."""
    unused = recovery_codes.update().where(
        recovery_codes.c.digest == _digest(secret, staff_id, code),
        recovery_codes.c.staff_id == staff_id,
        recovery_codes.c.used_at.is_(None),
    )
    return connection.execute(unused.values(used_at=now)).rowcount == 1


def codes_left(connection: Connection, staff_id: int) -> int:
    """How many recovery codes nobody has used yet."""
    unused = sa.select(sa.func.count()).where(
        recovery_codes.c.staff_id == staff_id, recovery_codes.c.used_at.is_(None)
    )
    return connection.scalar(unused) or 0


def _digest(secret: bytes, staff_id: int, code: str) -> str:
    key = sealing.key(secret, b"sapa recovery codes")
    return hmac.new(key, f"{staff_id}:{code}".encode(), hashlib.sha256).hexdigest()
