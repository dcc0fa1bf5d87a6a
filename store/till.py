"""The till: what cashiers did, once for each press, and what their page looks up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.tables import (
    attempts,
    branches,
    contacts,
    identities,
    products,
    purchases,
    staff,
    till_actions,
    voucher_uses,
    vouchers,
)

MOST_PRODUCTS = 200


class Branch(NamedTuple):
    """A branch that a till stands in."""

    id: int
    code: str
    name: str


class Product(msgspec.Struct, frozen=True):
    """A product as the till offers it; `price` is in minor units of `currency`."""

    id: int
    sku: str
    name: str
    names: dict[str, str] | None
    category: str
    price: int
    currency: str


class Person(NamedTuple):
    """A customer as the till shows them; `in_chat` when there is a chat in which they can be told."""

    id: int
    public_id: str
    name: str
    number: str
    in_chat: bool


class Action(NamedTuple):
    """What a press did."""

    id: int
    public_id: str
    key: str
    staff_id: int
    contact_id: int
    kind: str
    subject: str
    details: dict[str, Any]
    at: dt.datetime
    undone_at: dt.datetime | None


class Use(NamedTuple):
    """When and where a voucher was used last, and how often in all; the branch is a name, or empty."""

    at: dt.datetime
    branch: str
    times: int


_VOID = sa.and_(purchases.c.amount > 0, purchases.c.refunded >= purchases.c.amount)
_NAME = sa.func.coalesce(sa.func.nullif(contacts.c.call_me, ""), contacts.c.name)
_COLUMNS = tuple(till_actions.c[name] for name in Action._fields)


def add(
    connection: Connection,
    key: str,
    *,
    public_id: str,
    staff_id: int,
    branch_id: int | None,
    contact_id: int,
    kind: str,
    subject: str,
    details: dict[str, Any],
    at: dt.datetime,
) -> None:
    """Keep what a press did."""
    connection.execute(
        till_actions.insert().values(
            key=key,
            public_id=public_id,
            staff_id=staff_id,
            branch_id=branch_id,
            contact_id=contact_id,
            kind=kind,
            subject=subject,
            details=details,
            at=at,
        )
    )


def lock_staff(connection: Connection, staff_id: int) -> None:
    """Have presses of this member of staff wait for each other until the transaction ends."""
    connection.execute(sa.select(staff.c.id).where(staff.c.id == staff_id).with_for_update(key_share=True))


def by_key(connection: Connection, key: str) -> Action | None:
    """What the press with this key did."""
    return _one(connection, till_actions.c.key == key)


def lock(connection: Connection, public_id: str) -> Action | None:
    """An action, locked until the transaction ends."""
    row = connection.execute(
        sa.select(*_COLUMNS).where(till_actions.c.public_id == public_id).with_for_update()
    ).first()
    return Action(*row) if row else None


def undo(connection: Connection, action_id: int, at: dt.datetime) -> None:
    """Note that an action was undone."""
    connection.execute(till_actions.update().where(till_actions.c.id == action_id).values(undone_at=at))


def recent(
    connection: Connection, since: dt.datetime, limit: int, *, staff_id: int | None
) -> list[tuple[Action, str, str]]:
    """The newest actions since a moment, each with the member's name and who did it.

    Of one member of staff, or of everybody.
    """
    mine = sa.true() if staff_id is None else till_actions.c.staff_id == staff_id
    rows = connection.execute(
        sa.select(*_COLUMNS, _NAME, staff.c.name)
        .join(contacts, contacts.c.id == till_actions.c.contact_id)
        .join(staff, staff.c.id == till_actions.c.staff_id)
        .where(mine, till_actions.c.at > since)
        .order_by(till_actions.c.at.desc(), till_actions.c.id.desc())
        .limit(limit)
    )
    return [(Action(*row[:-2]), row[-2], row[-1]) for row in rows]


def count_guess(connection: Connection, staff_id: int, now: dt.datetime) -> None:
    """Count a code that was wrong."""
    connection.execute(attempts.insert().values(key=_guesses(staff_id), at=now))


def guesses(connection: Connection, staff_id: int, since: dt.datetime) -> list[dt.datetime]:
    """When a member of staff typed wrong codes since a moment, the oldest first."""
    mine = sa.select(attempts.c.at).where(attempts.c.key == _guesses(staff_id), attempts.c.at > since)
    return list(connection.scalars(mine.order_by(attempts.c.at)))


def person(connection: Connection, contact_id: int) -> Person | None:
    """A customer who is not forgotten."""
    found = people(connection, contacts.c.id == contact_id)
    return found[0] if found else None


def by_public_id(connection: Connection, public_id: str) -> Person | None:
    """The customer with this public id, or the one who took their card over."""
    meant = sa.select(sa.func.coalesce(contacts.c.merged_into, contacts.c.id)).where(
        contacts.c.public_id == public_id
    )
    found = people(connection, contacts.c.id == meant.scalar_subquery())
    return found[0] if found else None


def by_phone(connection: Connection, phone: str) -> list[Person]:
    """Everybody who has this phone number, at most five: families share one."""
    return people(connection, contacts.c.phone == phone)


def people(connection: Connection, which: sa.ColumnElement[bool]) -> list[Person]:
    """Customers, at most five; partners and investors have no points, and the forgotten no card."""
    talks = sa.exists().where(identities.c.contact_id == contacts.c.id, identities.c.reachable)
    customer = (contacts.c.kind == "customer", contacts.c.merged_into.is_(None), contacts.c.erased_at.is_(None))
    rows = connection.execute(
        sa.select(contacts.c.id, contacts.c.public_id, _NAME, sa.func.coalesce(contacts.c.number, ""), talks)
        .where(which, *customer)
        .order_by(contacts.c.id)
        .limit(5)
    )
    return [Person(row[0], row[1], row[2], row[3], bool(row[4])) for row in rows]


def enrol(
    connection: Connection, public_id: str, name: str, phone: str | None, language: str, at: dt.datetime
) -> int:
    """A new customer without a chat; their id."""
    made = connection.execute(
        contacts.insert()
        .values(public_id=public_id, name=name, phone=phone, language=language, joined_from="till", created_at=at)
        .returning(contacts.c.id)
    )
    return int(made.scalar_one())


def open_branches(connection: Connection) -> list[Branch]:
    """The branches, by name."""
    rows = connection.execute(
        sa.select(branches.c.id, branches.c.code, branches.c.name)
        .where(branches.c.active)
        .order_by(branches.c.name)
    )
    return [Branch(*row) for row in rows]


def products_of(connection: Connection, skus: Sequence[str], categories: Sequence[str]) -> list[Product]:
    """Products by sku or category, sorted by category and name, at most 200."""
    rows = connection.execute(
        sa.select(*(products.c[name] for name in Product.__struct_fields__))
        .where(sa.or_(products.c.sku.in_(skus), products.c.category.in_(categories)))
        .order_by(products.c.category, products.c.name)
        .limit(MOST_PRODUCTS)
    )
    return [Product(*row) for row in rows]


def credited(connection: Connection, receipt: str) -> tuple[int, dt.datetime] | None:
    """Whom a receipt's points went to, and when; None if it brought none, or its purchases were refunded."""
    bought = sa.select(purchases.c.contact_id, purchases.c.at).where(*_of_receipt(receipt), ~_VOID)
    row = connection.execute(bought.order_by(purchases.c.id).limit(1)).first()
    return (row[0], row[1]) if row else None


