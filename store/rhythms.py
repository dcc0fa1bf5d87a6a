"""How often each customer buys, kept beside their purchases: stale after each of them, and made anew by a job.

Whoever has been silent for too long is found by index, those who fell silent last first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.many import among, insert_given
from store.prepared import Prepared
from store.tables import Utc, contact_tags, contacts, customer_rhythms, identities, purchases

MOST_COUNTED = 20_000
MOST_READ = 200  # purchases of one customer, the latest


class Bought(NamedTuple):
    """A purchase that was not paid back whole: `paid` is what is left of it, in minor units of `currency`."""

    at: dt.datetime
    paid: int
    currency: str


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """How often somebody buys. `bought` are the days on which they did, `gap_days` the median between two of them.

    `spent` is what they paid in the year up to their last purchase, in minor units. At `silent_from` they will have
    been silent for too long; None when there are too few purchases to say.
    """

    contact_id: int
    bought: int
    gap_days: float | None
    last_at: dt.datetime
    spent: int
    silent_from: dt.datetime | None


class Place(NamedTuple):
    """After which customer a page begins: when they counted as silent, and their id."""

    silent_from: dt.datetime
    contact_id: int


class Silent(msgspec.Struct, frozen=True, kw_only=True):
    """A customer who buys no more; `reachable` says whether they agreed to offers and have a chat."""

    contact_id: int
    public_id: str
    name: str
    call_me: str
    number: str | None
    bought: int
    gap_days: float
    last_at: dt.datetime
    spent: int
    silent_from: dt.datetime
    reachable: bool
    tagged: bool


class Counted(NamedTuple):
    """How many of at most MOST_COUNTED are silent, may be written to and bear the tag, and what they spent."""

    customers: int
    reachable: int
    tagged: int
    spent: int


_R = customer_rhythms.c
_STALE = _R.computed_at.is_(None)
_NEW = insert_given(customer_rhythms, "contact_id")
_SOIL = Prepared(
    _NEW.on_conflict_do_update(
        index_elements=["contact_id"], set_={"computed_at": sa.null()}, where=_R.computed_at.is_not(None)
    )
)
_SOIL_OF = Prepared(
    customer_rhythms.update()
    .where(
        _R.contact_id
        == sa.select(purchases.c.contact_id)
        .where(purchases.c.id == sa.bindparam("purchase_id", type_=sa.BigInteger()))
        .scalar_subquery()
    )
    .values(computed_at=sa.null())
)
_NEXT = Prepared(
    sa.select(_R.contact_id)
    .where(_STALE)
    .order_by(_R.contact_id)
    .limit(sa.bindparam("most", type_=sa.Integer()))
    .with_for_update(skip_locked=True)
)
_BOUGHT = Prepared(
    sa.select(purchases.c.at, (purchases.c.amount - purchases.c.refunded).label("paid"), purchases.c.currency)
    .where(
        purchases.c.contact_id == sa.bindparam("contact_id"),
        sa.or_(purchases.c.refunded == 0, purchases.c.refunded < purchases.c.amount),
    )
    .order_by(purchases.c.at.desc())
    .limit(MOST_READ)
)
_KEEP = Prepared(
    customer_rhythms.update()
    .where(_R.contact_id == sa.bindparam("whose", type_=sa.BigInteger()))
    .values(
        {
            name: sa.bindparam(f"new_{name}", type_=_R[name].type)
            for name in ("bought", "gap_days", "last_at", "spent", "silent_from", "computed_at")
        }
    )
)
_DROP = Prepared(customer_rhythms.delete().where(among(_R.contact_id, "ids")))
_REACHABLE = sa.and_(
    contacts.c.marketing == "granted",
    sa.exists().where(identities.c.contact_id == contacts.c.id, identities.c.reachable),
)
_THERE = (
    contacts.c.erased_at.is_(None),
    contacts.c.merged_into.is_(None),
    contacts.c.deceased.is_(sa.false()),
    contacts.c.owner != "blocked",
)


def soil(connection: Connection, contact_ids: Collection[int]) -> None:
    """Have the rhythms of these customers made anew."""
    if contact_ids:
        _SOIL.run(connection, given=[(one,) for one in sorted(set(contact_ids))])


def soil_of_purchase(connection: Connection, purchase_id: int) -> None:
    """Have the rhythm of whoever made this purchase made anew."""
    _SOIL_OF.run(connection, purchase_id=purchase_id)


def stale(connection: Connection, most: int) -> list[int]:
    """Whose rhythm is to be made anew, at most so many; locked until the transaction ends."""
    return [row[0] for row in _NEXT.rows(connection, most=most)]


def bought(connection: Connection, contact_id: int) -> list[Bought]:
    """A customer's latest purchases, at most MOST_READ, the latest first."""
    return [Bought(*row) for row in _BOUGHT.rows(connection, contact_id=contact_id)]


