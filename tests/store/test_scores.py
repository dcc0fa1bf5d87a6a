"""Customers scored by the database are scored as in plain Python, all at once or one by one; changes are events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Connection

from insights import scoring
from store import erasures, forgetting, score_runs, score_sums
from store.database import Database
from store.score_sums import Range
from store.scores import Cuts
from store.tables import contacts, customer_scores, next_scores, purchases, stage_changes
from tests.conftest import NOON, SECRET
from tests.store.plans import plans_of
from tests.store.shops import RULES, SHOPS, Bought, Customer, buy, open_shop, scored_plainly, stock

NEXT_DAY = NOON + dt.timedelta(days=1)
TEA = Bought(1, 500, 0, 1, "MYR", None)


@contextmanager
def rolled_back(database_url: str) -> Iterator[Connection]:
    """A connection of which nothing is left afterwards."""
    engine = sa.create_engine(database_url)
    try:
        with engine.connect() as connection, connection.begin() as transaction:
            yield connection
            transaction.rollback()
    finally:
        engine.dispose()


def run(connection: Connection, width: int = 1_000, *, at: dt.datetime = NOON) -> int:
    """Score everybody as a night does; how many stand elsewhere."""
    run_id = score_runs.begin(connection, at)
    assert run_id is not None
    while score_sums.clear(connection):
        pass
    first, last = score_runs.last(connection) is None, score_sums.last_contact(connection)
    parts = [Range(after, after + width) for after in range(0, last, width)]
    for part in parts:
        scoring.sum_up(connection, part, RULES)
    cuts, customers = scoring.cuts(connection)
    assert score_runs.rank(connection, run_id, cuts, customers, at)
    changed = sum(scoring.swap(connection, part, cuts, RULES, at, newcomers=not first) for part in parts)
    while score_sums.clear(connection):
        pass
    assert score_runs.end(connection, run_id, changed, at)
    return changed


def rows(connection: Connection) -> dict[int, tuple[Any, ...]]:
    columns = [column for column in customer_scores.columns if column.name != "computed_at"]
    return {row[0]: tuple(row[1:]) for row in connection.execute(sa.select(*columns))}


def events(connection: Connection) -> list[tuple[Any, ...]]:
    names = ("contact_id", "stage_before", "stage", "rfm_before", "rfm")
    found = sa.select(*(stage_changes.c[name] for name in names)).order_by(stage_changes.c.id)
    return [tuple(row) for row in connection.execute(found)]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SHOPS, st.integers(1, 20))
def test_the_database_scores_as_plain_python_does_in_chunks_of_any_width(
    database_url: str, shop: list[Customer], width: int
) -> None:
    with rolled_back(database_url) as connection:
        ids = open_shop(connection, shop, stock(connection))
        run(connection, width)
        assert rows(connection) == scored_plainly(shop, ids)
        assert connection.scalar(sa.select(sa.func.count()).select_from(next_scores)) == 0
        assert events(connection) == []  # nobody's standing was known before


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SHOPS, st.data())
def test_one_by_one_they_are_scored_as_all_at_once_by_the_same_cuts(
    database_url: str, shop: list[Customer], data: st.DataObject
) -> None:
    with rolled_back(database_url) as connection:
        goods = stock(connection)
        ids = open_shop(connection, [*shop, Customer([TEA])], goods)
        run(connection)
        moved = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
        for contact_id in moved:
            if data.draw(st.booleans()):
                whole = purchases.update().where(purchases.c.contact_id == contact_id)
                connection.execute(whole.values(refunded=purchases.c.amount))
            else:
                buy(connection, contact_id, goods, TEA)
        before = {one: row[-2:] for one, row in rows(connection).items()}
        told = scoring.score_anew(connection, moved, RULES, NOON)
        after = {one: row[-2:] for one, row in rows(connection).items()}
        assert told == len(events(connection)) == sum(before.get(one) != after.get(one) for one in ids)
        # All at once by the same cuts, nothing is found to differ.
        last = score_runs.last(connection)
        assert last is not None
        everybody = Range(0, max(ids))
        scoring.sum_up(connection, everybody, RULES)
        connection.execute(customer_scores.update().values(computed_at=NEXT_DAY))
        one_by_one = rows(connection)
        assert scoring.swap(connection, everybody, last.cuts, RULES, NOON, newcomers=True) == 0
        assert rows(connection) == one_by_one
        assert set(connection.scalars(sa.select(customer_scores.c.computed_at))) <= {NEXT_DAY}  # none was written


async def test_who_moves_comes_or_goes_after_the_first_time_is_an_event(database: Database) -> None:
    def play(connection: Connection) -> None:
        goods = stock(connection)
        [stays, moves, goes, comes] = open_shop(connection, [Customer([TEA])] * 3 + [Customer([])], goods)
        run(connection)
        buy(connection, comes, goods, TEA)
        connection.execute(purchases.update().where(purchases.c.contact_id == goes).values(refunded=500))
        connection.execute(
            purchases.update().where(purchases.c.contact_id == moves).values(at=NOON - dt.timedelta(days=80))
        )
        assert run(connection) == 3
        told = {contact_id: (before, after) for contact_id, before, after, _rfm, _new in events(connection)}
        assert told == {moves: ("new", "at_risk"), goes: ("new", "prospect"), comes: ("prospect", "new")}
        by_rfm = {contact_id: (before, after) for contact_id, _stage, _new, before, after in events(connection)}
        assert by_rfm[goes] == ("hibernating", "")
        assert by_rfm[comes][0] == ""
        assert set(rows(connection)) == {stays, moves, comes}
        assert run(connection) == 0
        last = score_runs.last(connection)
        assert last is not None
        assert (last.customers, last.changed) == (3, 0)

    await database.transact(play)


async def test_who_is_erased_in_the_middle_of_a_run_has_no_scores_after_it(database: Database) -> None:
    def play(connection: Connection) -> None:
        [gone, stays] = open_shop(connection, [Customer([TEA])] * 2, stock(connection))
        everybody = Range(0, stays)
        scoring.sum_up(connection, everybody, RULES)
        cuts, _customers = scoring.cuts(connection)
        assert forgetting.begin(connection, SECRET, gone, erasures.ask(connection, gone, NOON))
        for step in forgetting.STEPS:
            while step(connection, gone):
                pass
        scoring.swap(connection, everybody, cuts, RULES, NOON, newcomers=True)
        assert set(rows(connection)) == {stays}

    await database.transact(play)


async def test_only_rows_that_differ_are_written(database: Database) -> None:
    def play(connection: Connection) -> None:
        goods = stock(connection)
        [alike, moves] = open_shop(connection, [Customer([TEA])] * 2, goods)
        run(connection)
        buy(connection, moves, goods, TEA._replace(hours_ago=2))
        run(connection, at=NOON + dt.timedelta(hours=1))
        found = connection.execute(sa.select(customer_scores.c.contact_id, customer_scores.c.computed_at))
        assert {row[0]: row[1] - NOON for row in found} == {alike: dt.timedelta(0), moves: dt.timedelta(hours=1)}

    await database.transact(play)


async def test_time_alone_moves_a_stage_in_the_night(database: Database) -> None:
    def play(connection: Connection) -> list[str]:
        open_shop(connection, [Customer([TEA])], stock(connection))
        days = (0, 31, 51, 91)
        for day in days:
            run(connection, at=NOON + dt.timedelta(days=day))
        return [after for _who, _before, after, _rfm, _new in events(connection)]

    assert await database.transact(play) == ["active", "at_risk", "lapsed"]


async def test_nobody_is_scored_before_there_are_cuts_to_score_by(database: Database) -> None:
    def play(connection: Connection) -> None:
        ids = open_shop(connection, [Customer([TEA])], stock(connection))
        assert scoring.score_anew(connection, ids, RULES, NOON) == 0
        assert rows(connection) == {}
        connection.execute(contacts.update().values(deceased=True))
        run(connection)  # of nobody: there are no fifths
        last = score_runs.last(connection)
        assert last is not None
        assert (last.cuts, last.customers) == (None, 0)
        assert scoring.score_anew(connection, ids, RULES, NOON) == 0

    await database.transact(play)


async def test_the_cuts_are_kept_as_they_were_found(database: Database) -> None:
    def play(connection: Connection) -> Cuts | None:
        bought = [[TEA._replace(hours_ago=hours, amount=100 * hours)] for hours in range(1, 11)]
        open_shop(connection, [Customer(each) for each in bought], stock(connection))
        run(connection)
        last = score_runs.last(connection)
        return last.cuts if last else None

    cuts = await database.transact(play)
    moments = tuple(NOON - dt.timedelta(hours=hours) for hours in (9, 7, 5, 3))
    assert cuts == Cuts(recency=moments, frequency=(1, 1, 1, 1), monetary=(200, 400, 600, 800))


async def test_one_run_is_on_its_way_at_a_time_and_one_that_stands_still_is_given_up(database: Database) -> None:
    def play(connection: Connection) -> None:
        first = score_runs.begin(connection, NOON)
        assert first is not None
        assert score_runs.begin(connection, NOON + score_runs.STALE) is None
        assert score_runs.any_goes_on(connection, NOON)
        assert score_runs.hold(connection, first, NOON)
        later = NOON + score_runs.STALE + dt.timedelta(seconds=1)
        assert not score_runs.hold(connection, first, later)
        assert not score_runs.move(connection, first, "summing", 1, 2, 0, later)
        second = score_runs.begin(connection, later)
        assert second is not None
        assert score_runs.move(connection, second, "summing", 1, 2, 0, later)
        assert not score_runs.end(connection, first, 0, later)
        assert score_runs.end(connection, second, 0, later)
        assert [each.state for each in score_runs.every(connection, 9)] == ["done", "failed"]
        assert not score_runs.any_goes_on(connection, later)

    await database.transact(play)


def test_sqlite_sums_from_the_index_alone(sqlite_url: str) -> None:
    with rolled_back(sqlite_url) as connection:
        ids = open_shop(connection, [Customer([TEA])], stock(connection))
        run(connection)

        def both_ways() -> None:
            scoring.sum_up(connection, Range(0, 1_000), RULES)
            score_sums.clear(connection)
            scoring.score_anew(connection, ids, RULES, NOON)

        steps = [step for _sql, plan in plans_of(connection, both_ways) for step in plan if "purchases" in step]
        assert len(steps) == 2
        assert all("COVERING INDEX ix_purchases_summed (contact_id" in step for step in steps), steps
