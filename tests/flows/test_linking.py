"""A card is linked across chats: the code goes to the old one, the answer tells strangers nothing."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channels.email.channel import EmailChannel
from flows.link import FOUND, SENT
from handlers.scene import Notice
from handlers.turn import Turn
from loyalty import ledger
from loyalty.ledger import Earning
from scheduler.sender import Sender
from scheduler.sending.clock import SystemClock
from store.database import Database
from store.tables import contacts, due, identities
from store.ways import EMAIL
from tests.channels.smtp_server import mail_server
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


async def test_a_member_without_a_chat_gets_the_code_by_mail(database: Database) -> None:
    house = TestHouse(database)
    house.house = replace(house.house, ways=frozenset({EMAIL}))
    house.turn = Turn(database, house.house, now=lambda: house.now, committed=house.committed.append, alert=_quiet)
    new = await known(house, "new", "webchat")

    def make(connection: Connection) -> None:
        row = {"public_id": "member", "number": "N-9", "email": "ona@example.com", "language": "en"}
        connection.execute(contacts.insert().values(**row, created_at=NOON))

    await database.transact(make)
    async with mail_server() as server:
        mail = EmailChannel(server.url, "shop@example.com", "Kopi")
        sender = Sender(database, {(mail.name, mail.account): mail}, clock=ShopClock(house))
        sending = asyncio.create_task(sender.run())
        await asks(new, "N-9")
        sender.wake()
        await server.taken.wait()
        await sender.drain()
        await sending
        words = server.mails[0][1].get_payload(decode=True)
    assert isinstance(words, bytes)
    found = re.search(r"[0-9]{6}", words.decode())
    assert found is not None
    assert FOUND.one in (await new.types(found[0]))[0]


class ShopClock(SystemClock):
    """The sender's clock beside a shop whose time stands still."""

    def __init__(self, house: TestHouse) -> None:
        self._house = house

    def now(self) -> dt.datetime:
        return self._house.now


async def _quiet(_notice: Notice) -> None:
    pass