def keep(connection: Connection, made: Collection[Rhythm], now: dt.datetime) -> None:
    """Keep what was made of customers whose rows are there."""
    fields = ("bought", "gap_days", "last_at", "spent", "silent_from")
    rows = [
        {"whose": one.contact_id, "new_computed_at": now, **{f"new_{name}": getattr(one, name) for name in fields}}
        for one in made
    ]
    if rows:
        _KEEP.run_many(connection, rows)


def drop(connection: Connection, contact_ids: Collection[int]) -> None:
    """Keep nothing of customers who bought nothing."""
    if contact_ids:
        _DROP.run(connection, ids=contact_ids)


def any_kept(connection: Connection) -> bool:
    """Whether anybody's rhythm is known, so that it says something when nobody is silent."""
    return bool(connection.scalar(sa.select(sa.exists().where(_R.silent_from.is_not(None)))))


def count(connection: Connection, tag: str, now: dt.datetime) -> Counted:
    """How many customers have been silent for too long, those who fell silent last counted first."""
    some = _silent(tag, now).order_by(_R.silent_from.desc()).limit(MOST_COUNTED).subquery()
    one = sa.literal(1)
    row = connection.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((some.c.reachable, one), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(sa.case((some.c.tagged, one), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(some.c.spent), 0),
        )
    ).one()
    return Counted(*(int(figure) for figure in row))


def page(connection: Connection, tag: str, now: dt.datetime, after: Place | None, size: int) -> list[Silent]:
    """At most `size` customers, after a place, who have been silent for too long; the last to fall silent first."""
    found = _silent(tag, now)
    if after is not None:
        found = found.where(sa.tuple_(_R.silent_from, _R.contact_id) < (after.silent_from, after.contact_id))
    rows = connection.execute(found.order_by(_R.silent_from.desc(), _R.contact_id.desc()).limit(size))
    return [Silent(**row._mapping) for row in rows]


def untagged(connection: Connection, name: str, now: dt.datetime, most: int) -> list[int]:
    """The ids of silent customers who do not bear the tag, those who fell silent last first."""
    found = _silent(name, now).order_by(_R.silent_from.desc(), _R.contact_id.desc()).subquery()
    return list(connection.scalars(sa.select(found.c.contact_id).where(~found.c.tagged).limit(most)))


def _silent(tag_name: str, now: dt.datetime) -> sa.Select[tuple[object, ...]]:
    tagged = sa.exists().where(contact_tags.c.contact_id == contacts.c.id, contact_tags.c.tag == tag_name)
    known = ("contact_id", "bought", "gap_days", "last_at", "spent", "silent_from")
    return (
        sa.select(
            *(_R[name] for name in known),
            *(contacts.c[name] for name in ("public_id", "name", "call_me", "number")),
            _REACHABLE.label("reachable"),
            tagged.label("tagged"),
        )
        .select_from(customer_rhythms.join(contacts, contacts.c.id == _R.contact_id))
        .where(_R.silent_from <= sa.bindparam("silent_now", now, type_=Utc()), *_THERE)
    )
