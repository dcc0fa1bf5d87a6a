"""Points that expire soon: who was told, who will be, and telling the others before time, once."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.engine import Connection

from loyalty import ledger
from outreach import planned, reminding
from store import expiring_members, preferences
from store.database import Database
from store.expiring_members import Counted, Place, Told
from store.occurrences import Time
from store.tables import identities
from tests.outreach.days import LONG_AGO, ZONE, Days, at
from tests.store.plans import plans_of
from tests.store.rows import add_contact

DAY = dt.timedelta(days=1)


@pytest.fixture
async def days(database: Database) -> Days:
    house = Days(database, "2027-03-03 02:00")
    await house.set_up()
    return house


async def earn(days: Days, contact: int, points: int, in_days: int) -> None:
    earning = ledger.Earning(
        f"e{contact}:{in_days}", contact, points, LONG_AGO, expires_at=days.now + in_days * DAY
    )
    await days.database.transact(lambda connection: ledger.earn(connection, [earning]))


async def remind(days: Days) -> int:
    def work(connection: Connection) -> int:
        return reminding.remind(connection, reminding.untold(connection, days.now, 100), ZONE, days.now)

    return await days.database.transact(work)


async def told(days: Days) -> dict[Told, Counted]:
    return await days.database.read(lambda c: expiring_members.count(c, reminding.asked(days.now)))


async def test_who_was_told_nothing_hears_of_it_now_and_not_again_a_week_before(days: Days) -> None:
    contact = await days.person()
    await earn(days, contact, 70, 20)
    await earn(days, contact, 30, 22)
    assert await told(days) == {"open": Counted(1, 100)}
    assert (await remind(days), await remind(days)) == (1, 0)
    assert await told(days) == {"planned": Counted(1, 100)}
    await days.pass_until("2027-03-03 03:00")
    assert await told(days) == {"told": Counted(1, 100)}
    await days.pass_until("2027-03-22 00:00")
    [row] = await days.said()
    assert row.kind == "expiry_notice"
    assert "100 of your points" in row.payload["text"]


async def test_cadence_decides_as_ever(days: Days) -> None:
    days.now = at("2027-03-03 15:00")  # eleven at night
    contact = await days.person()
    await earn(days, contact, 70, 20)
    assert await remind(days) == 1
    await days.pass_until("2027-03-04 12:00")
    assert [row.due_at for row in await days.said()] == [at("2027-03-04 00:00")]


async def test_who_is_told_anyway_and_who_cannot_be_is_left_alone(days: Days) -> None:
    soon = await days.person("soon")
    await earn(days, soon, 10, 8)
    await days.plan()
    gone, quiet, late = [await days.person(name) for name in ("gone", "quiet", "late")]
    for contact in (gone, quiet):
        await earn(days, contact, 20, 12)
    await earn(days, late, 40, 31)
    await days.execute(identities.update().where(identities.c.contact_id == gone).values(reachable=False))
    await days.database.transact(
        lambda connection: preferences.change(connection, quiet, LONG_AGO, people_only=True)
    )
    assert await told(days) == {"planned": Counted(1, 10), "out": Counted(2, 40)}
    assert await remind(days) == 0


async def test_they_are_listed_in_pages_whose_points_expire_first_in_front(days: Days) -> None:
    for number, in_days in enumerate((9, 5, 9, 20)):
        await earn(days, await days.person(str(number)), 10, in_days)

    def read(connection: Connection) -> tuple[list[int], list[int]]:
        asked = reminding.asked(days.now)
        every = expiring_members.page(connection, asked, None, 10)
        first = expiring_members.page(connection, asked, None, 2)
        after = Place(first[-1].first, first[-1].contact_id)
        rest = expiring_members.page(connection, asked, after, 10)
        return [one.contact_id for one in every], [one.contact_id for one in first + rest]

    every, paged = await days.database.read(read)
    assert len(every) == 4
    assert every == paged
    assert every[0] == 2


async def test_looking_for_them_goes_by_index(sqlite_url: str) -> None:
    def scanned(connection: Connection) -> list[str]:
        now = at("2027-03-03 02:00")

        def work() -> None:
            expiring_members.count(connection, reminding.asked(now))
            reminding.untold(connection, now, 100)
            planned.put(connection, [Time(contact, "expiry-7", "2027-03-20", now)], early=True)

        contact = add_contact(connection, "a", now)
        plans = plans_of(connection, work)
        return [step for _sql, plan in plans for step in plan if step.startswith("SCAN")]

    database = Database(sqlite_url)
    found = await database.transact(scanned)
    tables = ("lots", "accounts", "contacts", "occurrences", "identities", "preferences")
    assert not [step for step in found if step.split()[1] in tables], found
    database.close()
