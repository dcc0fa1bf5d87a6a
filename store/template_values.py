"""What a message may say of its recipients, read for many at a time: one statement for each sort of fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.anniversaries import BIRTHDAY
from store.catalog import Names
from store.ledger import ZERO
from store.many import among
from store.prepared import Prepared
from store.tables import (
    Utc,
    accounts,
    anniversaries,
    branches,
    contacts,
    lots,
    offers,
    preferences,
    products,
    purchases,
    rewards,
    vouchers,
)


class Person(NamedTuple):
    """Whom a message is for; `personalised` is 0 for who wants nothing that uses what we know of them."""

    id: int
    public_id: str
    name: str
    call_me: str
    language: str
    digits: str
    timezone: str
    city: str
    personalised: int


class Standing(NamedTuple):
    """A member's account: when it was opened, and the tier."""

    contact_id: int
    account_id: int
    opened_at: dt.datetime
    tier: str


class Spendable(NamedTuple):
    """Points of a contact that expire at one moment, or never."""

    contact_id: int
    expires_at: dt.datetime | None
    points: int


class Bought(NamedTuple):
    """A product that a contact bought, and where; what is not known is None."""

    contact_id: int
    at: dt.datetime
    product_id: int | None
    name: str | None
    names: Names | None
    branch: str | None


class Held(NamedTuple):
    """A voucher that a contact can use, and until when; None: without end."""

    contact_id: int
    name: str
    names: Names | None
    expires_at: dt.datetime | None


class Running(NamedTuple):
    """An offer that runs; money is in minor units of `currency`, `segment` is a tier's code or empty."""

    segment: str
    name: str
    names: Names | None
    price: int
    usual: int
    currency: str
    ends_at: dt.datetime


_NOW = sa.bindparam("now", type_=Utc())
_MOST = sa.bindparam("most", type_=sa.Integer())
_PEOPLE = Prepared(
    sa.select(
        *(contacts.c[name] for name in Person._fields[:-1]),
        # As the driver has it: a preparer reads thousands of these a second.
        sa.type_coerce(sa.func.coalesce(preferences.c.personalised, sa.true()), sa.Integer),
    )
    .select_from(contacts.outerjoin(preferences, preferences.c.contact_id == contacts.c.id))
    .where(among(contacts.c.id, "ids"))
)
_STANDINGS = Prepared(
    sa.select(accounts.c.contact_id, accounts.c.id, accounts.c.opened_at, accounts.c.tier).where(
        among(accounts.c.contact_id, "ids")
    )
)
_SPENDABLE = Prepared(
    sa.select(accounts.c.contact_id, lots.c.expires_at, sa.func.sum(lots.c.left))
    .select_from(accounts.join(lots, lots.c.account_id == accounts.c.id))
    .where(
        among(accounts.c.contact_id, "ids"),
        lots.c.left > ZERO,
        lots.c.matures_at.is_(None),
        sa.or_(lots.c.expires_at.is_(None), lots.c.expires_at > _NOW),
    )
    .group_by(accounts.c.contact_id, lots.c.expires_at)
)
_BIRTHDAYS = Prepared(
    sa.select(anniversaries.c.contact_id, anniversaries.c.month_day).where(
        among(anniversaries.c.contact_id, "ids"), anniversaries.c.occasion == sa.literal_column(f"'{BIRTHDAY}'")
    )
)
_place = sa.func.row_number().over(
    partition_by=purchases.c.contact_id, order_by=(purchases.c.at.desc(), purchases.c.id.desc())
)
_recent = (
    sa.select(
        purchases.c.contact_id,
        purchases.c.at,
        purchases.c.product_id,
        purchases.c.branch_id,
        _place.label("place"),
    )
    .where(
        among(purchases.c.contact_id, "ids"),
        # What was paid back whole was not bought.
        sa.or_(purchases.c.refunded < purchases.c.amount, purchases.c.amount == ZERO),
    )
    .subquery("recent")
)
_BOUGHT = Prepared(
    sa.select(
        _recent.c.contact_id,
        _recent.c.at,
        _recent.c.product_id,
        products.c.name,
        products.c.names,
        branches.c.name,
    )
    .select_from(
        _recent.outerjoin(products, products.c.id == _recent.c.product_id).outerjoin(
            branches, branches.c.id == _recent.c.branch_id
        )
    )
    .where(_recent.c.place <= _MOST)
    .order_by(_recent.c.contact_id, _recent.c.place)
)
_turn = sa.func.row_number().over(
    partition_by=vouchers.c.contact_id,
    order_by=(vouchers.c.expires_at.is_(None), vouchers.c.expires_at, vouchers.c.id),
)
_usable = (
    sa.select(vouchers.c.contact_id, vouchers.c.reward_id, vouchers.c.expires_at, _turn.label("place"))
    .where(
        among(vouchers.c.contact_id, "ids"),
        vouchers.c.state == sa.literal_column("'valid'"),
        sa.or_(vouchers.c.expires_at.is_(None), vouchers.c.expires_at > _NOW),
    )
    .subquery("usable")
)
_HELD = Prepared(
    sa.select(_usable.c.contact_id, rewards.c.name, rewards.c.names, _usable.c.expires_at)
    .select_from(_usable.join(rewards, rewards.c.id == _usable.c.reward_id))
    .where(_usable.c.place <= _MOST)
    .order_by(_usable.c.contact_id, _usable.c.place)
)
_RUNNING = Prepared(
    sa.select(
        offers.c.segment,
        products.c.name,
        products.c.names,
        offers.c.price,
        products.c.price,
        products.c.currency,
        offers.c.ends_at,
    )
    .select_from(offers.join(products, products.c.id == offers.c.product_id))
    .where(
        offers.c.starts_at <= _NOW,
        offers.c.ends_at > _NOW,
        offers.c.withdrawn_at.is_(None),
        products.c.active.is_(sa.true()),
        offers.c.price < products.c.price,
    )
    .order_by(offers.c.ends_at, offers.c.id)
)


def people(connection: Connection, ids: Collection[int]) -> list[Person]:
    """The contacts with these ids, in no order."""
    return [Person(*row) for row in _PEOPLE.rows(connection, ids=ids)]


def standings(connection: Connection, ids: Collection[int]) -> dict[int, Standing]:
    """The accounts of those contacts who have one."""
    return {row[0]: Standing(*row) for row in _STANDINGS.rows(connection, ids=ids)}


def spendable(connection: Connection, ids: Collection[int], now: dt.datetime) -> list[Spendable]:
    """The points that contacts can use at `now`, by the moment at which they expire."""
    return [
        Spendable(contact_id, expires_at, int(points))
        for contact_id, expires_at, points in _SPENDABLE.rows(connection, ids=ids, now=now)
    ]


def birthdays(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """The birthdays of those who told them: 229 is 29 February."""
    return dict(_BIRTHDAYS.rows(connection, ids=ids))


def bought(connection: Connection, ids: Collection[int], most: int) -> list[Bought]:
    """The last `most` purchases of each contact, the latest first."""
    return [Bought(*row) for row in _BOUGHT.rows(connection, ids=ids, most=most)]


def held(connection: Connection, ids: Collection[int], now: dt.datetime, most: int) -> list[Held]:
    """At most `most` vouchers of each contact that can be used at `now`, the first to end first."""
    return [Held(*row) for row in _HELD.rows(connection, ids=ids, now=now, most=most)]


def running(connection: Connection, now: dt.datetime) -> list[Running]:
    """The offers that run at `now`, the first to end first."""
    return [Running(*row) for row in _RUNNING.rows(connection, now=now)]
