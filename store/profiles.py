"""What staff see of a customer beside the conversation."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from locales import Language
from store.tables import branches, contacts, products, purchases

LATEST = 5


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A contact as it is known; `marketing` is their consent to offers: granted, withdrawn, unasked."""

    name: str
    call_me: str
    number: str | None
    phone: str | None
    email: str | None
    language: Language
    kind: str
    city: str
    marketing: str
    created_at: dt.datetime


class Bought(NamedTuple):
    """A purchase; `product` in the language asked for, `amount` in minor units."""

    at: dt.datetime
    product: str
    quantity: int
    amount: int
    currency: str
    branch: str


def profile(connection: Connection, contact_id: int) -> Profile:
    """The contact's own data."""
    found = sa.select(*(contacts.c[name] for name in Profile.__struct_fields__)).where(contacts.c.id == contact_id)
    return Profile(**connection.execute(found).one()._mapping)


def latest_purchases(connection: Connection, contact_id: int, language: str) -> list[Bought]:
    """The contact's last five purchases, the newest first."""
    rows = connection.execute(
        sa.select(
            purchases.c.at,
            sa.func.coalesce(products.c.name, "").label("product"),
            products.c.names,
            purchases.c.quantity,
            purchases.c.amount,
            purchases.c.currency,
            sa.func.coalesce(branches.c.name, "").label("branch"),
        )
        .select_from(purchases)
        .outerjoin(products, products.c.id == purchases.c.product_id)
        .outerjoin(branches, branches.c.id == purchases.c.branch_id)
        .where(purchases.c.contact_id == contact_id)
        .order_by(purchases.c.at.desc(), purchases.c.id.desc())
        .limit(LATEST)
    )
    return [
        Bought(
            row.at,
            (row.names or {}).get(language) or row.product,
            row.quantity,
            row.amount,
            row.currency,
            row.branch,
        )
        for row in rows
    ]