def voided(connection: Connection, receipt: str) -> int:
    """How many purchases of a receipt were refunded whole."""
    found = sa.select(sa.func.count()).select_from(purchases).where(*_of_receipt(receipt), _VOID)
    return int(connection.scalar(found) or 0)


def last_use(connection: Connection, voucher: str) -> Use | None:
    """When and where a voucher, by its public id, was used last; None while it was not."""
    uses = (
        sa.select(voucher_uses.c.at, sa.func.coalesce(branches.c.name, ""), sa.func.count().over())
        .join(vouchers, vouchers.c.id == voucher_uses.c.voucher_id)
        .outerjoin(branches, branches.c.id == voucher_uses.c.branch_id)
        .where(vouchers.c.public_id == voucher, voucher_uses.c.undone_at.is_(None))
        .order_by(voucher_uses.c.at.desc())
        .limit(1)
    )
    row = connection.execute(uses).first()
    return Use(*row) if row else None


def _one(connection: Connection, which: sa.ColumnElement[bool]) -> Action | None:
    row = connection.execute(sa.select(*_COLUMNS).where(which)).first()
    return Action(*row) if row else None


def _of_receipt(receipt: str) -> tuple[sa.ColumnElement[bool], ...]:
    # The index on receipts leaves out those without one, and its words must stand here for it to serve.
    return purchases.c.receipt == receipt, purchases.c.receipt != sa.literal_column("''")


def _guesses(staff_id: int) -> str:
    return f"code:{staff_id}"
