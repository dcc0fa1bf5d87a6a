"""The outbox: who may claim what, when, and in which order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import outbox
from store.database import Database
from store.outbox import MARKETING, REPLY, SERVICE, Row
from store.tables import identities
from store.tables import outbox as table
from tests.conftest import NOON
from tests.store.rows import ACCOUNT, CHANNEL, add_contact, all_rows, message

SOON = NOON + dt.timedelta(seconds=1)
LEASE = NOON + dt.timedelta(seconds=60)


def claim(connection: Connection, lane: int = REPLY, limit: int = 100, now: dt.datetime = NOON) -> list[Row]:
    return outbox.claim(connection, CHANNEL, ACCOUNT, lane, limit=limit, now=now, leased_until=LEASE)[0]


def pick(connection: Connection, limit: int = 100, now: dt.datetime = NOON) -> list[Row]:
    return outbox.pick(connection, CHANNEL, ACCOUNT, limit=limit, now=now)


def texts(connection: Connection, rows: list[Row]) -> list[str]:
    found = {row.id: row.payload["text"] for row in all_rows(connection)}
    return [found[row.id] for row in rows]


def change(connection: Connection, text: str, **values: Any) -> None:
    ids = [row.id for row in all_rows(connection) if row.payload["text"] == text]
    connection.execute(table.update().where(table.c.id.in_(ids)).values(**values))


def talk_to(connection: Connection, *said: tuple[str, dict[str, Any]], sender: str = "1") -> int:
    contact_id = add_contact(connection, sender, NOON)
    outbox.put(connection, [message(contact_id, sender, NOON, text, **more) for text, more in said])
    return contact_id


async def test_a_claimed_message_has_a_lease_a_higher_fence_and_one_more_attempt(database: Database) -> None:
    def work(connection: Connection) -> tuple[Row, Any]:
        talk_to(connection, ("a", {"seq": 7}))
        return claim(connection)[0], all_rows(connection)[0]

    row, stored = await database.transact(work)
    assert (row.fence, row.attempts, row.sender, row.lane) == (1, 1, "1", REPLY)
    assert (stored.state, stored.fence, stored.attempts, stored.leased_until) == ("claimed", 1, 1, LEASE)
    assert stored.seq == 7


async def test_what_is_claimed_is_not_claimed_again(database: Database) -> None:
    def work(connection: Connection) -> tuple[int, int]:
        talk_to(connection, ("a", {}))
        return len(claim(connection)), len(claim(connection))

    assert await database.transact(work) == (1, 0)


async def test_the_longest_due_is_claimed_first_up_to_the_limit(database: Database) -> None:
    def work(connection: Connection) -> tuple[list[str], int]:
        for number in range(4):
            talk_to(connection, (f"{number}", {"due_at": NOON - dt.timedelta(seconds=number)}), sender=f"{number}")
        rows, looked_at = outbox.claim(connection, CHANNEL, ACCOUNT, REPLY, limit=2, now=NOON, leased_until=LEASE)
        return texts(connection, rows), looked_at

    claimed, looked_at = await database.transact(work)
    assert sorted(claimed) == ["2", "3"]
    assert looked_at == 2


async def test_other_accounts_lanes_and_what_is_not_due_are_left_alone(database: Database) -> None:
    def work(connection: Connection) -> list[Row]:
        talk_to(connection, ("later", {"due_at": SOON}), sender="1")
        talk_to(connection, ("other", {"account": "elsewhere"}), sender="2")
        talk_to(connection, ("service", {"lane": SERVICE}), sender="3")
        return claim(connection)

    assert await database.transact(work) == []


async def test_order_holds_per_contact_and_lane(database: Database) -> None:
    def work(connection: Connection) -> list[list[str]]:
        talk_to(connection, ("a", {}), ("b", {}), ("service", {"lane": SERVICE}))
        talk_to(connection, ("x", {}), sender="2")
        first = texts(connection, claim(connection))
        during = texts(connection, claim(connection))
        change(connection, "a", state="sent")
        return [first, during, texts(connection, claim(connection)), texts(connection, claim(connection, SERVICE))]

    assert await database.transact(work) == [["a", "x"], [], ["b"], ["service"]]


async def test_an_earlier_message_that_was_put_off_holds_the_later_ones_back(database: Database) -> None:
    def work(connection: Connection) -> list[Row]:
        talk_to(connection, ("a", {}), ("b", {}))
        change(connection, "a", fence=1, due_at=SOON)
        return claim(connection)

    assert await database.transact(work) == []


async def test_a_message_planned_for_later_holds_nothing_back(database: Database) -> None:
    def work(connection: Connection) -> list[str]:
        talk_to(connection, ("tomorrow", {"due_at": SOON}), ("now", {}))
        return texts(connection, claim(connection))

    assert await database.transact(work) == ["now"]


@pytest.mark.parametrize("lane", [REPLY, SERVICE])
async def test_marketing_waits_for_what_the_contact_is_owed(database: Database, lane: int) -> None:
    def work(connection: Connection) -> list[list[str]]:
        talk_to(connection, ("offer", {"lane": MARKETING}), ("owed", {"lane": lane}))
        before = texts(connection, pick(connection))
        claim(connection, lane)
        during = texts(connection, pick(connection))
        change(connection, "owed", state="sent")
        return [before, during, texts(connection, pick(connection))]

    assert await database.transact(work) == [[], [], ["offer"]]


async def test_a_reply_does_not_wait_for_marketing_on_its_way(database: Database) -> None:
    def work(connection: Connection) -> list[str]:
        talk_to(connection, ("offer", {"lane": MARKETING}), ("reply", {}))
        change(connection, "offer", state="sending", fence=1)
        return texts(connection, claim(connection))

    assert await database.transact(work) == ["reply"]


async def test_picked_marketing_stays_as_it_is_and_only_the_first_of_a_contact_is_picked(
    database: Database,
) -> None:
    def work(connection: Connection) -> tuple[list[str], list[Row], Any]:
        talk_to(connection, ("a", {"lane": MARKETING}), ("b", {"lane": MARKETING}))
        talk_to(connection, ("x", {"lane": MARKETING}), sender="2")
        talk_to(connection, ("later", {"lane": MARKETING, "due_at": SOON}), sender="3")
        rows = pick(connection)
        return texts(connection, rows), rows, all_rows(connection)[0]

    picked, (row, _), stored = await database.transact(work)
    assert picked == ["a", "x"]
    assert (stored.state, stored.fence, stored.attempts) == ("queued", 0, 0) == ("queued", row.fence, row.attempts)


async def test_the_longest_due_marketing_is_picked_first_up_to_the_limit(database: Database) -> None:
    def work(connection: Connection) -> list[str]:
        for number in range(4):
            at = NOON - dt.timedelta(seconds=number)
            talk_to(connection, (f"{number}", {"due_at": at, "lane": MARKETING}), sender=f"{number}")
        return texts(connection, pick(connection, limit=2))

    assert await database.transact(work) == ["3", "2"]


async def test_what_has_expired_is_skipped_on_the_spot_and_holds_nothing_back(database: Database) -> None:
    def work(connection: Connection) -> tuple[tuple[list[Row], int], list[str], Any]:
        talk_to(connection, ("old", {"expires_at": NOON}), ("new", {"expires_at": SOON}))
        first = outbox.claim(connection, CHANNEL, ACCOUNT, REPLY, limit=9, now=NOON, leased_until=LEASE)
        return first, texts(connection, claim(connection)), all_rows(connection)[0]

    first, second, old = await database.transact(work)
    assert first == ([], 1)
    assert second == ["new"]
    assert (old.state, old.reason) == ("skipped", "expired")


async def test_a_service_message_to_a_chat_that_blocked_us_is_skipped_and_a_reply_is_tried(
    database: Database,
) -> None:
    def work(connection: Connection) -> tuple[list[str], Any]:
        talk_to(connection, ("service", {"lane": SERVICE}), ("reply", {}))
        connection.execute(identities.update().values(reachable=False))
        claim(connection, SERVICE)
        return texts(connection, claim(connection)), all_rows(connection)[0]

    replies, service = await database.transact(work)
    assert replies == ["reply"]
    assert (service.state, service.reason) == ("skipped", "blocked")


async def test_two_senders_claim_different_messages_at_once(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        for number in range(4):
            talk_to(connection, (f"{number}", {}), sender=f"{number}")
    with engine.connect() as one, engine.connect() as other:
        mine, theirs = claim(one, limit=2), claim(other, limit=9)
        one.commit()
        other.commit()
    engine.dispose()
    assert len(mine) == len(theirs) == 2
    assert not {row.id for row in mine} & {row.id for row in theirs}


async def test_two_senders_pick_different_marketing_at_once(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url)
    with engine.begin() as connection:
        for number in range(4):
            talk_to(connection, (f"{number}", {"lane": MARKETING}), sender=f"{number}")
    with engine.connect() as one, engine.connect() as other:
        mine, theirs = pick(one, limit=2), pick(other, limit=9)
        one.commit()
        again = pick(other, limit=9)
        other.commit()
    engine.dispose()
    assert [[row.sender for row in rows] for rows in (mine, theirs)] == [["0", "1"], ["2", "3"]]
    assert len(again) == 4


async def test_a_lease_that_ran_out_is_taken_back(database: Database) -> None:
    def work(connection: Connection) -> tuple[list[tuple[str, int]], list[str]]:
        said = {"a": "claimed", "b": "sending", "c": "claimed", "d": "claimed"}
        for sender, (text, state) in enumerate(said.items()):
            talk_to(connection, (text, {"lane": MARKETING}), sender=f"{sender}")
            change(connection, text, state=state, attempts=1, leased_until=NOON)
        change(connection, "c", leased_until=SOON)
        change(connection, "d", attempts=20, deaths=19)
        swept = outbox.sweep(connection, CHANNEL, ACCOUNT, now=NOON, after_many=SOON)
        return sorted((row.state, row.lane) for row in swept), [row.state for row in all_rows(connection)]

    swept, states = await database.transact(work)
    assert swept == [("failed", MARKETING), ("queued", MARKETING), ("unknown", MARKETING)]
    assert states == ["queued", "unknown", "claimed", "failed"]


async def test_a_message_that_lost_many_senders_waits(database: Database) -> None:
    def work(connection: Connection) -> list[tuple[str, int, dt.datetime]]:
        for sender, deaths in (("a", 6), ("b", 7)):
            talk_to(connection, (sender, {}), sender=sender)
            change(connection, sender, state="claimed", attempts=8, deaths=deaths, leased_until=NOON)
        outbox.sweep(connection, CHANNEL, ACCOUNT, now=NOON, after_many=LEASE)
        return [(row.state, row.deaths, row.due_at) for row in all_rows(connection)]

    assert await database.transact(work) == [("queued", 7, NOON), ("queued", 8, LEASE)]


async def test_the_depth_counts_what_is_unfinished(database: Database) -> None:
    def work(connection: Connection) -> dict[tuple[str, str, int], int]:
        talk_to(connection, ("a", {}), ("b", {}), ("c", {"lane": MARKETING}), ("d", {}))
        claim(connection)
        change(connection, "d", state="sent")
        return outbox.depth(connection)

    assert await database.transact(work) == {(CHANNEL, ACCOUNT, REPLY): 2, (CHANNEL, ACCOUNT, MARKETING): 1}
