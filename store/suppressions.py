"""Addresses that must not be written to again: keyed hashes, by which they are known when they come back in a list.

Whoever was forgotten may come back by themselves, as somebody new. What is refused is that others bring them back.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Collection, Iterable
from typing import Literal, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.prepared import Prepared, insert
from store.tables import suppressions

Kind: TypeAlias = Literal["number", "phone", "email", "chat"]
Address: TypeAlias = tuple[Kind, str]

_ANY = Prepared(sa.select(suppressions.c.digest).limit(1))
_KNOWN = Prepared(sa.select(suppressions.c.digest).where(among(suppressions.c.digest, "digests")))


def suppress(connection: Connection, secret: bytes, addresses: Iterable[Address], at: dt.datetime) -> None:
    """Keep the hashes of these addresses."""
    for address in addresses:
        kept = insert(suppressions).values(digest=_digest(secret, address), at=at)
        connection.execute(kept.on_conflict_do_nothing())


def suppressed(connection: Connection, secret: bytes, addresses: Collection[Address]) -> set[Address]:
    """Those of the addresses that must not be written to."""
    if not addresses or not _ANY.rows(connection):  # most houses have none, and hashing thousands takes a while
        return set()
    digests = {_digest(secret, address): address for address in addresses}
    return {digests[digest] for (digest,) in _KNOWN.rows(connection, digests=list(digests))}


def _digest(secret: bytes, address: Address) -> str:
    key = hmac.digest(secret, b"sapa.suppression", hashlib.sha256)
    kind, written = address
    return hmac.new(key, f"{kind}:{written.strip().lower()}".encode(), hashlib.sha256).hexdigest()
