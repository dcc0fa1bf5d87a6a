"""Whom invitations to surveys can reach: contacts that conditions name, and events after which they are invited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.prepared import Prepared
from store.tables import (
    accounts,
    branches,
    cases,
    contact_tags,
    contacts,
    conversations,
    preferences,
    products,
    purchases,
)


class Wanted(NamedTuple):
    """What contacts must be; what is empty asks for nothing. `branches` are where they bought since `since`."""

    kinds: tuple[str, ...]
    languages: tuple[str, ...]
    tiers: tuple[str, ...]
    tags: tuple[str, ...]
    branches: tuple[str, ...]
    since: dt.datetime
    agreed: bool = False  # to news and offers


class Reached(NamedTuple):
    """A contact whom conditions name, with the name of their time zone."""

    id: int
    timezone: str


class Fact(NamedTuple):
    """What a contact is, and which kinds of messages they refuse."""

    kind: str
    refused: tuple[str, ...]


class Bought(NamedTuple):
    """A purchase, as rules look at it; `branch`, `sku` and `category` are empty where they are not known."""

    id: int
    contact_id: int
    at: dt.datetime
    amount: int
    refunded: int
    branch_id: int | None
    branch: str
    product_id: int | None
    sku: str
    category: str


class Closed(NamedTuple):
    """A case or a conversation that was closed; `kind` and what follows are a case's."""

    id: int
    public_id: str
    contact_id: int
    at: dt.datetime
    kind: str = ""
    touchpoint: str = ""
    branch_id: int | None = None
    branch: str = ""
    product_id: int | None = None


_THERE = (
    contacts.c.erased_at.is_(None),
    contacts.c.merged_into.is_(None),
    contacts.c.deceased.is_(sa.false()),
)
_FACTS = Prepared(
    sa.select(contacts.c.id, contacts.c.kind, preferences.c.refused)
    .select_from(contacts.outerjoin(preferences, preferences.c.contact_id == contacts.c.id))
    .where(among(contacts.c.id, "ids"))
)
_BOUGHT = sa.select(
    purchases.c.id,
    purchases.c.contact_id,
    purchases.c.at,
    purchases.c.amount,
    purchases.c.refunded,
    purchases.c.branch_id,
    sa.func.coalesce(branches.c.code, ""),
    purchases.c.product_id,
    sa.func.coalesce(products.c.sku, ""),
    sa.func.coalesce(products.c.category, ""),
).select_from(purchases.outerjoin(branches, branches.c.id == purchases.c.branch_id).outerjoin(products))
_NEW_ONES = Prepared(
    _BOUGHT.where(purchases.c.id > sa.bindparam("after"), purchases.c.id <= sa.bindparam("until"))
    .order_by(purchases.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer()))
)
_LAST_ONES = Prepared(_BOUGHT.order_by(purchases.c.id.desc()).limit(sa.bindparam("most", type_=sa.Integer())))


def page(connection: Connection, wanted: Wanted, after: int, most: int) -> list[Reached]:
    """The next contacts, by their ids, whom the conditions name."""
    found = _named(wanted).where(contacts.c.id > after).order_by(contacts.c.id).limit(most)
    return [Reached(row.id, row.timezone) for row in connection.execute(found)]


def among_these(connection: Connection, wanted: Wanted, contact_ids: Collection[int]) -> set[int]:
    """Which of these contacts the conditions name."""
    if not contact_ids:
        return set()
    return {row.id for row in connection.execute(_named(wanted).where(contacts.c.id.in_(contact_ids)))}


def facts(connection: Connection, contact_ids: Collection[int]) -> dict[int, Fact]:
    """What contacts are, by their ids."""
    rows = _FACTS.rows(connection, ids=contact_ids)
    return {contact_id: Fact(kind, tuple(refused or ())) for contact_id, kind, refused in rows}


def purchases_after(connection: Connection, after: int, until: int, most: int) -> list[Bought]:
    """The next purchases by their ids, up to the one with the id `until`."""
    return [Bought(*row) for row in _NEW_ONES.rows(connection, after=after, until=until, most=most)]


def last_purchases(connection: Connection, most: int) -> list[Bought]:
    """The purchases that were added last, the newest first."""
    return [Bought(*row) for row in _LAST_ONES.rows(connection, most=most)]


def closed_cases(
    connection: Connection, after: tuple[dt.datetime, int], until: dt.datetime, most: int
) -> list[Closed]:
    """The next closed cases after this moment and id, those that were closed first in front."""
    fields = (
        *(
            cases.c[name]
            for name in ("id", "public_id", "contact_id", "closed_at", "kind", "touchpoint", "branch_id")
        ),
        sa.func.coalesce(branches.c.code, ""),
        cases.c.product_id,
    )
    found = sa.select(*fields).select_from(cases.outerjoin(branches, branches.c.id == cases.c.branch_id))
    return _closed(connection, found, cases, after, until, most)


def closed_conversations(
    connection: Connection, after: tuple[dt.datetime, int], until: dt.datetime, most: int
) -> list[Closed]:
    """The next conversations that the team closed, as `closed_cases`; not those that became a part of another."""
    fields = (conversations.c[name] for name in ("id", "public_id", "contact_id", "closed_at"))
    found = sa.select(*fields).where(
        conversations.c.merged_into.is_(None), conversations.c.first_replied_at.is_not(None)
    )
    return _closed(connection, found, conversations, after, until, most)


def _closed(
    connection: Connection,
    found: sa.Select[Any],
    table: sa.Table,
    after: tuple[dt.datetime, int],
    until: dt.datetime,
    most: int,
) -> list[Closed]:
    at, row_id = table.c.closed_at, table.c.id
    later = sa.or_(at > after[0], sa.and_(at == after[0], row_id > after[1]))
    # As the partial index says it, and its first column once more, so that it serves.
    closed = found.where(table.c.state == sa.literal_column("'closed'"), at >= after[0], at <= until, later)
    return [Closed(*row) for row in connection.execute(closed.order_by(at, row_id).limit(most))]


def _named(wanted: Wanted) -> sa.Select[tuple[int, str]]:
    return sa.select(contacts.c.id, contacts.c.timezone).where(*_THERE, *_conditions(wanted))


def _conditions(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.kinds:
        yield contacts.c.kind.in_(wanted.kinds)
    if wanted.languages:
        yield contacts.c.language.in_(wanted.languages)
    if wanted.agreed:
        yield contacts.c.marketing == "granted"
    if wanted.tiers:
        yield sa.exists().where(accounts.c.contact_id == contacts.c.id, accounts.c.tier.in_(wanted.tiers))
    if wanted.tags:
        yield sa.exists().where(contact_tags.c.contact_id == contacts.c.id, contact_tags.c.tag.in_(wanted.tags))
    if wanted.branches:
        places = sa.select(branches.c.id).where(branches.c.code.in_(wanted.branches)).scalar_subquery()
        yield sa.exists().where(
            purchases.c.contact_id == contacts.c.id,
            purchases.c.at > wanted.since,
            purchases.c.branch_id.in_(places),
        )
