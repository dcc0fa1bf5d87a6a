"""One-time links by which somebody chooses a password. The link holds the token, the store its digest."""

from __future__ import annotations

import datetime as dt
import secrets

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.staff_sessions import digest
from store.tables import invitations

LIFETIME = dt.timedelta(hours=72)
FORGOTTEN = dt.timedelta(minutes=30)  # of a link that somebody asked for by e-mail


def invite(
    connection: Connection, staff_id: int | None, now: dt.datetime, lifetime: dt.timedelta = LIFETIME
) -> str:
    """A new token for an account, or for whoever becomes the first owner (None). Earlier ones are void."""
    withdraw(connection, staff_id)
    token = secrets.token_urlsafe(32)
    connection.execute(
        invitations.insert().values(
            digest=digest(token), staff_id=staff_id, expires_at=now + lifetime, created_at=now
        )
    )
    return token


def withdraw(connection: Connection, staff_id: int | None) -> None:
    """Make the links of an account (or the first owner's) void."""
    whose = invitations.c.staff_id.is_(None) if staff_id is None else invitations.c.staff_id == staff_id
    connection.execute(invitations.delete().where(whose))


def find(connection: Connection, token: str, now: dt.datetime) -> tuple[int | None] | None:
    """Whose link this is: the account's id, or None within for the first owner's; None for one that is void."""
    query = sa.select(invitations.c.staff_id).where(
        invitations.c.digest == digest(token), invitations.c.used_at.is_(None), invitations.c.expires_at > now
    )
    row = connection.execute(query).one_or_none()
    return (row.staff_id,) if row else None


def use(connection: Connection, token: str, now: dt.datetime) -> bool:
    """Use a link up; False when it is void or somebody was faster."""
    used = invitations.update().where(
        invitations.c.digest == digest(token), invitations.c.used_at.is_(None), invitations.c.expires_at > now
    )
    return connection.execute(used.values(used_at=now)).rowcount == 1


def link(address: str, token: str) -> str:
    """The address to open; `address` is where the world sees us."""
    return f"{address}/staff/welcome/{token}"
