"""A card is linked across chats: the code goes to the old one, the answer tells strangers nothing."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.link import FOUND, SENT
from loyalty import ledger
from loyalty.ledger import Earning
from store.database import Database
from store.tables import contacts, due, identities
from tests.conftest import NOON
from tests.handlers.house import Customer, TestHouse

CODE = re.compile("<code>([0-9]{6})</code>")


def make_member(connection: Connection, sender: str, number: str) -> None:
    """Give the contact at this chat a card with points."""
    mine = sa.select(identities.c.contact_id).where(identities.c.sender == sender)
    member = connection.scalars(mine).one()
    connection.execute(contacts.update().where(contacts.c.id == member).values(number=number))
    ledger.earn(connection, [Earning("earned", member, 120, NOON)])


async def known(house: TestHouse, sender: str, channel: str) -> Customer:
    customer = house.customer(sender, channel)
    await customer.sends(customer.event("start"))
    await house.database.transact(
        lambda connection: connection.execute(contacts.update().values(welcomed_at=NOON, language_chosen=True))
    )
    await customer.types("menu")
    return customer


async def asks(customer: Customer, number: str) -> list[str]:
    await customer.types("link my card")
    return await customer.types(number)


async def test_the_code_goes_to_the_old_chat_which_hears_of_the_link_and_can_object(database: Database) -> None:
    house = TestHouse(database)
    old, new = await known(house, "old", "telegram"), await known(house, "new", "webchat")
    await database.transact(lambda connection: make_member(connection, "old", "N-1"))
    assert (await asks(new, "n-1"))[-1] == SENT.one
    (message,) = await old.answers()
    found = CODE.search(message)
    assert found is not None
    assert FOUND.one in (await new.types(found[1]))[0]
    for due_id in [row.id for row in await house.rows(sa.select(due.c.id))]:
        await house.turn.fall_due(due_id)
    assert "linked to another chat" in (await old.answers())[0]
    assert await new.answers() == []
    await old.presses("That wasn't me")
    assert [notice.details for notice in house.alerts] == [{"reason": "card_linked_by_another"}]


@pytest.mark.parametrize("number", ["N-1", "N-2", "+60123456789", "+60129999999"])
async def test_the_answer_is_the_same_for_every_number(sqlite_url: str, number: str) -> None:
    house = TestHouse(Database(sqlite_url))
    old, new = await known(house, "old", "telegram"), await known(house, "new", "webchat")
    await house.database.transact(lambda connection: make_member(connection, "old", "N-1"))
    assert (await asks(new, number))[-1] == SENT.one
    assert bool(await old.answers()) is (number == "N-1")
    assert "You have 4 tries left" in (await new.types("000000"))[0]
    house.database.close()
