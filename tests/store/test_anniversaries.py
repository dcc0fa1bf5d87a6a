"""Birthdays change once a year; a membership's day is kept when the account opens."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.engine import Connection

from loyalty import ledger
from store import anniversaries, contacts
from store.anniversaries import BIRTHDAY, Day, Given, TooSoon
from store.database import Database
from tests.conftest import NOON

DAYS = dt.timedelta(days=1)


def _somebody(connection: Connection) -> int:
    return contacts.make(connection, "webchat", "web", "1", name="", language="en", at=NOON).id


async def test_a_birthday_changes_once_a_year(database: Database) -> None:
    def tell(connection: Connection) -> None:
        def give(month: int, day: int, year: int | None, at: dt.datetime) -> Given | TooSoon:
            return anniversaries.give(connection, contact, BIRTHDAY, month, day, year, at)

        contact = _somebody(connection)
        assert give(2, 29, None, NOON) == Given()
        assert give(2, 29, 1988, NOON + DAYS) == Given()
        assert anniversaries.of(connection, contact) == ((BIRTHDAY, 229, 1988, NOON),)
        assert give(3, 1, 1988, NOON + 364 * DAYS) == TooSoon(NOON + 365 * DAYS)
        assert give(3, 1, None, NOON + 365 * DAYS) == Given()
        assert anniversaries.of(connection, contact) == ((BIRTHDAY, 301, None, NOON + 365 * DAYS),)
        with pytest.raises(ValueError, match="day is out of range"):
            give(2, 30, None, NOON + 800 * DAYS)

    await database.transact(tell)


async def test_a_list_gives_a_birthday_only_to_those_without_one(database: Database) -> None:
    def tell(connection: Connection) -> None:
        contact = _somebody(connection)
        assert anniversaries.having(connection, BIRTHDAY, [contact]) == set()
        anniversaries.fill(connection, BIRTHDAY, {contact: Day(229, None)}, NOON)
        anniversaries.fill(connection, BIRTHDAY, {contact: Day(301, 1990)}, NOON + DAYS)
        assert anniversaries.having(connection, BIRTHDAY, [contact]) == {contact}
        assert anniversaries.of(connection, contact) == ((BIRTHDAY, 229, None, NOON),)

    await database.transact(tell)


async def test_a_member_is_one_since_the_account_was_opened(database: Database) -> None:
    def open_twice(connection: Connection) -> tuple[anniversaries.Anniversary, ...]:
        contact = _somebody(connection)
        ledger.open_accounts(connection, {contact: NOON.astimezone(dt.timezone(14 * dt.timedelta(hours=1)))})
        ledger.open_accounts(connection, {contact: NOON + 9 * DAYS})
        return anniversaries.of(connection, contact)

    assert await database.transact(open_twice) == (("membership", 1121, 2026, NOON),)
