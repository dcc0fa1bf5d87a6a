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


def keys(email: str, address: str, browser: str = "") -> tuple[str, ...]:
    """Under what a log-in is counted: its account, known or not, and where it came from.

    A `browser` in which this account has logged in before has tries of its own: strangers who guess, from anywhere
    or beside it, cannot lock it out. The e-mail address is not kept: people type passwords into that field. Whoever
    has an IPv6 address has 2^64.
    """
    account = account_key(email)
    return (f"{account}:{browser}",) if browser else (account, f"address:{_network(address)}")


def account_key(email: str) -> str:
    """Under what the log-ins to an account are counted."""
    return f"account:{hashlib.sha256(plain_email(email).encode()).hexdigest()}"


def begin(connection: Connection, counted: tuple[str, ...], now: dt.datetime) -> dt.datetime | None:
    """Count a log-in before its password is looked at; when it is locked out, count nothing and say until when.

    Guesses that arrive together cannot slip through: each is counted first, and taken back when it was right.
    """
    if connection.dialect.name == "postgresql":
        for key in sorted(counted):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(key, 0))))
    until = [moment for key in counted if (moment := _locked_until(connection, key, now)) is not None]
    if until:
        return max(until)
    connection.execute(attempts.delete().where(attempts.c.at <= now - WINDOW))
    connection.execute(attempts.insert(), [{"key": key, "at": now} for key in counted])
    return None


def left(connection: Connection, counted: tuple[str, ...], now: dt.datetime) -> int:
    """How many more guesses there are before the lock."""
    return min(MOST - _failures(connection, key, now) for key in counted)


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


def _locked_until(connection: Connection, key: str, now: dt.datetime) -> dt.datetime | None:
    recent = sa.select(attempts.c.at).where(attempts.c.key == key, attempts.c.at > now - WINDOW)
    tenth = connection.scalar(recent.order_by(attempts.c.at.desc(), attempts.c.id.desc()).offset(MOST - 1).limit(1))
    return tenth + WINDOW if tenth else None


def _failures(connection: Connection, key: str, now: dt.datetime) -> int:
    recent = sa.select(sa.func.count()).where(attempts.c.key == key, attempts.c.at > now - WINDOW)
    return connection.scalar(recent) or 0


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
