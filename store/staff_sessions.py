"""Who is logged in. The token is in the browser's cookie alone; here stands its digest."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import Language
from store.prepared import Prepared
from store.staff import Role
from store.tables import Utc, staff, staff_sessions

IDLE = dt.timedelta(hours=12)
LIFETIME = dt.timedelta(days=7)
TOUCH = dt.timedelta(minutes=5)  # how exactly it is known when a session was used last


class Staff(msgspec.Struct, frozen=True, kw_only=True):
    """Who makes a request: the account, and the session's own CSRF token.

    `session` is the digest that names the session, `seen_at` when it was used last, to within TOUCH; `second_since`
    is since when they log in with a code, too.
    """

    id: int
    public_id: str
    email: str
    name: str
    role: Role
    language: Language
    branch_id: int | None
    csrf: str
    session: str
    seen_at: dt.datetime
    away: bool = False
    second_since: dt.datetime | None = None

    @property
    def actor(self) -> str:
        """How the audit log names them."""
        return f"staff:{self.public_id}"


_FIND = Prepared(
    sa.select(
        staff.c.id,
        staff.c.public_id,
        staff.c.email,
        staff.c.name,
        staff.c.role,
        staff.c.language,
        staff.c.branch_id,
        staff_sessions.c.csrf,
        staff_sessions.c.digest,
        staff_sessions.c.seen_at,
        staff.c.away,
        staff.c.totp_at,
    )
    .select_from(staff_sessions.join(staff, staff.c.id == staff_sessions.c.staff_id))
    .where(
        staff_sessions.c.digest == sa.bindparam("digest"),
        staff.c.active,
        staff_sessions.c.seen_at > sa.bindparam("seen_after", type_=Utc()),
        staff_sessions.c.expires_at > sa.bindparam("now", type_=Utc()),
    )
)


def digest(token: str) -> str:
    """What the store keeps of a token of 256 random bits: there is nothing to guess, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class Session(msgspec.Struct, frozen=True):
    """Where somebody is logged in: `agent` is the browser as it names itself, `digest` names the session."""

    public_id: str
    address: str
    agent: str
    created_at: dt.datetime
    seen_at: dt.datetime
    digest: str


def begin(connection: Connection, staff_id: int, now: dt.datetime, *, address: str = "", agent: str = "") -> str:
    """A new session; its token, for the cookie. Sessions that are over are swept away with it.

    `address` and `agent` are where it was begun, for its holder to recognise it by.
    """
    connection.execute(staff_sessions.delete().where(staff_sessions.c.expires_at <= now))
    token = secrets.token_urlsafe(32)
    connection.execute(
        staff_sessions.insert().values(
            digest=digest(token),
            public_id=secrets.token_urlsafe(12),
            staff_id=staff_id,
            address=address[:45],
            agent=agent[:200],
            csrf=secrets.token_urlsafe(32),
            created_at=now,
            seen_at=now,
            expires_at=now + LIFETIME,
        )
    )
    return token


def find(connection: Connection, token: str, now: dt.datetime) -> Staff | None:
    """Whose session this is; None for one that is unknown, over, idle too long, or of a closed account."""
    row = _FIND.row(connection, digest=digest(token), seen_after=now - IDLE, now=now)
    return Staff(**dict(zip(Staff.__struct_fields__, row, strict=True))) if row else None


def touch(connection: Connection, session: str, now: dt.datetime) -> None:
    """Note that a session is used."""
    connection.execute(staff_sessions.update().where(staff_sessions.c.digest == session).values(seen_at=now))


def end(connection: Connection, session: str) -> None:
    """End one session."""
    connection.execute(staff_sessions.delete().where(staff_sessions.c.digest == session))


def end_all(connection: Connection, staff_id: int) -> int:
    """End every session of an account; how many there were."""
    return connection.execute(staff_sessions.delete().where(staff_sessions.c.staff_id == staff_id)).rowcount


def end_others(connection: Connection, staff_id: int, session: str) -> int:
    """End every session of an account but this one; how many there were."""
    others = staff_sessions.delete().where(
        staff_sessions.c.staff_id == staff_id, staff_sessions.c.digest != session
    )
    return connection.execute(others).rowcount


def end_one(connection: Connection, staff_id: int, public_id: str) -> bool:
    """End one session of an account; False where the account has none of this name."""
    one = staff_sessions.delete().where(
        staff_sessions.c.staff_id == staff_id, staff_sessions.c.public_id == public_id
    )
    return connection.execute(one).rowcount == 1


def every(connection: Connection, staff_id: int, now: dt.datetime) -> list[Session]:
    """Where an account is logged in, what was used last first."""
    alive = (
        sa.select(*(staff_sessions.c[field] for field in Session.__struct_fields__))
        .where(
            staff_sessions.c.staff_id == staff_id,
            staff_sessions.c.seen_at > now - IDLE,
            staff_sessions.c.expires_at > now,
        )
        .order_by(staff_sessions.c.seen_at.desc(), staff_sessions.c.created_at.desc(), staff_sessions.c.digest)
    )
    return [Session(*row) for row in connection.execute(alive)]
