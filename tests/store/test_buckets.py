"""The account's line of time: every slot is leased once."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import buckets
from store.database import Database
from tests.conftest import NOON

SLOT = dt.timedelta(milliseconds=10)
SECOND = dt.timedelta(seconds=1)


def lease(connection: Connection, slots: int = 5, now: dt.datetime = NOON, account: str = "shop") -> dt.datetime:
    return buckets.lease(connection, "telegram", account, slots=slots, length=SLOT, now=now)


async def test_stretches_follow_one_another(database: Database) -> None:
    found = await database.transact(lambda connection: [lease(connection, slots) for slots in (5, 1, 2)])
    assert found == [NOON, NOON + 5 * SLOT, NOON + 6 * SLOT]


async def test_time_that_nobody_took_is_gone(database: Database) -> None:
    found = await database.transact(lambda connection: [lease(connection), lease(connection, now=NOON + SECOND)])
    assert found == [NOON, NOON + SECOND]


async def test_accounts_have_lines_of_their_own(database: Database) -> None:
    found = await database.transact(lambda connection: [lease(connection), lease(connection, account="branch")])
    assert found == [NOON, NOON]


async def test_a_line_taken_by_a_clock_that_ran_ahead_is_taken_anew(database: Database) -> None:
    tomorrow = NOON + dt.timedelta(days=1)
    found = await database.transact(lambda connection: [lease(connection, now=tomorrow), lease(connection)])
    assert found == [tomorrow, NOON]


async def test_the_providers_longer_word_stays(database: Database) -> None:
    def work(connection: Connection) -> list[dt.datetime | None]:
        seen = [buckets.blocked_until(connection, "telegram", "shop")]
        for seconds in (2, 3, 1):
            buckets.block(connection, "telegram", "shop", NOON + seconds * SECOND)
            seen.append(buckets.blocked_until(connection, "telegram", "shop"))
        return seen

    found = await database.transact(work)
    assert found == [None, NOON + 2 * SECOND, NOON + 3 * SECOND, NOON + 3 * SECOND]


def test_many_senders_at_once_lease_no_slot_twice(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)

    def sender(_number: int) -> list[dt.datetime]:
        taken = []
        for _ in range(10):
            with engine.begin() as connection:
                taken.append(lease(connection, slots=3))
        return taken

    with ThreadPoolExecutor(4) as threads:
        taken = [start for starts in threads.map(sender, range(4)) for start in starts]
    engine.dispose()
    assert sorted(taken) == [NOON + 3 * number * SLOT for number in range(40)]
