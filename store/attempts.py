"""Log-ins that are counted against guessing: so many in a while by account, and so many by address."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.staff import plain_email
from store.tables import attempts

MOST = 10
WINDOW = dt.timedelta(minutes=15)
DAY = dt.timedelta(days=1)  # after which failures and locks are forgotten
DOUBLINGS = 5  # the longest lock takes eight hours
ACCOUNT, SECOND, RESET = "account", "second", "reset"  # passwords, second steps, and links asked for by mail


def keys(email: str, address: str, browser: str = "", what: str = ACCOUNT) -> tuple[str, ...]:
    """Under what a log-in is counted: its account, known or not, and where it came from.

    A `browser` in which this account has logged in before has tries of its own: strangers who guess, from anywhere
    or beside it, cannot lock it out. The e-mail address is not kept: people type passwords into that field. Whoever
    has an IPv6 address has 2^64. Second steps and links asked for are counted apart from passwords.
    """
    account = account_key(email, what)
    where = "address" if what == ACCOUNT else f"{what}-address"
    return (f"{account}:{browser}",) if browser else (account, f"{where}:{_network(address)}")


def account_key(email: str, what: str = ACCOUNT) -> str:
    """Under what the log-ins to an account are counted."""
    return f"{what}:{hashlib.sha256(plain_email(email).encode()).hexdigest()}"


def begin(
    connection: Connection, counted: tuple[str, ...], now: dt.datetime, most: int = MOST
) -> dt.datetime | None:
    """Count a log-in before its password is looked at; when it is locked out, count nothing and say until when.

    `most` failures within fifteen minutes lock until the first of them is fifteen minutes old; each further lock of
    the same day takes twice as long as the one before. Guesses that arrive together cannot slip through: each is
    counted first, and taken back when it was right.
    """
    if connection.dialect.name == "postgresql":
        for key in sorted(counted):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
    until = [moment for key in counted if (moment := _standing(connection, key, now, most)[0]) is not None]
    if until:
        return max(until)
    connection.execute(attempts.delete().where(attempts.c.at <= now - DAY))
    connection.execute(attempts.insert(), [{"key": key, "at": now} for key in counted])
    return None


def left(connection: Connection, counted: tuple[str, ...], now: dt.datetime) -> int:
    """How many more guesses there are before the lock."""
    return min(_standing(connection, key, now, MOST)[1] for key in counted)


def right(connection: Connection, counted: tuple[str, ...], now: dt.datetime) -> None:
    """The password was right: the account (or its browser) starts afresh, the address gets this one try back."""
    account, *addresses = counted
    forget(connection, account)
    for address in addresses:
        newest = sa.select(sa.func.max(attempts.c.id)).where(attempts.c.key == address, attempts.c.at == now)
        connection.execute(attempts.delete().where(attempts.c.id == newest.scalar_subquery()))


def forget(connection: Connection, account: str) -> None:
    """Let an account start afresh, in all its browsers."""
    connection.execute(attempts.delete().where(attempts.c.key.startswith(account, autoescape=True)))


def _standing(connection: Connection, key: str, now: dt.datetime, most: int) -> tuple[dt.datetime | None, int]:
    """Until when a key is locked (None: it is not), and how many guesses are left."""
    failures = sa.select(attempts.c.at).where(attempts.c.key == key, attempts.c.at > now - DAY)
    recent: list[dt.datetime] = []
    locks, until = 0, None
    for at in connection.scalars(failures.order_by(attempts.c.at, attempts.c.id)):
        recent = [*(moment for moment in recent if moment > at - WINDOW), at]
        if len(recent) >= most:
            until = recent[0] + WINDOW * 2 ** min(locks, DOUBLINGS)
            locks, recent = locks + 1, []
    if until is not None and until > now:
        return until, 0
    return None, most - sum(moment > now - WINDOW for moment in recent)


def _network(address: str) -> str:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is None:
            return str(ipaddress.ip_network((known, 64), strict=False))
        known = known.ipv4_mapped
    return str(known)
