"""Where customers stand by what they bought: summed aside, then scored and swapped in, all by the database.

A run sums all contacts into `next_scores`, finds where the fifths of them end, and swaps them in by ranges of ids,
so that a million customers neither pass through this process nor are written in one go; only rows that differ are
written. Between two runs a purchase has its customer scored anew the same way, by the cuts of the last run. Changes
of stage or segment are events (`stage_changes`); who comes or goes was or becomes a prospect there.

What counts are purchases that were not paid back whole; at one moment they are one order. Spent and margin are in
one currency; the margin is of what was paid for products whose cost is known in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.engine import Connection

from store.given import given
from store.many import among
from store.prepared import Prepared, insert
from store.tables import Utc, contacts, customer_scores, next_scores, products, purchases, stage_changes
from store.tables.shop import KEPT

PROSPECT = "prospect"
STAGES = (PROSPECT, "new", "active", "loyal", "at_risk", "lapsed")
CLEARED_AT_ONCE = 5_000

Span: TypeAlias = tuple[int, int]
Rule: TypeAlias = tuple[str, Span, Span, Span]  # a segment, and the scores that make one belong to it


class Cuts(msgspec.Struct, frozen=True):
    """Where the first four fifths end, each; who exceeds none of them has the score 1."""

    recency: tuple[dt.datetime, ...]
    frequency: tuple[int, ...]
    monetary: tuple[int, ...]


class Bounds(NamedTuple):
    """What stages are told apart by, as moments: see `loyalty.programme.Lifecycle`."""

    lapsed_before: dt.datetime
    at_risk_before: dt.datetime
    new_since: dt.datetime
    loyal_until: dt.datetime
    loyal_orders: int


class Range(NamedTuple):
    """The contacts whose ids are above `after`, up to `until`."""

    after: int
    until: int


class These(NamedTuple):
    """Some contacts."""

    ids: Collection[int]


Whom: TypeAlias = Range | These
_S, _N, _P = customer_scores.c, next_scores.c, purchases.c
_SUMS = tuple(column.name for column in next_scores.columns)[1:]
_SCORES = ("recency", "frequency", "monetary")
_CUT_BY = {"recency": _N.last_at, "frequency": _N.orders, "monetary": _N.spent}
_EVENT = ("contact_id", "stage_before", "stage", "rfm_before", "rfm", "at")
_CUTS = 4
_AT = sa.bindparam("at", type_=Utc())
_THERE = (contacts.c.erased_at.is_(None), contacts.c.merged_into.is_(None), contacts.c.deceased.is_(sa.false()))


def _within(kind: type[Whom], column: sa.ColumnElement[int]) -> sa.ColumnElement[bool]:
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
        sa.select(_P.contact_id, *(figure.label(name) for figure, name in zip(figures, _SUMS, strict=True)))
        .select_from(purchases.outerjoin(products, products.c.id == _P.product_id))
        .where(_within(kind, _P.contact_id), KEPT)
        .group_by(_P.contact_id)
        .subquery()
    )
    found = (
        sa.select(*summed.columns)
        .select_from(summed.join(contacts, contacts.c.id == summed.c.contact_id))
        .where(_within(kind, contacts.c.id), *_THERE)
    )
    return Prepared(insert(next_scores).from_select(["contact_id", *_SUMS], found))


def _score(name: str) -> sa.ColumnElement[int]:
    column = _CUT_BY[name]
    cuts = [sa.bindparam(f"{name}_{place}", type_=column.type) for place in range(_CUTS)]
    exceeds = [(column > cut, _whole(score)) for score, cut in enumerate(cuts, 2)]
    return sa.case(*reversed(exceeds), else_=_whole(1))


def _stage(one: sa.CTE) -> sa.ColumnElement[str]:
    bound = {name: sa.bindparam(name, type_=Utc()) for name in Bounds._fields[:-1]}
    return sa.case(
        (one.c.last_at < bound["lapsed_before"], "lapsed"),
        (one.c.last_at < bound["at_risk_before"], "at_risk"),
        (one.c.first_at >= bound["new_since"], "new"),
        (
            sa.and_(
                one.c.orders >= sa.bindparam("loyal_orders", type_=sa.Integer()),
                one.c.first_at <= bound["loyal_until"],
            ),
            "loyal",
        ),
        else_="active",
    )


def _segment(one: sa.CTE, rules: Sequence[Rule]) -> sa.ColumnElement[str]:
    whens = [
        (sa.and_(*(_in_span(one.c[name], span) for name, span in zip(_SCORES, spans, strict=True))), rfm)
        for rfm, *spans in rules
    ]
    return sa.case(*whens[:-1], else_=whens[-1][1])


def _in_span(column: sa.ColumnElement[int], span: Span) -> sa.ColumnElement[bool]:
    least, most = span
    return column.between(_whole(least), _whole(most))


def _whole(number: int) -> sa.ColumnElement[int]:
    return sa.literal_column(str(number), sa.Integer())


def _tell_gone() -> Prepared:
    gone = given(contact_id=sa.BigInteger(), stage=sa.Text(), rfm=sa.Text())
    rows = (
        sa.select(gone.c.contact_id, gone.c.stage, sa.literal(PROSPECT), gone.c.rfm, sa.literal(""), _AT)
        .select_from(gone.join(contacts, contacts.c.id == gone.c.contact_id))
        .where(*_THERE)
    )
    return Prepared(insert(stage_changes).from_select(_EVENT, rows))


_TELL_GONE = _tell_gone()


def _insert_rows(table: sa.Table, names: Sequence[str], rows: sa.Select[Any]) -> Insert:
    """Insert what a query finds. Not by itself: SQLite's driver counts no rows of what begins with WITH."""
    found = rows.subquery("found")
    return insert(table).from_select(list(names), sa.select(*found.columns).where(sa.true()))


