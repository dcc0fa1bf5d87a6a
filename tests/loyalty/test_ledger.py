"""Points are earned, spent and expire; both databases."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import ledger
from loyalty.ledger import Account, Earning, HistoryLine, KeyReused, NotHeld, Refused, Spent
from store.database import Database
from store.tables import accounts, draws, entries, lots
from tests.conftest import NOON
from tests.loyalty import members
from tests.loyalty.members import make_contacts

DAY = dt.timedelta(days=1)
YEAR = 365 * DAY


async def member(database: Database) -> int:
    return (await database.transact(lambda connection: make_contacts(connection, 1)))[0]


async def earn(database: Database, *earnings: Earning) -> ledger.Earned:
    return await database.transact(lambda connection: ledger.earn(connection, earnings))


async def spend(
    database: Database, contact: int, points: int, key: str, at: dt.datetime = NOON
) -> Spent | NotHeld | Refused:
    return await database.transact(lambda connection: members.spend(connection, contact, points, key=key, at=at))


async def account(database: Database, contact: int, now: dt.datetime = NOON) -> Account:
    return await database.read(lambda connection: ledger.account_of(connection, contact, now))


async def test_a_contact_without_points_has_an_empty_account(database: Database) -> None:
    contact = await member(database)
    assert await account(database, contact) == Account(0, None, 0, "")
    assert await spend(database, contact, 1, "s") == Refused(available=0, missing=1)
    page = await database.read(lambda connection: ledger.history(connection, contact, 1, 5))
    assert page == ledger.HistoryPage((), 1, False)


async def test_points_earned_can_be_spent_once(database: Database) -> None:
    contact = await member(database)
    assert await earn(database, Earning("e", contact, 10, NOON)) == ledger.Earned(1, 0, 10)
    assert await spend(database, contact, 7, "s1") == Spent(points=7, balance=3)
    assert await spend(database, contact, 7, "s2") == Refused(available=3, missing=4)
    assert (await account(database, contact)).balance == 3
    assert await database.read(ledger.audit) == []


async def test_the_same_key_again_changes_nothing(database: Database) -> None:
    contact = await member(database)
    await earn(database, Earning("e", contact, 10, NOON))
    assert await earn(database, Earning("e", contact, 10, NOON)) == ledger.Earned(0, 1, 0)
    await spend(database, contact, 7, "s")
    assert await spend(database, contact, 7, "s") == Spent(points=7, balance=3)
    assert (await account(database, contact)).balance == 3


async def test_a_key_given_twice_in_one_set_counts_once(database: Database) -> None:
    contact = await member(database)
    earned = await earn(database, Earning("e", contact, 10, NOON), Earning("e", contact, 10, NOON))
    assert earned == ledger.Earned(1, 1, 10)
    assert await database.read(ledger.audit) == []


async def test_a_key_of_another_movement_is_an_error(database: Database) -> None:
    first, second = await member(database), await member(database)
    await earn(database, Earning("e1", first, 10, NOON), Earning("e2", second, 10, NOON))
    await spend(database, first, 7, "s")
    with pytest.raises(KeyReused):
        await spend(database, first, 6, "s")
    with pytest.raises(KeyReused):
        await spend(database, second, 7, "s")
    with pytest.raises(KeyReused):
        await spend(database, second, 10, "e2")


@pytest.mark.parametrize("points", [0, -1])
async def test_less_than_one_point_is_refused_as_a_mistake(database: Database, points: int) -> None:
    contact = await member(database)
    with pytest.raises(ValueError, match="at least one"):
        await earn(database, Earning("e", contact, points, NOON))
    with pytest.raises(ValueError, match="Fewer than no points"):
        await spend(database, contact, -1, "s")


async def test_the_oldest_points_are_spent_first(database: Database) -> None:
    contact = await member(database)
    newer = Earning("new", contact, 5, NOON, expires_at=NOON + YEAR)
    older = Earning("old", contact, 5, NOON - DAY, expires_at=NOON + YEAR - DAY)
    await earn(database, newer, older)
    await spend(database, contact, 6, "s")
    assert await account(database, contact) == Account(4, (NOON + YEAR).date(), 4, "")


async def test_the_next_expiry_adds_up_all_points_of_its_day_in_the_askers_zone(database: Database) -> None:
    contact = await member(database)
    evening, night = NOON.replace(hour=13), NOON.replace(hour=17)  # 17.00 UTC is 1.00 the next day in Kuala Lumpur
    await earn(
        database,
        Earning("a", contact, 1, NOON, expires_at=evening + YEAR),
        Earning("b", contact, 2, NOON, expires_at=NOON + YEAR),
        Earning("c", contact, 4, NOON, expires_at=night + YEAR),
        Earning("d", contact, 8, NOON),
    )
    day = (NOON + YEAR).date()
    assert await account(database, contact) == Account(15, day, 7, "")
    local = NOON.astimezone(dt.timezone(dt.timedelta(hours=8)))
    assert await account(database, contact, local) == Account(15, day, 3, "")


async def test_expired_points_are_gone_before_they_are_taken_out(database: Database) -> None:
    contact = await member(database)
    await earn(database, Earning("a", contact, 3, NOON, expires_at=NOON + DAY), Earning("b", contact, 4, NOON))
    assert await account(database, contact, NOON + DAY) == Account(4, None, 0, "")
    assert await spend(database, contact, 5, "s", NOON + DAY) == Refused(available=4, missing=1)
    assert await database.transact(lambda connection: ledger.expire(connection, NOON + DAY)) == 1
    assert await database.transact(lambda connection: ledger.expire(connection, NOON + DAY)) == 0
    assert await account(database, contact, NOON + DAY) == Account(4, None, 0, "")
    assert await database.read(ledger.audit) == []


async def test_expiry_goes_in_bounded_chunks_with_one_entry_a_member(database: Database) -> None:
    contact = await member(database)
    await earn(database, *(Earning(f"e{n}", contact, 1, NOON, expires_at=NOON + n * DAY) for n in range(1, 6)))
    later = NOON + 4 * DAY
    chunks = [await database.transact(lambda connection: ledger.expire(connection, later, 3)) for _ in range(3)]
    assert chunks == [3, 1, 0]
    page = await database.read(lambda connection: ledger.history(connection, contact, 1, 3))
    assert [(line.kind, line.points) for line in page.lines] == [("expire", -1), ("expire", -3), ("earn", 1)]
    assert await database.read(ledger.audit) == []


async def test_history_is_newest_first_in_pages(database: Database) -> None:
    contact = await member(database)
    await earn(database, *(Earning(f"e{n}", contact, n, NOON - n * DAY, note=f"n{n}") for n in range(1, 5)))
    await spend(database, contact, 3, "s", NOON)
    first = await database.read(lambda connection: ledger.history(connection, contact, 1, 3))
    assert first.more
    assert first.lines[:2] == (HistoryLine("spend", -3, NOON, ""), HistoryLine("earn", 1, NOON - DAY, "n1"))
    second = await database.read(lambda connection: ledger.history(connection, contact, 2, 3))
    assert [line.points for line in second.lines] == [3, 4]
    assert not second.more
    with pytest.raises(ValueError, match="count from 1"):
        await database.read(lambda connection: ledger.history(connection, contact, 0, 3))


async def test_results_go_to_json_and_back() -> None:
    results = Spent(1, 2), Refused(1, 2), Account(1, NOON.date(), 1, "Gold")
    kinds: tuple[object, ...] = Spent | Refused, Spent | Refused, Account
    for result, kind in zip(results, kinds, strict=True):
        assert msgspec.json.decode(msgspec.json.encode(result), type=kind) == result


async def test_sixteen_spenders_never_overspend(database: Database) -> None:
    contact = await member(database)
    await earn(database, *(Earning(f"e{n}", contact, 3, NOON + n * DAY) for n in range(10)))
    results = await asyncio.gather(*(spend(database, contact, 4, f"s{n}", NOON) for n in range(16)))
    assert sum(isinstance(result, Spent) for result in results) == 7
    assert (await account(database, contact)).balance == 2
    assert await database.read(ledger.audit) == []


async def test_one_redemption_tried_sixteen_times_at_once_is_one(database: Database) -> None:
    contact = await member(database)
    await earn(database, Earning("e", contact, 100, NOON))
    results = await asyncio.gather(*(spend(database, contact, 4, "s", NOON) for _ in range(16)))
    assert results == [Spent(points=4, balance=96)] * 16
    assert await database.read(ledger.audit) == []


async def test_earning_spending_and_expiring_at_once_keep_the_books(database: Database) -> None:
    contacts = await database.transact(lambda connection: make_contacts(connection, 3))
    keys = [(contact, n) for n in range(8) for contact in contacts]
    expiring = [Earning(f"x{c}{n}", c, 2, NOON - YEAR, expires_at=NOON) for c, n in keys]
    await earn(database, *expiring)
    await asyncio.gather(
        *(earn(database, *(Earning(f"e{c}:{n}", c, 5, NOON) for c in contacts)) for _, n in keys for c in contacts),
        *(spend(database, c, 3, f"s{c}:{n}", NOON) for c, n in keys),
        *(database.transact(lambda connection: ledger.expire(connection, NOON, 5)) for _ in range(12)),
    )
    assert await database.read(ledger.audit) == []
    balances = [(await account(database, contact)).balance for contact in contacts]
    spent = await database.read(spent_by(contacts))
    assert balances == [8 * 5 - points for points in spent]


def spent_by(contacts: list[int]) -> Callable[[Connection], list[int]]:
    def read(connection: Connection) -> list[int]:
        def of(contact: int) -> int:
            page = ledger.history(connection, contact, 1, 100)
            return sum(-line.points for line in page.lines if line.kind == "spend")

        return [of(contact) for contact in contacts]

    return read


@pytest.mark.parametrize(
    ("what", "tampering"),
    [
        ("balance", accounts.update().where(accounts.c.kind == "member").values(balance=4)),
        ("balance", accounts.update().where(accounts.c.id == -1).values(balance=-10)),
        ("lot's left", lots.update().values(left=9)),
        ("lot of another account", lots.update().values(earned_at=NOON - DAY)),
        ("lot of another account", lots.update().values(expires_at=NOON + DAY)),
        ("drawn", entries.update().where(entries.c.kind == "hold").values(points=8)),
        ("held", entries.update().where(entries.c.kind == "spend").values(points=8)),
        ("direction", entries.update().where(entries.c.kind == "spend").values(credit_id=-3)),
        ("draw from another account", lots.update().values(account_id=-1)),
        ("drawn", draws.delete()),
    ],
)
async def test_the_audit_notices_what_was_tampered_with(
    database: Database, what: str, tampering: sa.Executable
) -> None:
    contact = await member(database)
    await earn(database, Earning("e", contact, 10, NOON))
    await spend(database, contact, 7, "s")
    assert await database.read(ledger.audit) == []
    await database.transact(lambda connection: connection.execute(tampering))
    assert what in {found.what for found in await database.read(ledger.audit)}


async def test_the_audit_notices_an_earning_without_its_lot(database: Database) -> None:
    contact = await member(database)
    await earn(database, Earning("e", contact, 10, NOON))
    await database.transact(lambda connection: connection.execute(lots.delete()))
    assert "lot missing" in {found.what for found in await database.read(ledger.audit)}


async def test_the_database_itself_refuses_a_balance_below_zero(database: Database) -> None:
    contact = await member(database)
    await earn(database, Earning("e", contact, 10, NOON))
    overdraw = accounts.update().where(accounts.c.kind == "member").values(balance=-1)
    with pytest.raises(sa.exc.IntegrityError):
        await database.transact(lambda connection: connection.execute(overdraw))
