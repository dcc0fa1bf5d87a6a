"""`sapa scores`: scored by hand, and told how it went and where customers stand."""

from __future__ import annotations

import datetime as dt
from functools import partial

import sqlalchemy as sa

from store import score_runs
from tests.bot import commands
from tests.store.shops import Bought, Customer, open_shop, stock

say = partial(commands.say, "scores")


def test_it_scores_and_says_how_it_went_and_who_stands_where(url: str) -> None:
    commands.say("migrate")
    assert "Nobody was scored yet" in say("status")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        open_shop(connection, [Customer([Bought(1, 500, 0, 1, "MYR", None)]), Customer([])], stock(connection))
    done = "done: 1 scored, 0 moved to another stage or segment"
    assert done in say("run")
    said = say("status")
    assert done in said
    assert "1  prospect" in said
    with engine.begin() as connection:
        run_id = score_runs.begin(connection, dt.datetime.now(dt.UTC))
        assert run_id is not None
        score_runs.move(connection, run_id, "summing", 1_000, 2_000, 0, dt.datetime.now(dt.UTC))
    assert "summing: 1,000 of 2,000" in say("status")
    with engine.begin() as connection:
        score_runs.fail(connection, run_id, "The disk is full.")
    engine.dispose()
    assert "failed: The disk is full." in say("status")
