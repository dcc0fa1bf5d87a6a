"""One-time codes, which prove that a member card is one's own: six digits, ten minutes, five tries.

Three an hour and six a day, for a card and for whoever asks: a stranger who keeps guessing has 30 tries a day.

Only a keyed hash of a code is kept. A code that nobody gets, because nobody has such a card, is kept as well:
whoever asks sees no difference. The lock on the contact who asks keeps two of their codes from being made at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import codes, contacts

DIGITS = 6
LIFETIME = dt.timedelta(minutes=10)
TRIES = 5
# Codes for one card, and codes that one contact asks for, within a time.
MOST = {dt.timedelta(hours=1): 3, dt.timedelta(days=1): 6}
TILL = "till"


class Proven(msgspec.Struct, frozen=True, tag=True):
    """The code was right: the card of this member is the asker's own. It cannot be used again."""

    member_id: int


class Wrong(msgspec.Struct, frozen=True, tag=True):
    """The code was wrong; so many tries are left."""

    left: int


class Void(msgspec.Struct, frozen=True, tag=True):
    """There is no code to compare with any more: it was used, replaced, tried too often, or its time is over."""


def issue(
    connection: Connection, secret: bytes, contact_id: int, member_id: int | None, way: str, now: dt.datetime
) -> str | None:
    """A code for a contact who says that a member's card is theirs; None when they have had their codes for now.

    `way` is how it travels; `member_id` is None at the till, where a person decides, and for a card that is not to
    be had. A fresh code voids the ones before.
    """
    if _enough(connection, codes.c.contact_id == contact_id, now):
        return None
    mine = sa.and_(codes.c.contact_id == contact_id, codes.c.used_at.is_(None), codes.c.expires_at > now)
    connection.execute(codes.update().where(mine).values(expires_at=now))
    code, digest = _new(connection, secret, contact_id, way, now)
    connection.execute(
        codes.insert().values(
            contact_id=contact_id,
            member_id=member_id,
            way=way,
            digest=digest,
            tries=0,
            expires_at=now + LIFETIME,
            created_at=now,
        )
    )
    return code


def may_have_another(connection: Connection, member_id: int, now: dt.datetime) -> bool:
    """Whether one more code may be sent for this member's card now; who else asks for it waits meanwhile."""
    connection.execute(sa.select(contacts.c.id).where(contacts.c.id == member_id).with_for_update()).all()
    return not _enough(connection, codes.c.member_id == member_id, now)


def check(
    connection: Connection, secret: bytes, contact_id: int, code: str, now: dt.datetime
) -> Proven | Wrong | Void:
    """Compare a typed code with the asker's own; every comparison counts as a try."""
    newest = (
        sa.select(codes.c.id)
        .where(codes.c.contact_id == contact_id, codes.c.way != TILL, codes.c.used_at.is_(None))
        .where(codes.c.expires_at > now, codes.c.tries < TRIES)
        .order_by(codes.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    tried = codes.update().where(codes.c.id == newest).values(tries=codes.c.tries + 1)
    found = connection.execute(
        tried.returning(codes.c.id, codes.c.member_id, codes.c.digest, codes.c.tries)
    ).first()
    if found is None:
        return Void()
    right = hmac.compare_digest(found.digest, _digest(secret, str(contact_id), code))
    if right and found.member_id is not None:
        connection.execute(codes.update().where(codes.c.id == found.id).values(used_at=now))
        return Proven(found.member_id)
    return Wrong(TRIES - found.tries) if found.tries < TRIES else Void()


def take_at_till(connection: Connection, secret: bytes, code: str, now: dt.datetime) -> int | None:
    """The contact who shows this code at the till; it is used up. None for an unknown or an old one."""
    shown = sa.and_(codes.c.digest == _digest(secret, TILL, code), codes.c.way == TILL, codes.c.used_at.is_(None))
    taken = codes.update().where(shown, codes.c.expires_at > now).values(used_at=now)
    return connection.scalars(taken.returning(codes.c.contact_id)).first()


def _enough(connection: Connection, whose: sa.ColumnElement[bool], now: dt.datetime) -> bool:
    lately = sa.select(codes.c.created_at).where(whose, codes.c.created_at > now - max(MOST))
    made = connection.scalars(lately).all()
    return any(sum(at > now - span for at in made) >= most for span, most in MOST.items())


def _new(connection: Connection, secret: bytes, contact_id: int, way: str, now: dt.datetime) -> tuple[str, str]:
    """A code and its digest; no two that can be used at the till are the same."""
    whose = TILL if way == TILL else str(contact_id)
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        digest = _digest(secret, whose, code)
        alive = sa.exists().where(codes.c.digest == digest, codes.c.used_at.is_(None), codes.c.expires_at > now)
        if not connection.scalar(sa.select(alive)):
            return code, digest


def _digest(secret: bytes, whose: str, code: str) -> str:
    key = hmac.digest(secret, b"sapa.one-time-code", hashlib.sha256)
    return hmac.new(key, f"{whose}:{code}".encode(), hashlib.sha256).hexdigest()
