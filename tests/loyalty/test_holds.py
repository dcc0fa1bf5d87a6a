"""Points are held, then spent, donated or given back, once each; both databases."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import ledger
from loyalty.freezing import Frozen
from loyalty.ledger import Earning, Held, KeyReused, NotHeld, Refused, Returned, Spent
from store.database import Database
from store.tables import accounts, holds, rewards
from tests.loyalty.members import make_contacts, moment
from tests.loyalty.threads import THREADS, at_once, transactions


def member(connection: Connection, *points: int, lasts: int | None = None) -> int:
    [contact] = make_contacts(connection, 1)
    ledger.earn(
        connection,
        [
            Earning(f"e{contact}:{place}", contact, each, moment(place), expires_at=moment(lasts))
            for place, each in enumerate(points)
        ],
    )
    return contact


def hold(connection: Connection, contact: int, points: int, key: str = "h", until: int = 1) -> Held | Refused:
    held = ledger.hold(connection, contact, points, key=key, at=moment(0), until=moment(until))
    assert not isinstance(held, Frozen)
    return held


def pockets(connection: Connection) -> tuple[int, int]:
    assert ledger.audit(connection) == []
    row = connection.execute(sa.select(accounts.c.balance, accounts.c.held).where(accounts.c.id > 0)).one()
    return row.balance, row.held


async def test_held_points_are_spent_once(database: Database) -> None:
    contact = await database.transact(lambda connection: member(connection, 10))
    for _ in range(2):
        assert await database.transact(lambda connection: hold(connection, contact, 7)) == Held("h", 7, moment(1))
    assert await database.read(pockets) == (3, 7)
    for _ in range(2):
        assert await database.transact(lambda connection: ledger.post(connection, "h", moment(0))) == Spent(7, 3)
    assert await database.transact(lambda connection: ledger.void(connection, "h", moment(0))) == NotHeld("posted")
    assert await database.read(pockets) == (3, 0)


async def test_held_points_cannot_be_spent_by_anybody_else(database: Database) -> None:
    contact = await database.transact(lambda connection: member(connection, 10))
    await database.transact(lambda connection: hold(connection, contact, 7))
    assert await database.transact(lambda connection: hold(connection, contact, 4, "other")) == Refused(3, 1)


async def test_voided_points_go_back_into_the_lots_they_came_from(database: Database) -> None:
    def story(connection: Connection) -> None:
        contact = member(connection, 5, 5)
        hold(connection, contact, 7)
        for _ in range(2):
            assert ledger.void(connection, "h", moment(0)) == Returned(7)
        assert ledger.post(connection, "h", moment(0)) == NotHeld("voided")
        hold(connection, contact, 5, "again")
        assert pockets(connection) == (5, 5)
        assert connection.scalars(sa.text('SELECT "left" FROM lots ORDER BY id')).all() == [0, 5]

    await database.transact(story)


async def test_a_hold_past_its_time_is_void(database: Database) -> None:
    def story(connection: Connection) -> None:
        contact = member(connection, 10)
        for key, until in (("a", 1), ("b", 1), ("c", 2)):
            hold(connection, contact, 3, key, until)
        assert ledger.post(connection, "a", moment(1)) == NotHeld("lapsed")
        assert [ledger.release_expired(connection, moment(1), 1) for _ in range(3)] == [1, 1, 0]
        assert ledger.release_expired(connection, moment(2)) == 1
        assert pockets(connection) == (10, 0)

    await database.transact(story)


async def test_a_lapsed_reservation_gives_its_piece_back_to_the_stock(database: Database) -> None:
    def story(connection: Connection) -> int | None:
        contact = member(connection, 10)
        reward = connection.execute(
            rewards.insert().values(code="cup", name="A cup", points=2, stock=3).returning(rewards.c.id)
        ).scalar_one()
        for key in ("a", "b"):
            ledger.hold(connection, contact, 2, key=key, at=moment(0), until=moment(1), reward_id=reward)
        ledger.release_expired(connection, moment(1))
        return connection.scalar(sa.select(rewards.c.stock))

    assert await database.transact(story) == 5


async def test_a_reward_that_is_free_is_held_and_released_without_an_entry(database: Database) -> None:
    def story(connection: Connection) -> None:
        contact = member(connection, 10)
        for key in ("a", "b"):
            assert hold(connection, contact, 0, key) == Held(key, 0, moment(1))
        assert ledger.post(connection, "a", moment(0)) == Spent(0, 10)
        assert ledger.release_expired(connection, moment(1)) == 1
        assert ledger.post(connection, "b", moment(0)) == NotHeld("voided")
        assert len(ledger.history(connection, contact, 1, 9).lines) == 1

    await database.transact(story)


async def test_donated_points_do_not_come_back(database: Database) -> None:
    def story(connection: Connection) -> None:
        hold(connection, member(connection, 10), 10)
        assert ledger.post(connection, "h", moment(0), as_="donate") == Spent(10, 0)
        with pytest.raises(KeyReused):
            ledger.post(connection, "h", moment(0))
        assert ledger.restore(connection, "h", key="r", at=moment(0)) == NotHeld("donated")
        assert pockets(connection) == (0, 0)

    await database.transact(story)


async def test_what_a_cancelled_voucher_cost_comes_back_once_and_expires_when_it_would_have(
    database: Database,
) -> None:
    def story(connection: Connection) -> None:
        contact = member(connection, 10, lasts=5)
        hold(connection, contact, 10)
        assert ledger.restore(connection, "h", key="r", at=moment(0)) == NotHeld("held")
        ledger.post(connection, "h", moment(0))
        for _ in range(2):
            assert ledger.restore(connection, "h", key="r", at=moment(1)) == Returned(10)
        with pytest.raises(KeyReused):
            ledger.restore(connection, "h", key="another", at=moment(1))
        assert ledger.account_of(connection, contact, moment(1)).next_expiry == moment(5).date()
        assert ledger.expire(connection, moment(5)) == 1
        assert pockets(connection) == (0, 0)

    await database.transact(story)


async def test_a_lot_that_was_refilled_expires_again(database: Database) -> None:
    def story(connection: Connection) -> None:
        contact = member(connection, 10, lasts=1)
        hold(connection, contact, 4, until=9)
        assert ledger.expire(connection, moment(1)) == 1
        ledger.void(connection, "h", moment(1))
        assert ledger.expire(connection, moment(1)) == 1
        lines = ledger.history(connection, contact, 1, 9).lines
        assert [line.points for line in lines] == [-4, -6, 10]

    await database.transact(story)


async def test_a_key_of_another_movement_is_an_error(database: Database) -> None:
    def story(connection: Connection) -> None:
        first, second = member(connection, 10), member(connection, 10)
        hold(connection, first, 5)
        for contact, points, key in ((first, 4, "h"), (second, 5, "h"), (first, 10, f"e{first}:0")):
            with pytest.raises(KeyReused):
                hold(connection, contact, points, key)
        with pytest.raises(KeyReused):
            ledger.gift(connection, first, 5, key="h", at=moment(0))

    await database.transact(story)


async def test_what_was_never_held_is_unknown(database: Database) -> None:
    def story(connection: Connection) -> None:
        assert ledger.post(connection, "h", moment(0)) == NotHeld("unknown")
        assert ledger.void(connection, "h", moment(0)) == NotHeld("unknown")
        assert ledger.restore(connection, "h", key="r", at=moment(0)) == NotHeld("unknown")

    await database.transact(story)


async def test_history_leaves_out_what_moves_between_a_members_own_pockets(database: Database) -> None:
    def story(connection: Connection) -> None:
        contact = member(connection, 10)
        ledger.earn(connection, [Earning("w", contact, 5, moment(0), matures_at=moment(1))])
        hold(connection, contact, 7)
        ledger.mature(connection, moment(1))
        lines = ledger.history(connection, contact, 1, 9).lines
        assert [(line.kind, line.points) for line in lines] == [("pend", 5), ("earn", 10)]

    await database.transact(story)


async def test_of_64_threads_at_one_balance_exactly_those_win_whom_it_pays_for(database: Database) -> None:
    contact = await database.transact(lambda connection: member(connection, *[3] * 10))

    def redeem(connection: Connection, number: int) -> str:
        if isinstance(hold(connection, contact, 4, f"h{number}"), Refused):
            return "refused"
        if number % 3 == 0:
            return type(ledger.void(connection, f"h{number}", moment(0))).__name__
        return type(ledger.post(connection, f"h{number}", moment(0))).__name__

    def compete() -> Counter[str]:
        with transactions(database) as transact:
            return Counter(at_once(lambda number: transact(lambda connection: redeem(connection, number))))

    won = await asyncio.to_thread(compete)
    assert won["Spent"] == 7
    assert sum(won.values()) == THREADS
    assert await database.read(pockets) == (2, 0)


async def test_of_64_threads_with_one_hold_one_spends_or_voids_it(database: Database) -> None:
    contact = await database.transact(lambda connection: member(connection, 10))
    await database.transact(lambda connection: hold(connection, contact, 10))

    def end(connection: Connection, number: int) -> object:
        act = ledger.post if number % 2 else ledger.void
        return act(connection, "h", moment(0))

    def compete() -> set[object]:
        with transactions(database) as transact:
            return set(at_once(lambda number: transact(lambda connection: end(connection, number))))

    assert await asyncio.to_thread(compete) in (
        {Spent(10, 0), NotHeld("posted")},
        {Returned(10), NotHeld("voided")},
    )
    state = await database.read(lambda connection: connection.scalar(sa.select(holds.c.state)))
    assert await database.read(pockets) == ((0, 0) if state == "posted" else (10, 0))
