"""One-time codes: six digits, ten minutes, five tries, three an hour, six a day."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import codes
from store.codes import Proven, Void, Wrong
from store.database import Database
from store.tables import codes as codes_table
from tests.conftest import NOON, SECRET
from tests.loyalty.members import make_contacts

MINUTE = dt.timedelta(minutes=1)


def issue(
    connection: Connection, asker: int, member: int | None, at: dt.datetime = NOON, way: str = "telegram"
) -> str:
    code = codes.issue(connection, SECRET, asker, member, way, at)
    assert code is not None
    return code


def other(code: str) -> str:
    return f"{(int(code) + 1) % 10**codes.DIGITS:06d}"


async def test_a_code_proves_the_card_once_within_ten_minutes(database: Database) -> None:
    def work(connection: Connection) -> list[object]:
        asker, member, stranger = make_contacts(connection, 3)
        code = issue(connection, asker, member)
        by_another = codes.check(connection, SECRET, stranger, code, NOON)
        answers = [codes.check(connection, SECRET, asker, code, NOON + 9 * MINUTE) for _ in range(2)]
        late = issue(connection, asker, member)
        kept = connection.scalars(sa.select(codes_table.c.digest)).all()
        assert not any(code in digest or late in digest for digest in kept)
        assert answers[0] == Proven(member)
        return [by_another, answers[1], codes.check(connection, SECRET, asker, late, NOON + 10 * MINUTE)]

    assert await database.transact(work) == [Void(), Void(), Void()]


async def test_the_fifth_wrong_try_is_the_last(database: Database) -> None:
    def work(connection: Connection) -> tuple[list[object], object]:
        asker, member = make_contacts(connection, 2)
        code = issue(connection, asker, member)
        wrong = [codes.check(connection, SECRET, asker, other(code), NOON) for _ in range(codes.TRIES)]
        return list(wrong), codes.check(connection, SECRET, asker, code, NOON)

    assert await database.transact(work) == ([Wrong(4), Wrong(3), Wrong(2), Wrong(1), Void()], Void())


async def test_a_fresh_code_voids_the_old_one_and_the_fourth_in_an_hour_is_refused(database: Database) -> None:
    def work(connection: Connection) -> tuple[object, ...]:
        asker, member = make_contacts(connection, 2)
        first = issue(connection, asker, member)
        second = issue(connection, asker, member, NOON + MINUTE)
        old = codes.check(connection, SECRET, asker, first, NOON + MINUTE) if first != second else Wrong(4)
        issue(connection, asker, None, NOON + MINUTE)
        fourth = codes.issue(connection, SECRET, asker, member, "email", NOON + 2 * MINUTE)
        after_an_hour = codes.issue(connection, SECRET, asker, member, "email", NOON + 61 * MINUTE)
        return old, fourth, after_an_hour is not None

    assert await database.transact(work) == (Wrong(4), None, True)


async def test_a_card_gets_three_codes_an_hour_whoever_asks(database: Database) -> None:
    def work(connection: Connection) -> list[bool]:
        member, *askers = make_contacts(connection, 4)
        allowed = []
        for asker in askers:
            allowed.append(codes.may_have_another(connection, member, NOON))
            issue(connection, asker, member)
        return [*allowed, codes.may_have_another(connection, member, NOON)]

    assert await database.transact(work) == [True, True, True, False]


async def test_askers_at_once_do_not_get_more_for_a_card_than_one_after_the_other(database: Database) -> None:
    member, *askers = await database.transact(lambda connection: make_contacts(connection, 9))

    def asking(asker: int) -> Callable[[Connection], bool]:
        def work(connection: Connection) -> bool:
            allowed = codes.may_have_another(connection, member, NOON)
            issue(connection, asker, member if allowed else None)
            return allowed

        return work

    allowed = await asyncio.gather(*(database.transact(asking(asker)) for asker in askers))
    assert allowed.count(True) == 3


async def test_the_seventh_in_a_day_is_refused_to_who_asks_and_for_the_card(database: Database) -> None:
    def work(connection: Connection) -> list[object]:
        asker, member, another = make_contacts(connection, 3)
        hours = [dt.timedelta(hours=hour) for hour in range(7)]
        for hour in hours[:6]:
            issue(connection, asker, member, NOON + hour)
        seventh = codes.issue(connection, SECRET, asker, None, "email", NOON + hours[6])
        for_the_card = codes.may_have_another(connection, member, NOON + hours[6])
        next_day = NOON + dt.timedelta(days=1)
        again = codes.issue(connection, SECRET, asker, None, "email", next_day) is not None
        return [seventh, for_the_card, again, codes.may_have_another(connection, another, NOON)]

    assert await database.transact(work) == [None, False, True, True]


async def test_a_code_for_nobody_is_as_wrong_as_any_other(database: Database) -> None:
    def work(connection: Connection) -> object:
        (asker,) = make_contacts(connection, 1)
        return codes.check(connection, SECRET, asker, issue(connection, asker, None), NOON)

    assert await database.transact(work) == Wrong(4)


async def test_the_till_finds_who_shows_a_code_once(database: Database) -> None:
    def work(connection: Connection) -> tuple[object, ...]:
        (asker,) = make_contacts(connection, 1)
        sent = issue(connection, asker, None)
        shown = issue(connection, asker, None, NOON, codes.TILL)
        take = [codes.take_at_till(connection, SECRET, code, NOON + MINUTE) for code in (sent, shown, shown)]
        return take[0] if sent != shown else None, take[1] == asker, take[2]

    assert await database.transact(work) == (None, True, None)
