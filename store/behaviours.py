"""What customers did in the shop's other systems: kept only of those who agreed to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.prepared import Prepared, insert
from store.tables import behaviours


class Behaviour(msgspec.Struct, frozen=True):
    """Something a contact did; `details` is a small document of texts, numbers and truth values."""

    contact_id: int
    name: str
    details: dict[str, Any]
    at: dt.datetime


_FIELDS = tuple(Behaviour.__struct_fields__)
_ADD = Prepared(
    insert(behaviours)
    .values({name: sa.bindparam(name, type_=behaviours.c[name].type) for name in (*_FIELDS, "key")})
    .on_conflict_do_nothing(index_elements=["key"])
)
_FIND = Prepared(
    sa.select(*(behaviours.c[name] for name in _FIELDS)).where(behaviours.c.key == sa.bindparam("key"))
)


def add(connection: Connection, key: str, behaviour: Behaviour) -> Behaviour | None:
    """Keep what a contact did, once for its key; what the key is known for when it was there before."""
    values = {name: getattr(behaviour, name) for name in _FIELDS}
    if _ADD.run(connection, key=key, **values):
        return None
    row = _FIND.row(connection, key=key)
    assert row is not None
    return Behaviour(*row)
