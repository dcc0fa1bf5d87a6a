"""Learning anew in the background: one at a time, the model before serving until the new one is ready."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from scheduler import refitting
from scheduler.fitting import Progress
from scheduler.refitting import AlreadyFitting, NotFitted, Refitting
from store import recommenders
from store.database import Database
from store.recommenders import STALE, Row
from store.tables import recommender_weights
from store.tables import recommenders as table
from tests.conftest import NOON
from tests.insights.shop import fill, learn

KL = ZoneInfo("Asia/Kuala_Lumpur")


def now() -> dt.datetime:
    return NOON


def newest_id(connection: Connection) -> int | None:
    model = recommenders.newest(connection)
    return model.id if model else None


async def test_a_process_of_its_own_learns_and_the_old_model_serves_until_the_new_one_is_ready(
    database: Database,
) -> None:
    await database.transact(fill)
    old = await learn(database)
    served: list[int | None] = []
    heard: list[Progress] = []

    def told(progress: Progress) -> None:
        heard.append(progress)
        with database.engine.connect() as connection:
            served.append(newest_id(connection))

    status = await refitting.fit(database, now=now, told=told)
    assert (status.state, status.products, status.customers) == ("ready", 24, 240)
    assert [step.step for step in heard if step.done == step.total] == ["reading", "solving", "storing"]
    assert set(served) == {old}
    assert await database.read(newest_id) == status.id != old

    def rows(connection: Connection) -> list[bytes]:
        ordered = sa.select(recommender_weights.c.weights).order_by(recommender_weights.c.product_id)
        return [
            b"".join(connection.scalars(ordered.where(recommender_weights.c.recommender_id == model)))
            for model in (old, status.id)
        ]

    first, second = await database.read(rows)
    assert first == second  # learnt here and there, the same


async def test_one_is_fitted_at_a_time_and_one_that_stands_still_is_begun_anew(database: Database) -> None:
    await database.transact(fill)
    begun = await database.transact(lambda connection: recommenders.begin(connection, NOON))
    assert begun is not None
    with pytest.raises(AlreadyFitting):
        await refitting.fit(database, now=now)
    later = NOON + STALE + dt.timedelta(seconds=1)
    status = await refitting.fit(database, now=lambda: later)
    assert status.state == "ready"
    assert status.id > begun

    def come_back(connection: Connection) -> tuple[bool, bool]:
        row = Row(1, b"", None)
        kept = recommenders.store(connection, begun, [row], 1, 1, later)
        figures = {"customers": 1, "purchases": 1, "now": later}
        return kept, recommenders.ready(connection, begun, items=[1], popular={}, **figures)  # type: ignore[arg-type]

    assert await database.transact(come_back) == (False, False)
    assert await database.read(newest_id) == status.id


async def test_one_that_fails_says_so_and_the_old_one_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    await database.transact(fill)
    old = await learn(database)
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(NotFitted):
        await refitting.fit(database, now=now)
    [failed, ready] = await database.read(partial(recommenders.statuses, size=2))
    assert (failed.state, ready.state, ready.id) == ("failed", "ready", old)
    assert "The one before goes on serving" in failed.error
    assert await database.read(newest_id) == old


async def test_the_night_comes_once_and_a_failure_is_tried_again_an_hour_later(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted: list[dt.datetime] = []
    clock = [NOON]

    async def fit(_database: Database, *, now: object) -> None:
        fitted.append(clock[0])
        model = await database.transact(lambda connection: recommenders.begin(connection, clock[0]))
        assert model is not None
        if len(fitted) == 2:
            await database.transact(lambda connection: recommenders.fail(connection, model, "The disk is full."))
            raise NotFitted("The disk is full.")
        figures = {"customers": 1, "purchases": 1, "now": clock[0]}
        await database.transact(
            lambda connection: recommenders.ready(connection, model, items=[], popular={}, **figures)  # type: ignore[arg-type]
        )

    monkeypatch.setattr(refitting, "fit", fit)
    watch = Refitting(database, KL, now=lambda: clock[0])

    async def look(moment: dt.datetime) -> int:
        clock[0] = moment
        assert not await watch.look(database, moment)
        if watch._running is not None:
            await watch._running
        return len(fitted)

    assert await look(NOON) == 0  # nothing was bought yet
    await database.transact(fill)
    assert await look(NOON) == 1
    night = dt.datetime(2026, 11, 22, 3, 0, tzinfo=KL)
    minute, hour = dt.timedelta(minutes=1), dt.timedelta(hours=1)
    assert await look(night - minute) == 1
    assert await look(night) == 2  # it fails
    assert await look(night + 59 * minute) == 2
    assert await look(night + hour) == 3
    assert await look(night + 23 * hour) == 3
    await watch.stop()


async def test_stopping_leaves_off_and_says_so(database: Database) -> None:
    await database.transact(fill)
    watch = Refitting(database, KL, now=now)
    await watch.look(database, NOON)
    while not await database.read(partial(recommenders.statuses, size=1)):
        await watch.look(database, NOON)
    await watch.stop()
    [status] = await database.read(partial(recommenders.statuses, size=1))
    assert status.state == "failed"
    assert "stopped" in status.error


async def test_rows_of_models_that_serve_no_more_are_forgotten_bit_by_bit(database: Database) -> None:
    await database.transact(fill)
    models = [await learn(database) for _time in range(3)]
    while await refitting.forget(database, NOON):
        pass

    def kept(connection: Connection) -> tuple[set[int], set[int]]:
        rows = connection.scalars(sa.select(recommender_weights.c.recommender_id).distinct())
        lists = connection.scalars(sa.select(table.c.id).where(table.c["items"].is_not(None)))
        return set(rows), set(lists)

    rows, lists = await database.read(kept)
    assert rows == lists == set(models[1:])
    assert len(await database.read(partial(recommenders.statuses, size=9))) == 3
