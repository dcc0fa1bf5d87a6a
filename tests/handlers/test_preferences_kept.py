"""What customers prefer is kept, and holds: digits, people only, the consent that was a slip to withdraw."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import ledger
from loyalty.ledger import Earning
from store import preferences
from store.database import Database
from store.preferences import Preferences
from store.tables import consents, contacts
from tests.conftest import NOON
from tests.handlers.house import Customer, TestHouse, later
from tests.loyalty.members import make_contacts


@pytest.fixture
def house(database: Database) -> TestHouse:
    return TestHouse(database)


async def _known(house: TestHouse) -> Customer:
    customer = house.customer()
    for words in ("hello", "English", "skip", "no"):
        await customer.types(words)
    return customer


async def _prefers(house: TestHouse, **fields: object) -> None:
    def change(connection: Connection) -> None:
        contact_id = connection.scalars(sa.select(contacts.c.id)).one()
        preferences.change(connection, contact_id, NOON, **fields)

    await house.database.transact(change)


async def test_what_is_changed_is_kept_and_the_rest_stays(database: Database) -> None:
    def work(connection: Connection) -> tuple[Preferences, Preferences]:
        (contact,) = make_contacts(connection, 1)
        before = preferences.read(connection, contact)
        preferences.change(connection, contact, NOON, quiet_from=dt.time(22, 30), refused=("offer",))
        preferences.change(connection, contact, NOON, seldom=True)
        return before, preferences.read(connection, contact)

    before, after = await database.transact(work)
    assert before == Preferences()
    assert after == Preferences(quiet_from=dt.time(22, 30), refused=("offer",), seldom=True)


async def test_who_wants_people_only_is_put_into_the_queue_in_silence(house: TestHouse) -> None:
    customer = await _known(house)
    later(house, hours=25)  # no question is open any more
    await _prefers(house, people_only=True)
    assert await customer.types("where is my parcel?") == []
    assert [notice.kind for notice in house.alerts] == ["person_wanted"]
    assert [row.owner for row in await house.rows(sa.select(contacts.c.owner))] == ["queue"]


@pytest.mark.parametrize("words", ["menu", "stop", "points"])
async def test_what_is_asked_of_the_bot_is_answered_even_so(house: TestHouse, words: str) -> None:
    customer = await _known(house)
    later(house, hours=25)
    await _prefers(house, people_only=True)
    assert await customer.types(words) != []


async def test_arabic_digits_are_written_to_who_chose_them(house: TestHouse) -> None:
    customer = await _known(house)

    def choose(connection: Connection) -> None:
        contact_id = connection.scalars(sa.select(contacts.c.id)).one()
        connection.execute(contacts.update().values(language="ar", digits="arab"))
        ledger.earn(connection, [Earning("e", contact_id, 1234, NOON)])

    await house.database.transact(choose)
    (said,) = await customer.types("نقاطي")
    assert "١٬٢٣٤" in said
    assert not any(digit in said for digit in "0123456789")


async def test_an_undone_stop_brings_back_the_consent_in_its_wording_within_a_day(house: TestHouse) -> None:
    customer = await _known(house)
    await customer.types("start")
    await customer.types("yes")
    await customer.types("stop")
    await customer.presses("Undo")
    rows = await house.rows(sa.select(consents.c.granted, consents.c.wording).order_by(consents.c.id))
    assert [tuple(row) for row in rows][-3:] == [(True, "news-1"), (False, "stop"), (True, "news-1")]
    await customer.types("stop")
    later(house, hours=25)
    await customer.presses("Undo")
    standing = await house.rows(sa.select(contacts.c.marketing))
    assert [row.marketing for row in standing] == ["withdrawn"]
