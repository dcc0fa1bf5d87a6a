"""What customers bought, summed aside while they are scored (`store.scores`), all by the database.

What counts are purchases that were not paid back whole; at one moment they are one order. Spent and margin are in
one currency; the margin is of what was paid for products whose cost is known in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among
from store.prepared import Prepared, insert
from store.tables import contacts, next_scores, products, purchases
from store.tables.shop import KEPT

CLEARED_AT_ONCE = 5_000
THERE = (contacts.c.erased_at.is_(None), contacts.c.merged_into.is_(None), contacts.c.deceased.is_(sa.false()))
_N, _P = next_scores.c, purchases.c
SUMS = tuple(column.name for column in next_scores.columns)[1:]
CUT_BY = {"recency": _N.last_at, "frequency": _N.orders, "monetary": _N.spent}  # what each score is of


class Range(NamedTuple):
    """The contacts whose ids are above `after`, up to `until`."""

    after: int
    until: int


class These(NamedTuple):
    """Some contacts."""

    ids: Collection[int]


Whom: TypeAlias = Range | These


def within(kind: type[Whom], column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
    """Whether a column with contacts' ids is of those who are bound."""
    if kind is These:
        return among(column, "ids")
    return sa.and_(column > sa.bindparam("after", type_=sa.BigInteger()), column <= sa.bindparam("until"))


def _sum_up(kind: type[Whom]) -> Prepared:
    currency = sa.bindparam("currency", type_=sa.String())
    paid = _P.amount - _P.refunded
    margin = sa.case(
        (sa.and_(_P.currency == currency, products.c.currency == currency), paid - products.c.cost * _P.quantity)
    )
    figures = (
        sa.func.min(_P.at),
        sa.func.max(_P.at),
        sa.func.count(_P.at.distinct()),
        sa.func.sum(sa.case((_P.currency == currency, paid), else_=0)),
        sa.func.sum(margin),
    )
    # Who is there is asked of each contact; joined to each purchase, PostgreSQL expects few and plans for few.
    summed = (
        sa.select(_P.contact_id, *(figure.label(name) for figure, name in zip(figures, SUMS, strict=True)))
        .select_from(purchases.outerjoin(products, products.c.id == _P.product_id))
        .where(within(kind, _P.contact_id), KEPT)
        .group_by(_P.contact_id)
        .subquery()
    )
    found = (
        sa.select(*summed.columns)
        .select_from(summed.join(contacts, contacts.c.id == summed.c.contact_id))
        .where(within(kind, contacts.c.id), *THERE)
    )
    return Prepared(insert(next_scores).from_select(["contact_id", *SUMS], found))


_SUM_UP = {kind: _sum_up(kind) for kind in (Range, These)}
_FORGET = Prepared(next_scores.delete().where(among(_N.contact_id, "ids")))
_LAST = Prepared(sa.select(sa.func.coalesce(sa.func.max(contacts.c.id), 0)))
_COUNT = Prepared(sa.select(sa.func.count()).select_from(next_scores))
_SOME = next_scores.delete().where(_N.contact_id.in_(sa.select(_N.contact_id).limit(CLEARED_AT_ONCE)))
_ANY = Prepared(sa.select(purchases.c.id).limit(1))


def sum_up(connection: Connection, whom: Whom, currency: str) -> None:
    """Sum what these contacts bought aside, where nothing of them is; those who bought nothing are left out."""
    _SUM_UP[type(whom)].run(connection, currency=currency, **whom._asdict())


def forget(connection: Connection, ids: Collection[int]) -> None:
    """Forget the sums aside of these contacts."""
    _FORGET.run(connection, ids=ids)


def last_contact(connection: Connection) -> int:
    """The id of the last contact; 0 when there is none. How far a run has to go."""
    row = _LAST.row(connection)
    return int(row[0]) if row else 0


def any_bought(connection: Connection) -> bool:
    """Whether there is a purchase at all."""
    return _ANY.row(connection) is not None


def summed(connection: Connection) -> int:
    """How many customers have sums aside."""
    row = _COUNT.row(connection)
    return int(row[0]) if row else 0


def at_places(connection: Connection, name: str, places: Sequence[int]) -> tuple[Any, ...]:
    """The values that recency, frequency or money have at these places of all sums aside in ascending order."""
    value = CUT_BY[name]
    ordered = sa.select(value.label("value"), sa.func.row_number().over(order_by=value).label("place")).subquery()
    found = sa.select(ordered.c.place, ordered.c.value).where(ordered.c.place.in_(set(places)))
    with _sorted_on_disk(connection):
        values = {row.place: row.value for row in connection.execute(found)}
    return tuple(values[place] for place in places)


@contextmanager
def _sorted_on_disk(connection: Connection) -> Iterator[None]:
    """What SQLite sorts goes into a file of its own where it is more than the cache may have, not into memory."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql("PRAGMA temp_store=FILE")
    try:
        yield
    finally:
        connection.exec_driver_sql("PRAGMA temp_store=MEMORY")


def clear(connection: Connection) -> bool:
    """Forget some of the sums aside; whether there may be more."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("TRUNCATE next_scores"))
        return False
    return connection.execute(_SOME).rowcount == CLEARED_AT_ONCE
