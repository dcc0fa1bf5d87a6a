"""A team in tests: members of staff, and what they do to a customer's conversation, each deed a turn of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handlers.conversation_closed import conversation_closed
from handlers.conversation_taken import conversation_taken
from handlers.given_back import How, given_back
from handlers.scene import Scene
from handlers.staff_replied import staff_replied
from service import assignment
from store import staff
from store.contacts import QUEUE
from store.database import Database
from store.staff_sessions import Staff
from store.tables import contacts, conversations, owner_changes
from tests.conftest import NOON
from tests.handlers.house import TestHouse

T = TypeVar("T")
_numbers = count(1)


async def agent(database: Database, name: str = "Mei") -> Staff:
    """Somebody who serves customers."""

    def add(connection: Connection) -> Staff:
        account = staff.add(connection, f"{name.lower()}@shop.test", name, "support", "en", NOON)
        assert account is not None
        return Staff(
            id=account.id,
            public_id=account.public_id,
            email=account.email,
            name=name,
            role="support",
            language="en",
            branch_id=None,
            csrf="",
            session="",
            seen_at=NOON,
        )

    return await database.transact(add)


class Team:
    """Members of staff and the one customer they serve."""

    def __init__(self, house: TestHouse) -> None:
        self.house = house

    async def act(self, deed: Callable[[Scene], T]) -> T:
        (row,) = await self.house.rows(sa.select(contacts.c.public_id).where(contacts.c.merged_into.is_(None)))
        done = await self.house.turn.act(row.public_id, deed)
        assert done is not None
        return done

    async def here(self, who: Staff) -> None:
        """They have a page open."""
        now = self.house.now
        await self.house.database.transact(lambda connection: assignment.seen(connection, who.id, now))

    async def take(self, who: Staff, seen: str = QUEUE) -> object:
        return await self.act(lambda scene: conversation_taken(scene, who, seen, ""))

    async def say(self, who: Staff, text: str, message: str = "", **more: str) -> object:
        name = message or f"said-{next(_numbers)}"
        return await self.act(lambda scene: staff_replied(scene, who, text, name, "", **more))

    async def back(self, who: Staff, how: How = "", step: str = "") -> object:
        return await self.act(lambda scene: given_back(scene, who, how, "", step=step))

    async def close(self, who: Staff, rate: bool = True) -> object:
        return await self.act(lambda scene: conversation_closed(scene, who, "solved", "", rate=rate))

    async def owner(self) -> tuple[str, dt.datetime | None]:
        (row,) = await self.house.rows(sa.select(contacts.c.owner, contacts.c.owner_until))
        return row.owner, row.owner_until

    async def row(self) -> Any:
        """The conversation that was opened last."""
        return (await self.house.rows(sa.select(conversations).order_by(conversations.c.id)))[-1]

    async def changes(self) -> list[tuple[str, str, str, str]]:
        """Every change of owner: from, to, by whom, why."""
        columns = (owner_changes.c[name] for name in ("before", "after", "by", "why"))
        return [tuple(row) for row in await self.house.rows(sa.select(*columns).order_by(owner_changes.c.id))]
