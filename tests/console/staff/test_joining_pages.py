"""Duplicates are found, looked at side by side, joined, and parted again, on the pages."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import ledger
from store import audit, duplicates, people_words
from store.database import Database
from store.tables import anniversaries, contacts
from tests.conftest import NOON
from tests.console.staff.team import Team
from tests.loyalty.members import make_contacts


def twins(connection: Connection) -> list[int]:
    """Two who share a phone number, two with the same name and birthday, and one like nobody."""
    ids = make_contacts(connection, 5)
    known = (
        {"name": "Ali", "phone": "+60123456789"},
        {"name": "Ali bin Abu", "phone": "+60123456789", "number": "C-7"},
        {"name": "Nguyễn Lan"},
        {"name": "nguyen lan"},
        {"name": "Mei"},
    )
    for contact_id, values in zip(ids, known, strict=True):
        connection.execute(contacts.update().where(contacts.c.id == contact_id).values(**values))
        people_words.fold_one(connection, contact_id)
    for contact_id, year in ((ids[2], 1990), (ids[3], None), (ids[4], 1990)):
        born = {"contact_id": contact_id, "occasion": "birthday", "month_day": 229, "year": year, "given_at": NOON}
        connection.execute(anniversaries.insert().values(**born))
    ledger.earn(connection, [ledger.Earning("e", ids[1], 120, NOON - dt.timedelta(days=1))])
    return ids


async def test_who_may_be_one_person_is_found_and_who_is_known_to_be_two_is_not(database: Database) -> None:
    def work(connection: Connection) -> None:
        ids = twins(connection)
        found, further = duplicates.newest(connection, None)
        assert [(each.first, each.second, each.why) for each in found] == [
            (ids[2], ids[3], ("birthday",)),
            (ids[0], ids[1], ("phone",)),
        ]
        assert further is None
        assert [each.second for each in duplicates.of(connection, ids[0])] == [ids[1]]
        assert duplicates.of(connection, ids[4]) == []

    await database.transact(work)


async def test_two_are_looked_at_joined_and_parted(sqlite_team: Team) -> None:
    await sqlite_team.database.transact(twins)
    mei = await sqlite_team.browser("support")
    home = "/staff/customers/member-0/same"
    assert "member-0/same/member-1" in (await mei.get("/staff/customers-alike")).text
    preview = (await mei.get(f"{home}/member-1")).text
    assert all(words in preview for words in ("Ali bin Abu", "C-7", "120"))

    done = await mei.submit(f"{home}/member-1")
    assert done.headers["Location"] == f"{home}?said=joined"
    page = (await mei.get(home)).text
    assert "C-7" in page
    [joining] = [part.split('"')[0] for part in page.split(f'action="{home}/')[1:] if "/part" in part[:60]]
    parted = await mei.submit(f"{home}/{joining}")
    assert parted.headers["Location"] == f"{home}?said=parted"
    again = await mei.submit(f"{home}/{joining}")
    assert again.status_code == 409
    wanted = audit.Wanted(words="customer")
    rows = await sqlite_team.database.read(lambda connection: audit.search(connection, wanted, None, 10))
    assert [row.action for row in rows][:2] == ["customer.parted", "customer.joined"]


async def test_two_people_who_look_alike_are_noted_and_that_can_be_taken_back(sqlite_team: Team) -> None:
    await sqlite_team.database.transact(twins)
    mei = await sqlite_team.browser("support")
    home = "/staff/customers/member-0/same"
    await mei.submit(f"{home}/member-1/distinct")
    assert "member-0/same/member-1" not in (await mei.get("/staff/customers-alike")).text
    await mei.submit(f"{home}/member-1/distinct", off="yes")
    assert "member-0/same/member-1" in (await mei.get("/staff/customers-alike")).text


async def test_what_cannot_be_joined_says_why_and_changes_nothing(sqlite_team: Team) -> None:
    await sqlite_team.database.transact(twins)
    mei = await sqlite_team.browser("support")
    refused = await mei.submit("/staff/customers/member-0/same/member-0")
    assert refused.status_code == 409
    assert "That is the same customer." in refused.text
    count = sa.select(sa.func.count()).select_from(contacts).where(contacts.c.merged_into.is_not(None))
    assert await sqlite_team.database.read(lambda connection: connection.scalar(count)) == 0
