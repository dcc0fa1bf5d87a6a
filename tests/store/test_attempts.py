"""The lock against guessing: how long it takes, and how much longer each time."""

from __future__ import annotations

import datetime as dt

from store import attempts
from store.database import Database
from tests.conftest import NOON

KEYS = attempts.keys("mei@shop.example", "192.0.2.1")


async def guess(database: Database, now: dt.datetime, most: int = attempts.MOST) -> dt.datetime | None:
    return await database.transact(lambda c: attempts.begin(c, KEYS, now, most))


async def test_each_further_lock_of_a_day_takes_twice_as_long_up_to_eight_hours(database: Database) -> None:
    now, waits = NOON, []
    for _lock in range(5):
        for _guess in range(attempts.MOST):
            assert await guess(database, now) is None
        until = await guess(database, now)
        assert until is not None
        waits.append((until - now).total_seconds() / 60)
        now = until
    assert waits == [15, 30, 60, 120, 240]
    assert await guess(database, now + attempts.DAY) is None
    for _guess in range(attempts.MOST - 1):
        await guess(database, now + attempts.DAY)
    forgiven = await guess(database, now + attempts.DAY)
    assert forgiven == now + attempts.DAY + attempts.WINDOW


async def test_few_wrong_guesses_in_each_quarter_of_an_hour_never_lock(database: Database) -> None:
    now = NOON
    for _quarter in range(8):
        for _guess in range(attempts.MOST - 1):
            assert await guess(database, now) is None
        now += attempts.WINDOW


async def test_the_right_password_ends_the_growth(database: Database) -> None:
    for _guess in range(attempts.MOST):
        await guess(database, NOON)
    after = NOON + attempts.WINDOW
    await database.transact(lambda c: attempts.right(c, KEYS[:1], after))
    fresh = attempts.keys("mei@shop.example", "198.51.100.1")
    for _guess in range(attempts.MOST):
        assert await database.transact(lambda c: attempts.begin(c, fresh, after)) is None
    until = await database.transact(lambda c: attempts.begin(c, fresh, after))
    assert until == after + attempts.WINDOW
