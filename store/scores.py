"""Where customers stand by what they bought: scored by sums that were built aside, and swapped in.

A run sums all contacts (`store.score_sums`), finds where the fifths of them end, and swaps them in by ranges of
ids, so that a million customers neither pass through this process nor are written in one go; only rows that differ
are written. Between two runs a purchase has its customer scored anew the same way, by the cuts of the last run.
Changes of stage or segment are events (`stage_changes`); who comes or goes was or becomes a prospect there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.engine import Connection

from store.given import given
from store.prepared import Prepared, insert
from store.score_sums import CUT_BY, SUMS, THERE, Range, These, Whom, within
from store.tables import Utc, contacts, customer_scores, next_scores, stage_changes

PROSPECT = "prospect"
STAGES = (PROSPECT, "new", "active", "loyal", "at_risk", "lapsed")

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


_S, _N = customer_scores.c, next_scores.c
_SCORES = tuple(CUT_BY)
_EVENT = ("contact_id", "stage_before", "stage", "rfm_before", "rfm", "at")
_CUTS = 4
_AT = sa.bindparam("at", type_=Utc())


def _score(name: str) -> sa.ColumnElement[int]:
    column = CUT_BY[name]
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
        .where(*THERE)
    )
    return Prepared(insert(stage_changes).from_select(_EVENT, rows))


_TELL_GONE = _tell_gone()


def _insert_rows(table: sa.Table, names: Sequence[str], rows: sa.Select[Any]) -> Insert:
    """Insert what a query finds. Not by itself: SQLite's driver counts no rows of what begins with WITH."""
    found = rows.subquery("found")
    return insert(table).from_select(list(names), sa.select(*found.columns).where(sa.true()))


class Scorer:
    """Scores and swaps in; `rules` are the segments', the last of them that of whoever is left."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._steps = {kind: _Steps(kind, rules) for kind in (Range, These)}

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


class _Steps:
    def __init__(self, kind: type[Whom], rules: Sequence[Rule]) -> None:
        scored = self._scored(kind, rules)
        names = [*SUMS, *_SCORES, "rfm", "stage"]
        # The range stands here, too: no database concludes it from the ids' being equal.
        before = scored.outerjoin(
            customer_scores, sa.and_(_S.contact_id == scored.c.contact_id, within(kind, _S.contact_id))
        )
        is_new = _S.contact_id.is_(None)
        moved = sa.or_(
            sa.and_(is_new, sa.bindparam("newcomers", type_=sa.Boolean())),
            _S.stage != scored.c.stage,
            _S.rfm != scored.c.rfm,
        )
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
        summed = sa.exists().where(_N.contact_id == _S.contact_id, within(kind, _N.contact_id))
        gone = sa.and_(within(kind, _S.contact_id), ~summed.correlate(customer_scores))
        self.take_out = Prepared(customer_scores.delete().where(gone).returning(_S.contact_id, _S.stage, _S.rfm))
        self.any_scored = Prepared(sa.select(_S.contact_id).where(within(kind, _S.contact_id)).limit(1))

    @staticmethod
    def _scored(kind: type[Whom], rules: Sequence[Rule]) -> sa.CTE:
        """The sums aside with their scores, segment and stage."""
        ranked = (
            sa.select(*next_scores.columns, *(_score(name).label(name) for name in _SCORES))
            .where(within(kind, _N.contact_id))
            .cte("ranked", nesting=True)
            # Otherwise every score is computed again wherever it is named.
            .prefix_with("MATERIALIZED")
        )
        named = sa.select(
            *ranked.columns, _segment(ranked, rules).label("rfm"), _stage(ranked).label("stage")
        ).select_from(ranked)
        return named.cte("scored", nesting=True).prefix_with("MATERIALIZED")
