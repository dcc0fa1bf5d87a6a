"""Rewards are reserved with their points and one piece of the stock, then confirmed, given up, or they lapse."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy.engine import Connection

from loyalty import ledger, rewards
from loyalty.ledger import Refused
from loyalty.programme import Reward
from loyalty.rewards import Donated, Lapsed, NotForYou, OutOfStock, Reserved
from loyalty.vouchers import Voucher
from store.database import Database
from tests.conftest import NOON, SECRET
from tests.loyalty.members import ledger_in_memory
from tests.loyalty.shop import REWARDS, balance, bought, members, open_shop

LATER = NOON + dt.timedelta(minutes=16)


def offered(connection: Connection, contact: int, now: dt.datetime = NOON) -> dict[str, rewards.Reward]:
    return {each.code: each for each in rewards.available(connection, contact, now)}


def test_a_customer_sees_what_they_can_have_and_why_not_the_rest() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection, [*REWARDS, Reward("past", "Last year's", 1, ends=NOON.date() - dt.timedelta(days=1))])
        [contact] = members(connection, 150)
        found = offered(connection, contact)
        assert {code: each.why_not for code, each in found.items()} == {
            "coffee": "",
            "tumbler": "points",
            "taster": "",
            "gold": "tier",
            "trees": "",
        }
        assert (found["tumbler"].missing, found["tumbler"].affordable, found["tumbler"].stock) == (50, False, 1)
        in_malay = rewards.available(connection, contact, NOON, "ms")
        assert {each.code: (each.name, each.tier) for each in in_malay}["coffee"] == ("Secawan kopi", "")
        assert {each.code: each.tier for each in in_malay}["gold"] == "Emas"


def test_a_period_is_of_whole_days_on_the_business_clock() -> None:
    with ledger_in_memory() as connection:
        today = NOON.date()
        open_shop(connection, [Reward("cake", "Cake", 1, starts=today, ends=today)])
        [contact] = members(connection, 10)
        midnight = dt.datetime.combine(today, dt.time(), dt.UTC)
        day = dt.timedelta(days=1)
        seen = [bool(offered(connection, contact, midnight + passed)) for passed in (-day / 86400, 0 * day, day)]
        assert seen == [False, True, False]


def test_a_confirmed_reservation_is_a_voucher_however_often_it_is_confirmed() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 250)
        for _twice in range(2):
            reserved = rewards.reserve(connection, contact, "coffee", key="r", now=NOON)
            assert reserved == Reserved("r", 100, "coffee", NOON + rewards.RESERVED_FOR)
            assert balance(connection, contact) == 150
        first, again = (rewards.confirm(connection, SECRET, "r", NOON) for _twice in range(2))
        assert isinstance(first, Voucher)
        assert (first, first.points, first.name) == (again, 100, "A coffee")
        assert balance(connection, contact) == 150
        assert ledger.audit(connection) == []


def test_the_last_piece_goes_once_and_returns_when_it_is_given_up_or_lapses() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        first, second = members(connection, 300, 300)
        for ended in ("given up", "lapsed"):
            key = f"first:{ended}"
            assert isinstance(rewards.reserve(connection, first, "tumbler", key=key, now=NOON), Reserved)
            assert rewards.reserve(connection, second, "tumbler", key="second", now=NOON) == OutOfStock()
            assert offered(connection, second)["tumbler"].why_not == "stock"
            if ended == "given up":
                rewards.give_up(connection, key, NOON)
            else:
                assert ledger.release_expired(connection, LATER, 10) == 1
            assert rewards.confirm(connection, SECRET, key, LATER) == Lapsed()
            assert (balance(connection, first), offered(connection, first)["tumbler"].stock) == (300, 1)


def test_a_reservation_that_nobody_released_yet_cannot_be_confirmed_too_late() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 300)
        rewards.reserve(connection, contact, "tumbler", key="r", now=NOON)
        assert rewards.confirm(connection, SECRET, "r", LATER) == Lapsed()
        assert (balance(connection, contact), offered(connection, contact)["tumbler"].stock) == (300, 1)


def test_points_that_are_missing_leave_the_stock_alone() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 150)
        assert rewards.reserve(connection, contact, "tumbler", key="r", now=NOON) == Refused(150, 50)
        assert offered(connection, contact)["tumbler"].stock == 1


def test_what_a_member_may_not_have_is_refused_with_the_reason() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 150)
        refused = {
            code: rewards.reserve(connection, contact, code, key=code, now=NOON)
            for code in ("gold", "birthday", "nothing")
        }
        assert refused == {
            "gold": NotForYou("tier"),
            "birthday": NotForYou("unknown"),
            "nothing": NotForYou("unknown"),
        }


def test_a_free_reward_is_held_without_points_and_counted() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 0)
        rewards.reserve(connection, contact, "taster", key="lapses", now=NOON)
        assert rewards.reserve(connection, contact, "taster", key="second", now=NOON) == NotForYou("limit")
        assert ledger.release_expired(connection, LATER, 10) == 1
        assert bought(connection, contact, "taster", now=LATER).points == 0
        assert rewards.reserve(connection, contact, "taster", key="third", now=LATER) == NotForYou("limit")
        assert ledger.audit(connection) == []


def test_a_discount_card_is_had_once_at_a_time() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 600)
        assert bought(connection, contact, "gold").kind == "card"
        assert rewards.reserve(connection, contact, "gold", key="again", now=NOON) == NotForYou("limit")
        after = NOON + dt.timedelta(days=364)  # the tier is still kept then
        assert offered(connection, contact, after)["gold"].why_not == "limit"


def test_a_donation_gives_points_away_without_a_voucher() -> None:
    with ledger_in_memory() as connection:
        open_shop(connection)
        [contact] = members(connection, 80)
        rewards.reserve(connection, contact, "trees", key="r", now=NOON)
        for _twice in range(2):
            assert rewards.confirm(connection, SECRET, "r", NOON) == Donated(50, "trees")
        assert balance(connection, contact) == 30


def test_applying_again_keeps_what_is_left_unless_the_file_says_another_number() -> None:
    with ledger_in_memory() as connection:
        [contact] = members(connection, 1_000)
        for said, left in ((5, 5), (5, 4), (9, 9)):
            open_shop(connection, [Reward("mug", "A mug", 10, stock=said)])
            assert offered(connection, contact)["mug"].stock == left
            bought(connection, contact, "mug", key=f"{said}:{left}")


def test_a_reward_that_was_withdrawn_is_not_offered_and_comes_back_with_its_new_stock() -> None:
    with ledger_in_memory() as connection:
        [contact] = members(connection, 1_000)
        for stock, names in ((3, {"mug"}), (None, set()), (7, {"mug"})):
            open_shop(connection, [Reward("mug", "A mug", 10, stock=stock)] if stock else [])
            assert set(offered(connection, contact)) == names
        assert offered(connection, contact)["mug"].stock == 7


@pytest.mark.parametrize("left", [3])
async def test_no_more_are_reserved_at_once_than_are_left(database: Database, left: int) -> None:
    def begin(connection: Connection) -> list[int]:
        open_shop(connection, [Reward("mug", "A mug", 10, stock=left)])
        return members(connection, *[10] * 12)

    contacts = await database.transact(begin)

    async def one(contact: int) -> object:
        return await database.transact(
            lambda connection: rewards.reserve(connection, contact, "mug", key=f"r{contact}", now=NOON)
        )

    answers = await asyncio.gather(*(one(contact) for contact in contacts))
    assert sum(isinstance(each, Reserved) for each in answers) == left
    assert sum(each == OutOfStock() for each in answers) == 12 - left
