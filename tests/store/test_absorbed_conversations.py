"""When a chat takes a member's card over, the conversation that the team has with the member goes on there."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import desk, members
from store.database import Database
from store.members import Linked
from store.tables import contacts, conversations, owner_changes
from tests.conftest import NOON
from tests.store.rows import add_contact


def opened(connection: Connection, contact_id: int, owner: str) -> int:
    queue = desk.general_queue(connection)
    made = desk.open_new(connection, contact_id, NOON, queue_id=queue, language="en", why="asked")
    desk.set_owner(connection, contact_id, owner, None)
    return made.id


async def linked(database: Database, *, both: bool) -> list[Any]:
    def work(connection: Connection) -> list[Any]:
        member, chat = add_contact(connection, "old", NOON, number="N-1"), add_contact(connection, "new", NOON)
        opened(connection, member, "queue")
        if both:
            opened(connection, chat, "agent-1")
        assert members.link(connection, chat, member, NOON) == Linked(chat)
        columns = (conversations.c.contact_id, conversations.c.state, conversations.c.merged_into)
        rows = connection.execute(sa.select(*columns).order_by(conversations.c.id)).all()
        owners = connection.execute(sa.select(contacts.c.id, contacts.c.owner)).all()
        changes = connection.execute(sa.select(owner_changes.c.contact_id, owner_changes.c.after)).all()
        named = {member: "member", chat: "chat"}
        return [
            [(named[row.contact_id], row.state, row.merged_into is not None) for row in rows],
            {named[row.id]: row.owner for row in owners},
            [(named[row.contact_id], row.after) for row in changes],
        ]

    return await database.transact(work)


async def test_it_goes_on_in_the_chat_with_who_has_it(database: Database) -> None:
    assert await linked(database, both=False) == [
        [("chat", "queued", False)],
        {"member": "bot", "chat": "queue"},
        [("member", "bot"), ("chat", "queue")],
    ]


async def test_it_becomes_a_part_of_the_one_that_the_chat_has(database: Database) -> None:
    assert await linked(database, both=True) == [
        [("member", "closed", True), ("chat", "queued", False)],
        {"member": "bot", "chat": "agent-1"},
        [("member", "bot")],
    ]
