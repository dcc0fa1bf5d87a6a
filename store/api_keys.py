"""Keys of the programs that act for the business: a digest is kept, never the key.

A key is `sapa_<public id>_<secret>`: the public id finds it, the secret's 256 random bits prove it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from typing import Literal, NamedTuple, TypeAlias, get_args

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared
from store.tables import api_keys

Scope: TypeAlias = Literal[
    "customers:read",
    "customers:write",
    "products:read",
    "products:write",
    "purchases:write",
    "refunds:write",
    "points:read",
    "vouchers:read",
    "vouchers:redeem",
    "events:write",
    "segments:read",
    "segments:write",
    "campaigns:read",
    "campaigns:write",
    "campaigns:send",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)
USE_NOTED_EVERY = dt.timedelta(minutes=1)
_FORM = re.compile(r"sapa_([0-9a-f]{16})_[A-Za-z0-9_-]{43}")


class NewKey(NamedTuple):
    """A key that was just made: nobody can read `key` again."""

    public_id: str
    key: str


class ApiKey(msgspec.Struct, frozen=True):
    """A key as it is kept, without what proves it."""

    id: int
    public_id: str
    name: str
    scopes: tuple[str, ...]
    created_at: dt.datetime
    used_at: dt.datetime | None
    revoked_at: dt.datetime | None


_COLUMNS = tuple(api_keys.c[name] for name in ApiKey.__struct_fields__)
_FIND = Prepared(sa.select(*_COLUMNS, api_keys.c.digest).where(api_keys.c.public_id == sa.bindparam("public_id")))
_ALL = Prepared(sa.select(*_COLUMNS).order_by(api_keys.c.id))
_ADD = Prepared(
    api_keys.insert().values(
        {
            name: sa.bindparam(name, type_=api_keys.c[name].type)
            for name in ("public_id", "name", "digest", "scopes", "created_at")
        }
    )
)
_USED = Prepared(
    api_keys.update()
    .where(api_keys.c.id == sa.bindparam("key_id"))
    .values(used_at=sa.bindparam("now", type_=api_keys.c.used_at.type))
)
_REVOKE = Prepared(
    api_keys.update()
    .where(api_keys.c.public_id == sa.bindparam("of"), api_keys.c.revoked_at.is_(None))
    .values(revoked_at=sa.bindparam("now", type_=api_keys.c.revoked_at.type))
)


def add(connection: Connection, name: str, scopes: Collection[Scope], now: dt.datetime) -> NewKey:
    """Make a key that may do what `scopes` say."""
    public_id = secrets.token_hex(8)
    key = f"sapa_{public_id}_{secrets.token_urlsafe(32)}"
    kept = [scope for scope in SCOPES if scope in scopes]
    _ADD.run(connection, public_id=public_id, name=name, digest=_digest(key), scopes=kept, created_at=now)
    return NewKey(public_id, key)


def proven(connection: Connection, key: str) -> ApiKey | None:
    """The key that this is, unless it was revoked; how long that takes tells nothing about a kept one."""
    form = _FORM.fullmatch(key)
    row = _FIND.row(connection, public_id=form[1]) if form else None
    if not hmac.compare_digest(row[-1] if row else "", _digest(key)) or row is None:
        return None
    found = _read(row[:-1])
    return None if found.revoked_at else found


def note_use(connection: Connection, key: ApiKey, now: dt.datetime) -> None:
    """Note that the key was used."""
    _USED.run(connection, key_id=key.id, now=now)


def use_is_old(key: ApiKey, now: dt.datetime) -> bool:
    """Whether a use at `now` is to be noted: what is noted already is more than a minute old."""
    return key.used_at is None or key.used_at + USE_NOTED_EVERY <= now


def revoke(connection: Connection, public_id: str, now: dt.datetime) -> bool:
    """End a key for good; False when there is none with this id that still holds."""
    return bool(_REVOKE.run(connection, of=public_id, now=now))


def all_keys(connection: Connection) -> list[ApiKey]:
    """Every key, revoked ones too, the oldest first."""
    return [_read(row) for row in _ALL.rows(connection)]


def _read(row: tuple[object, ...]) -> ApiKey:
    return msgspec.convert(dict(zip(ApiKey.__struct_fields__, row, strict=True)), ApiKey)


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
