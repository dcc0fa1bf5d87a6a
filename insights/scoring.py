"""Scoring customers: all of them in steps, or some of them anew by the cuts of the last time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from sqlalchemy.engine import Connection

from insights import rfm
from loyalty.programme import Lifecycle, Programme
from store import score_runs, score_sums
from store.score_sums import These, Whom
from store.scores import Bounds, Cuts, Scorer

_SCORER = Scorer(rfm.RULES)


def bounds(rules: Lifecycle, now: dt.datetime) -> Bounds:
    """The moments that stages are told apart by at `now`."""
    return Bounds(
        lapsed_before=now - dt.timedelta(days=rules.lapsed_days),
        at_risk_before=now - dt.timedelta(days=rules.at_risk_days),
        new_since=now - dt.timedelta(days=rules.new_days),
        loyal_until=now - dt.timedelta(days=rules.loyal_days),
        loyal_orders=rules.loyal_orders,
    )


def sum_up(connection: Connection, whom: Whom, rules: Programme) -> None:
    """Sum aside what these contacts bought."""
    score_sums.sum_up(connection, whom, rules.currency)


def cuts(connection: Connection) -> tuple[Cuts | None, int]:
    """Where the fifths of all sums aside end, and of how many customers they are; None of nobody."""
    customers = score_sums.summed(connection)
    if not customers:
        return None, 0
    places = rfm.cut_places(customers)
    found = {name: score_sums.at_places(connection, name, places) for name in Cuts.__struct_fields__}
    return Cuts(**found), customers


def swap(
    connection: Connection, whom: Whom, cut: Cuts | None, rules: Programme, at: dt.datetime, *, newcomers: bool
) -> int:
    """Score these contacts by their sums aside as of `at`; how many of them stand elsewhere now."""
    return _SCORER.swap(connection, whom, cut, bounds(rules.lifecycle, at), at, newcomers=newcomers)


def score_anew(connection: Connection, contact_ids: Collection[int], rules: Programme, now: dt.datetime) -> int:
    """Score these contacts by what they bought until now and the cuts of the last run; how many stand elsewhere.

    Before the first run there is nothing to score by. Not while one is on its way: it would undo this.
    """
    last = score_runs.last(connection)
    if last is None or last.cuts is None or not contact_ids:
        return 0
    these = These(contact_ids)
    sum_up(connection, these, rules)
    changed = swap(connection, these, last.cuts, rules, now, newcomers=True)
    score_sums.forget(connection, contact_ids)
    return changed
