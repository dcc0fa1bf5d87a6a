"""`sapa staff`, the link for the first owner, and the demo's accounts."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from functools import partial

import pytest
from sqlalchemy.engine import Connection

from bot import first_staff
from console.staff.passwords import Passwords, weakness
from store import attempts, audit, invitations, second_factors, staff, staff_sessions
from store.database import Database
from talk.errors import SapaError
from tests.bot import commands

ADDED = ("add", "Mei@Shop.test", "--name", "Mei", "--role", "owner", "--language", "ms")


say = partial(commands.say, "staff")


def token(printed: str) -> str:
    found = re.fullmatch(r"http://127\.0\.0\.1:8000/staff/welcome/(\S+)\n", printed)
    assert found
    return found[1]


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def test_an_account_is_added_with_a_link_listed_closed_and_reset(url: str) -> None:
    first = token(say(*ADDED))
    assert say("list") == "mei@shop.test  Mei  owner  invited\n"
    say("disable", "mei@shop.test")
    assert say("list") == "mei@shop.test  Mei  owner  closed\n"
    second = token(say("reset", "MEI@shop.test"))

    async def look() -> None:
        database = Database(url, writes=False)
        account = await database.read(lambda c: staff.by_email(c, "mei@shop.test"))
        assert account is not None
        assert (account.language, account.active) == ("ms", True)
        assert await database.read(lambda c: invitations.find(c, first, now())) is None
        assert await database.read(lambda c: invitations.find(c, second, now())) == (account.id,)
        entries = await database.read(lambda c: audit.search(c, audit.Wanted(), None, 10))
        assert [entry.action for entry in entries] == ["staff.link_made", "staff.closed", "staff.invited"]
        assert {entry.actor for entry in entries} == {audit.COMMAND_LINE}
        database.close()

    asyncio.run(look())


def test_closing_ends_sessions_and_a_reset_ends_a_lock_out(url: str) -> None:
    say(*ADDED)

    async def lock_out_and_log_in() -> str:
        database = Database(url)
        for number in range(attempts.MOST):
            keys = attempts.keys("mei@shop.test", f"192.0.2.{number}")
            await database.transact(lambda c, keys=keys: attempts.begin(c, keys, now()))  # type: ignore[misc]
        session = await database.transact(lambda c: staff_sessions.begin(c, 1, now()))
        database.close()
        return session

    async def look(session: str) -> tuple[bool, bool]:
        database = Database(url)
        known = await database.read(lambda c: staff_sessions.find(c, session, now()))
        keys = attempts.keys("mei@shop.test", "198.51.100.1")
        locked = await database.transact(lambda c: attempts.begin(c, keys, now()))
        database.close()
        return known is not None, locked is not None

    session = asyncio.run(lock_out_and_log_in())
    assert asyncio.run(look(session)) == (True, True)
    say("disable", "mei@shop.test")
    say("reset", "mei@shop.test")
    assert asyncio.run(look(session)) == (False, False)


def test_a_reset_takes_the_code_from_an_app_away_when_it_is_told_to(url: str) -> None:
    say(*ADDED)

    async def with_second() -> bool:
        database = Database(url)

        def set_up(connection: Connection) -> bool:
            second_factors.begin(connection, 1, "sealed")
            second_factors.confirm(connection, 1, 1, now())
            return second_factors.of(connection, 1) is not None

        had = await database.transact(set_up)
        database.close()
        return had

    async def has_second() -> bool:
        database = Database(url, writes=False)
        found = await database.read(lambda c: second_factors.of(c, 1))
        database.close()
        return found is not None

    assert asyncio.run(with_second())
    say("reset", "mei@shop.test")
    assert asyncio.run(has_second())
    say("reset", "mei@shop.test", "--second-step")
    assert not asyncio.run(has_second())


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "no address", "--name", "x", "--role", "owner"), "is no e-mail address"),
        (("add", "a@shop.test", "--name", " ", "--role", "owner"), "at most 100 characters"),
        (("add", "a@shop.test", "--name", "x", "--role", "boss"), "--role takes one of owner, admin"),
        (("add", "a@shop.test", "--name", "x", "--role", "owner", "--language", "fr"), "--language takes one of"),
        (("reset", "a@shop.test"), "sapa staff list"),
        (("disable", "a@shop.test"), "sapa staff list"),
        (("list",), "There is no database"),
    ],
)
def test_what_cannot_be_done_is_said_with_what_to_do(url: str, words: tuple[str, ...], says: str) -> None:
    with pytest.raises(SapaError, match=re.escape(says)):
        say(*words)


def test_an_e_mail_address_has_one_account(url: str) -> None:
    say(*ADDED)
    with pytest.raises(SapaError, match="sapa staff reset"):
        say(*ADDED)


async def test_each_start_prints_a_new_link_until_somebody_works_here(database: Database) -> None:
    links = [await first_staff.first_owner_link(database, "https://shop.test") for _ in range(2)]
    older, newer = [str(link).removeprefix("https://shop.test/staff/welcome/") for link in links]
    assert await database.read(lambda c: invitations.find(c, older, now())) is None
    assert await database.read(lambda c: invitations.find(c, newer, now())) == (None,)
    await database.transact(lambda c: staff.add(c, "mei@shop.test", "Mei", "viewer", "en", now()))
    assert await first_staff.first_owner_link(database, "https://shop.test") is None


async def test_the_demo_has_staff_whose_password_is_another_at_each_start(database: Database) -> None:
    first, team = await first_staff.demo_staff(database)
    second, again = await first_staff.demo_staff(database)
    assert team == again
    assert [role for role, _email in team] == ["owner", "support", "cashier"]
    assert weakness(second, second, "Daun Pagi owner", "owner@daunpagi.example") is None
    owner = await database.read(lambda c: staff.by_email(c, "owner@daunpagi.example"))
    assert owner is not None
    assert await Passwords().verify(owner.password, second)
    assert not await Passwords().verify(owner.password, first)
