"""Scoring in the background: in chunks, one run at a time, ended the same however often it was cut off."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import programme
from scheduler import rhythms, scoring
from scheduler.scoring import AlreadyScoring, NotScored, Progress, Scoring
from store import rhythms as kept_rhythms
from store import score_runs, score_sums
from store.database import Database
from store.score_sums import Range
from store.tables import customer_rhythms, customer_scores, next_scores, purchases, stage_changes
from store.tables import score_runs as runs_table
from tests.conftest import NOON
from tests.store.shops import RULES, Bought, Customer, buy, open_shop, scored_plainly, stock

KL = ZoneInfo("Asia/Kuala_Lumpur")
TEA = Bought(1, 500, 0, 1, "MYR", None)
SHOP = [Customer([TEA._replace(hours_ago=24 * day, amount=100 * day)] * (1 + day % 3)) for day in range(1, 12)]


class Killed(Exception):
    """The process was."""


def now() -> dt.datetime:
    return NOON


@pytest.fixture(autouse=True)
def _narrow_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "FIRST_WIDTH", 2)
    monkeypatch.setattr(scoring, "WIDEST", 3)


def keep_rules(connection: Connection) -> None:
    programme.keep(connection, RULES, text="", by="test", at=NOON)


def opened(connection: Connection) -> list[int]:
    keep_rules(connection)
    return open_shop(connection, SHOP, stock(connection))


def scored(connection: Connection) -> dict[int, tuple[Any, ...]]:
    columns = [column for column in customer_scores.columns if column.name != "computed_at"]
    return {row[0]: tuple(row[1:]) for row in connection.execute(sa.select(*columns))}


async def test_everybody_is_scored_chunk_by_chunk_and_it_is_told_how_far_it_is(database: Database) -> None:
    ids = await database.transact(opened)
    heard: list[Progress] = []
    run = await scoring.score(database, now=now, told=heard.append)
    assert (run.state, run.customers, run.changed) == ("done", len(SHOP), 0)
    assert await database.read(scored) == scored_plainly(SHOP, ids)
    for step in ("summing", "swapping"):
        steps = [each for each in heard if each.step == step]
        assert len(steps) > 3
        assert steps[-1].done == steps[-1].total == ids[-1]
    assert await database.read(score_sums.summed) == 0


async def test_wherever_it_is_killed_it_ends_the_same_when_begun_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await database.transact(opened)
    later = NOON + score_runs.STALE + dt.timedelta(seconds=1)

    def forget(connection: Connection) -> None:
        for table in (customer_scores, next_scores, stage_changes, runs_table):
            connection.execute(table.delete())
        connection.execute(purchases.update().where(purchases.c.contact_id == ids[0]).values(refunded=0))

    def change(connection: Connection) -> None:
        mine = purchases.update().where(purchases.c.contact_id == ids[0])
        connection.execute(mine.values(refunded=purchases.c.amount))

    def left(connection: Connection) -> tuple[dict[int, tuple[Any, ...]], list[tuple[Any, ...]]]:
        told = sa.select(*stage_changes.columns[1:-1]).order_by(stage_changes.c.contact_id)
        return scored(connection), [tuple(row) for row in connection.execute(told)]

    async def two_nights(killed_at: int) -> tuple[bool, Any]:
        """The second night is killed when progress is told for this time; whether it was, and what is left."""
        heard: list[Progress] = []

        def told(progress: Progress) -> None:
            heard.append(progress)
            if len(heard) == killed_at:
                raise Killed

        await database.transact(forget)
        await scoring.score(database, now=now)
        await database.transact(change)
        try:
            with monkeypatch.context() as dead:
                dead.setattr(score_runs, "fail", lambda *_run: None)
                await scoring.score(database, now=now, told=told)
        except Killed:
            await scoring.score(database, now=lambda: later)
            return True, await database.read(left)
        return False, await database.read(left)

    _killed, expected = await two_nights(0)
    assert len(expected[1]) > 1  # the fifths moved, too
    times, killed = 0, True
    while killed:
        times += 1
        killed, found = await two_nights(times)
        assert found == expected
    assert times > 6


async def test_one_run_is_on_its_way_at_a_time_and_what_stood_still_is_not_gone_on_with(database: Database) -> None:
    await database.transact(opened)
    await database.transact(lambda connection: score_runs.begin(connection, NOON))
    with pytest.raises(AlreadyScoring):
        await scoring.score(database, now=now)
    clock = [NOON + score_runs.STALE + dt.timedelta(seconds=1)]

    def sleep(_progress: Progress) -> None:
        clock[0] += score_runs.STALE + dt.timedelta(seconds=1)

    with pytest.raises(NotScored, match="stood still"):
        await scoring.score(database, now=lambda: clock[0], told=sleep)
    assert [each.state for each in await database.read(partial(score_runs.every, size=9))] == ["failed", "failed"]
    assert await database.read(scored) == {}


async def test_a_purchase_has_its_customer_scored_and_waits_while_all_are(database: Database) -> None:
    ids = await database.transact(opened)
    run = await scoring.score(database, now=now)

    def bought(connection: Connection) -> None:
        buy(connection, ids[0], [], TEA)
        kept_rhythms.soil(connection, ids[:1])

    async def orders() -> tuple[int, int]:
        """How many orders the row of the first one counts, and how many rhythms are stale."""
        assert not await rhythms.make_rhythms(database, NOON, zone=KL)
        first = sa.select(customer_scores.c.orders).where(customer_scores.c.contact_id == ids[0])
        stale = sa.select(sa.func.count()).where(customer_rhythms.c.computed_at.is_(None))

        def counts(connection: Connection) -> tuple[int, int]:
            return connection.execute(first).scalar_one(), connection.execute(stale).scalar_one()

        return await database.read(counts)

    await database.transact(bought)
    on_its_way = await database.transact(lambda connection: score_runs.begin(connection, NOON))
    assert on_its_way is not None
    assert await orders() == (1, 1)
    await database.transact(lambda connection: score_runs.fail(connection, on_its_way, "The test says so."))
    assert await orders() == (2, 0)
    [_failed, last] = await database.read(partial(score_runs.every, size=2))
    assert last == run


async def test_the_night_comes_at_two_and_the_first_one_with_the_first_purchase(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[dt.datetime] = []
    clock = [NOON]

    async def score(_database: Database, *, now: object) -> None:
        begun.append(clock[0])
        run_id = await database.transact(lambda connection: score_runs.begin(connection, clock[0]))
        assert run_id is not None
        if len(begun) == 2:
            await database.transact(lambda connection: score_runs.fail(connection, run_id, "The disk is full."))
            raise NotScored("The disk is full.")
        await database.transact(lambda connection: score_runs.end(connection, run_id, 0, clock[0]))

    monkeypatch.setattr(scoring, "score", score)
    watch = Scoring(database, KL, now=lambda: clock[0])
    [job] = watch.jobs().values()

    async def look(moment: dt.datetime) -> int:
        clock[0] = moment
        assert not await job.chunk(database, moment)
        if watch._running is not None:
            await watch._running
        return len(begun)

    assert await look(NOON) == 0  # nothing was bought yet
    await database.transact(opened)
    assert await look(NOON) == 1
    night = dt.datetime(2026, 11, 22, 2, 0, tzinfo=KL)
    minute, hour = dt.timedelta(minutes=1), dt.timedelta(hours=1)
    assert await look(night - minute) == 1
    assert await look(night) == 2  # it fails
    assert await look(night + 59 * minute) == 2
    assert await look(night + hour) == 3
    assert await look(night + 23 * hour) == 3
    await watch.stop()


async def test_stopping_leaves_off_and_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await database.transact(opened)
    begun, may_end, timed = threading.Event(), threading.Event(), scoring._timed

    def held(chunk: scoring.Chunk, part: Range, connection: Connection) -> tuple[int, float]:
        begun.set()
        assert may_end.wait(60)
        return timed(chunk, part, connection)

    monkeypatch.setattr(scoring, "_timed", held)
    watch = Scoring(database, KL, now=now)
    await watch.look(database, NOON)
    assert await asyncio.to_thread(begun.wait, 60)
    stopping = asyncio.create_task(watch.stop())
    await asyncio.sleep(0)
    may_end.set()
    await stopping
    [run] = await database.read(partial(score_runs.every, size=1))
    assert run.state == "failed"
    assert "stopped" in run.error
