"""Contacts as the shop's other systems know them: found by what they show, listed in pages, kept up to date.

A contact that was merged into another stands for that one; one that was erased is not there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.prepared import Prepared
from store.tables import contacts

Handle: TypeAlias = Literal["public_id", "number", "phone", "email"]
MOST_FOUND = 100  # with one phone number or address


class Customer(msgspec.Struct, frozen=True):
    """A contact, without anything of their conversation."""

    id: int
    public_id: str
    number: str | None
    kind: str
    name: str
    call_me: str
    phone: str | None
    email: str | None
    language: str
    language_chosen: bool
    timezone: str
    city: str
    marketing: str
    created_at: dt.datetime


class Handles(NamedTuple):
    """By what a customer is known to others."""

    id: int
    public_id: str
    number: str | None


_shown = contacts.alias("shown")
_COLUMNS = tuple(contacts.c[name] for name in Customer.__struct_fields__)
_THERE = (contacts.c.erased_at.is_(None), contacts.c.merged_into.is_(None))


def _by(handle: Handle) -> Prepared:
    column = _shown.c[handle]
    return Prepared(
        sa.select(*_COLUMNS)
        .select_from(_shown.join(contacts, contacts.c.id == sa.func.coalesce(_shown.c.merged_into, _shown.c.id)))
        .where(column == sa.bindparam("value", type_=column.type), *_THERE)
        .order_by(contacts.c.id)
        .limit(MOST_FOUND)
    )


_BY: dict[Handle, Prepared] = {
    "public_id": _by("public_id"),
    "number": _by("number"),
    "phone": _by("phone"),
    "email": _by("email"),
}


def _ids_by(handle: Handle) -> Prepared:
    column = _shown.c[handle]
    return Prepared(
        sa.select(column, contacts.c.id)
        .select_from(_shown.join(contacts, contacts.c.id == sa.func.coalesce(_shown.c.merged_into, _shown.c.id)))
        .where(among(column, "values"), *_THERE)
    )


_IDS_BY: dict[Handle, Prepared] = {
    "public_id": _ids_by("public_id"),
    "number": _ids_by("number"),
    "phone": _ids_by("phone"),
    "email": _ids_by("email"),
}
_HANDLES = Prepared(
    sa.select(contacts.c.id, contacts.c.public_id, contacts.c.number)
    .where(among(contacts.c.id, "ids"))
    .order_by(contacts.c.id)
)
_LOCK = Prepared(
    sa.select(*_COLUMNS).where(contacts.c.id == sa.bindparam("contact_id"), *_THERE).with_for_update(key_share=True)
)
_LIST = Prepared(
    sa.select(*_COLUMNS)
    .where(contacts.c.id > sa.bindparam("after", type_=sa.BigInteger()), *_THERE)
    .order_by(contacts.c.id)
    .limit(sa.bindparam("size", type_=sa.Integer()))
)
_PLACE = Prepared(sa.select(contacts.c.id).where(contacts.c.public_id == sa.bindparam("public_id")))


def find(connection: Connection, handle: Handle, value: str) -> list[Customer]:
    """The customers who show this; a phone number as E.164. At most MOST_FOUND, who came first first."""
    return [Customer(*row) for row in _BY[handle].rows(connection, value=value)]


def ids_by(connection: Connection, handle: Handle, values: Collection[str]) -> dict[str, set[int]]:
    """The ids of the customers who show one of these, by what they show; a phone number as E.164."""
    found: dict[str, set[int]] = {}
    for value, contact_id in _IDS_BY[handle].rows(connection, values=values):
        found.setdefault(value, set()).add(contact_id)
    return found


def handles(connection: Connection, contact_ids: Collection[int]) -> list[Handles]:
    """By what others know these customers, by id."""
    return [Handles(*row) for row in _HANDLES.rows(connection, ids=list(contact_ids))]


def lock(connection: Connection, contact_id: int) -> Customer | None:
    """The customer with this id, locked until the transaction ends; None when they were erased or merged."""
    row = _LOCK.row(connection, contact_id=contact_id)
    return Customer(*row) if row else None


def page(connection: Connection, after: str, size: int) -> Sequence[Customer] | None:
    """At most `size` customers after the one with the public id `after` (empty: from the first on).

    None when nobody ever had that id.
    """
    place = _PLACE.row(connection, public_id=after) if after else (0,)
    return [Customer(*row) for row in _LIST.rows(connection, after=place[0], size=size)] if place else None


def place(connection: Connection, public_id: str) -> int | None:
    """The id of whoever has, or ever had, this public id; None when nobody had."""
    row = _PLACE.row(connection, public_id=public_id)
    return int(row[0]) if row else None


def change(connection: Connection, contact_id: int, fields: Mapping[str, Any]) -> None:
    """Set these fields of Customer; the customer is locked."""
    connection.execute(contacts.update().where(contacts.c.id == contact_id).values(dict(fields)))
