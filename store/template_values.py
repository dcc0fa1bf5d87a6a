"""What a message may say of its recipients, read for many at a time: one statement for each sort of fact."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles

from locales import LANGUAGES
from store.anniversaries import BIRTHDAY
from store.catalog import Names
from store.given import found_by, given
from store.ledger import ZERO
from store.many import among, moment_text
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
    """The points that a contact can use, and when the first of them expire; None: none ever do."""

    contact_id: int
    points: int
    first: dt.datetime | None


class Bought(NamedTuple):
    """A purchase of a contact; what is not known of it is None."""

    contact_id: int
    at: dt.datetime
    product_id: int | None
    branch_id: int | None


class Called(NamedTuple):
    """What a product or a branch is called."""

    id: int
    name: str
    names: Names | None = None


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


class _OneOf(sa.ColumnElement[bool]):
    """Whether a column is one of what a query, limited for each row, finds.

    So that a wholesaler's ten thousand purchases are not read for the last three.
    """

    inherit_cache = False
    _is_implicitly_boolean = True
    type = sa.Boolean()

    def __init__(self, column: sa.ColumnElement[Any], found: sa.Select[Any]) -> None:
        self.column, self.found = column, found

    @property
    def _from_objects(self) -> list[Any]:
        return self.column._from_objects


@compiles(_OneOf)
def _in_a_list(element: _OneOf, compiler: Any, **options: Any) -> str:
    column, found = compiler.process(element.column, **options), compiler.process(element.found, **options)
    return f"{column} IN ({found})"


@compiles(_OneOf, "postgresql")
def _in_an_array(element: _OneOf, compiler: Any, **options: Any) -> str:
    column, found = compiler.process(element.column, **options), compiler.process(element.found, **options)
    return f"{column} = ANY (ARRAY({found}))"


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
_OF_LOTS = accounts.join(lots, lots.c.account_id == accounts.c.id)
_USABLE_LOTS = (
    lots.c.left > ZERO,
    lots.c.matures_at.is_(None),
    sa.or_(lots.c.expires_at.is_(None), lots.c.expires_at > _NOW),
)
_SPENDABLE = Prepared(
    sa.select(accounts.c.contact_id, sa.func.sum(lots.c.left), sa.func.min(lots.c.expires_at))
    .select_from(_OF_LOTS)
    .where(among(accounts.c.contact_id, "ids"), *_USABLE_LOTS)
    .group_by(accounts.c.contact_id)
)
_UNTIL = given(contact_id=sa.BigInteger(), until=Utc())
_EXPIRING = Prepared(
    sa.select(accounts.c.contact_id, sa.func.sum(lots.c.left))
    .select_from(_UNTIL.join(_OF_LOTS, found_by(accounts.c.contact_id, _UNTIL, "contact_id")))
    .where(*_USABLE_LOTS, lots.c.expires_at < _UNTIL.c.until)
    .group_by(accounts.c.contact_id)
)
_BIRTHDAYS = Prepared(
    sa.select(anniversaries.c.contact_id, anniversaries.c.month_day).where(
        among(anniversaries.c.contact_id, "ids"), anniversaries.c.occasion == sa.literal_column(f"'{BIRTHDAY}'")
    )
)
_bought = purchases.alias("bought")
_latest = (
    sa.select(purchases.c.id)
    .where(
        purchases.c.contact_id == contacts.c.id,
        # What was paid back whole was not bought.
        sa.or_(purchases.c.refunded < purchases.c.amount, purchases.c.amount == ZERO),
    )
    .order_by(purchases.c.at.desc(), purchases.c.id.desc())
    .limit(_MOST)
    .correlate(contacts)
)
_BOUGHT = Prepared(
    sa.select(contacts.c.id, _bought.c.at, _bought.c.product_id, _bought.c.branch_id)
    .select_from(contacts.join(_bought, _OneOf(_bought.c.id, _latest)))
    .where(among(contacts.c.id, "ids"))
    .order_by(contacts.c.id, _bought.c.at.desc(), _bought.c.id.desc())
)
_PRODUCTS = Prepared(sa.select(products.c.id, products.c.name, products.c.names).where(among(products.c.id, "ids")))
_BRANCHES = Prepared(sa.select(branches.c.id, branches.c.name).where(among(branches.c.id, "ids")))
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


_THERE = (contacts.c.merged_into.is_(None), contacts.c.erased_at.is_(None), contacts.c.deceased.is_(sa.false()))


def people(connection: Connection, ids: Collection[int]) -> list[Person]:
    """The contacts with these ids, in no order."""
    return [Person(*row) for row in _PEOPLE.rows(connection, ids=ids)]


def standings(connection: Connection, ids: Collection[int]) -> dict[int, Standing]:
    """The accounts of those contacts who have one."""
    return {row[0]: Standing(*row) for row in _STANDINGS.rows(connection, ids=ids)}


def spendable(connection: Connection, ids: Collection[int], now: dt.datetime) -> list[Spendable]:
    """The points that contacts can use at `now`; who has none is left out."""
    rows = _SPENDABLE.rows(connection, ids=ids, now=now)
    return [Spendable(contact_id, int(points), first) for contact_id, points, first in rows]


def expiring(connection: Connection, until: Mapping[int, dt.datetime], now: dt.datetime) -> dict[int, int]:
    """How many of the points that contacts can use expire before a moment, each contact's own."""
    rows = [(contact_id, moment_text(moment)) for contact_id, moment in until.items()]
    found = _EXPIRING.rows(connection, given=rows, now=now) if rows else []
    return {contact_id: int(points) for contact_id, points in found}


def birthdays(connection: Connection, ids: Collection[int]) -> dict[int, int]:
    """The birthdays of those who told them: 229 is 29 February."""
    return dict(_BIRTHDAYS.rows(connection, ids=ids))


def bought(connection: Connection, ids: Collection[int], most: int) -> list[Bought]:
    """The last `most` purchases of each contact, the latest first."""
    return [Bought(*row) for row in _BOUGHT.rows(connection, ids=ids, most=most)]


def product_names(connection: Connection, ids: Collection[int]) -> dict[int, Called]:
    """What products are called, by id."""
    return {row[0]: Called(*row) for row in _PRODUCTS.rows(connection, ids=ids)} if ids else {}


def branch_names(connection: Connection, ids: Collection[int]) -> dict[int, Called]:
    """What branches are called, by id."""
    return {row[0]: Called(*row) for row in _BRANCHES.rows(connection, ids=ids)} if ids else {}


def held(connection: Connection, ids: Collection[int], now: dt.datetime, most: int) -> list[Held]:
    """At most `most` vouchers of each contact that can be used at `now`, the first to end first."""
    return [Held(*row) for row in _HELD.rows(connection, ids=ids, now=now, most=most)]


def running(connection: Connection, now: dt.datetime) -> list[Running]:
    """The offers that run at `now`, the first to end first."""
    return [Running(*row) for row in _RUNNING.rows(connection, now=now)]


def some_of_each_language(connection: Connection, most: int) -> list[int]:
    """The customers who came last, at most so many of each language."""
    found: list[int] = []
    for language in LANGUAGES:
        newest = (
            sa.select(contacts.c.id).where(contacts.c.language == language, *_THERE).order_by(contacts.c.id.desc())
        )
        found += connection.scalars(newest.limit(most))
    return found


def contact_id(connection: Connection, public_id: str) -> int | None:
    """The id of the contact with this public id, if they are there."""
    found: int | None = connection.scalar(
        sa.select(contacts.c.id).where(contacts.c.public_id == public_id, *_THERE)
    )
    return found