class Scorer:
    """Sums, scores and swaps in; `rules` are the segments', the last of them that of whoever is left."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._steps = {kind: _Steps(kind, rules) for kind in (Range, These)}

    def sum_up(self, connection: Connection, whom: Whom, currency: str) -> None:
        """Sum what these contacts bought aside, where nothing of them is; those who bought nothing are left out."""
        self._steps[type(whom)].sum_up.run(connection, currency=currency, **whom._asdict())

    def swap(
        self,
        connection: Connection,
        whom: Whom,
        cuts: Cuts | None,
        bounds: Bounds,
        at: dt.datetime,
        *,
        newcomers: bool,
    ) -> int:
        """Score these contacts by their sums aside, and take out those who have none; how many changes that is.

        That somebody is scored for the first time is an event only with `newcomers`. Without `cuts` none has sums.
        """
        steps, these = self._steps[type(whom)], whom._asdict()
        any_scored = steps.any_scored.row(connection, **these) is not None
        changed = 0
        if cuts is not None:
            values = these | bounds._asdict() | {"at": at}
            for name in _SCORES:
                values |= {f"{name}_{place}": cut for place, cut in enumerate(getattr(cuts, name))}
            if any_scored or newcomers:
                changed += steps.tell.run(connection, newcomers=newcomers, **values)
            steps.put.run(connection, **values)
        if any_scored and (gone := steps.take_out.rows(connection, **these)):
            changed += _TELL_GONE.run(connection, given=gone, at=at)
        return changed

    def forget(self, connection: Connection, ids: Collection[int]) -> None:
        """Forget the sums aside of these contacts."""
        _FORGET.run(connection, ids=ids)


class _Steps:
    def __init__(self, kind: type[Whom], rules: Sequence[Rule]) -> None:
        scored = self._scored(kind, rules)
        names = [*_SUMS, *_SCORES, "rfm", "stage"]
        # The range stands here, too: no database concludes it from the ids' being equal.
        before = scored.outerjoin(
            customer_scores, sa.and_(_S.contact_id == scored.c.contact_id, _within(kind, _S.contact_id))
        )
        is_new = _S.contact_id.is_(None)
        moved = sa.or_(
            sa.and_(is_new, sa.bindparam("newcomers", type_=sa.Boolean())),
            _S.stage != scored.c.stage,
            _S.rfm != scored.c.rfm,
        )
        self.sum_up = _sum_up(kind)
        told = sa.select(
            scored.c.contact_id,
            sa.func.coalesce(_S.stage, PROSPECT).label("stage_before"),
            scored.c.stage,
            sa.func.coalesce(_S.rfm, "").label("rfm_before"),
            scored.c.rfm,
            _AT.label("at"),
        )
        self.tell = Prepared(_insert_rows(stage_changes, _EVENT, told.select_from(before).where(moved)))
        differs = sa.or_(is_new, *(_S[name].is_distinct_from(scored.c[name]) for name in names))
        written = sa.select(scored.c.contact_id, *(scored.c[name] for name in names), _AT.label("computed_at"))
        put = _insert_rows(
            customer_scores,
            ["contact_id", *names, "computed_at"],
            written.select_from(before).where(differs),
        )
        self.put = Prepared(
            put.on_conflict_do_update(
                index_elements=["contact_id"], set_={name: put.excluded[name] for name in [*names, "computed_at"]}
            )
        )
        summed = sa.exists().where(_N.contact_id == _S.contact_id, _within(kind, _N.contact_id))
        gone = sa.and_(_within(kind, _S.contact_id), ~summed.correlate(customer_scores))
        self.take_out = Prepared(customer_scores.delete().where(gone).returning(_S.contact_id, _S.stage, _S.rfm))
        self.any_scored = Prepared(sa.select(_S.contact_id).where(_within(kind, _S.contact_id)).limit(1))

    @staticmethod
    def _scored(kind: type[Whom], rules: Sequence[Rule]) -> sa.CTE:
        """The sums aside with their scores, segment and stage."""
        ranked = (
            sa.select(*next_scores.columns, *(_score(name).label(name) for name in _SCORES))
            .where(_within(kind, _N.contact_id))
            .cte("ranked", nesting=True)
            # Otherwise every score is computed again wherever it is named.
            .prefix_with("MATERIALIZED")
        )
        named = sa.select(
            *ranked.columns, _segment(ranked, rules).label("rfm"), _stage(ranked).label("stage")
        ).select_from(ranked)
        return named.cte("scored", nesting=True).prefix_with("MATERIALIZED")


_FORGET = Prepared(next_scores.delete().where(among(_N.contact_id, "ids")))
_LAST = Prepared(sa.select(sa.func.coalesce(sa.func.max(contacts.c.id), 0)))
_COUNT = Prepared(sa.select(sa.func.count()).select_from(next_scores))
_SOME = next_scores.delete().where(_N.contact_id.in_(sa.select(_N.contact_id).limit(CLEARED_AT_ONCE)))
_ANY = Prepared(sa.select(purchases.c.id).limit(1))


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
    value = _CUT_BY[name]
    ordered = sa.select(value.label("value"), sa.func.row_number().over(order_by=value).label("place")).subquery()
    found = connection.execute(sa.select(ordered.c.place, ordered.c.value).where(ordered.c.place.in_(set(places))))
    values = {row.place: row.value for row in found}
    return tuple(values[place] for place in places)


def clear(connection: Connection) -> bool:
    """Forget some of the sums aside; whether there may be more."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("TRUNCATE next_scores"))
        return False
    return connection.execute(_SOME).rowcount == CLEARED_AT_ONCE
