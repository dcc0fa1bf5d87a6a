"""A team at work: customers who write, people who are there or not, a clock that tests move, the desk's jobs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from handlers.conversation_closed import conversation_closed
from handlers.conversation_taken import conversation_taken
from handlers.scene import Scene
from handlers.staff_replied import staff_replied
from loyalty.programme import Hours
from scheduler import desk
from service import assignment, rules
from service.rules import Desk
from store import due, queues, staff
from store.database import Database
from store.queues import Queue
from store.staff import Role
from store.staff_sessions import Staff
from store.tables import contacts, conversations, owner_changes, staff_queues
from store.tables import staff as staff_table
from tests.handlers.house import Customer, TestHouse

T = TypeVar("T")
MORNING, AFTERNOON = (dt.time(9), dt.time(12)), (dt.time(13), dt.time(18))
# Monday to Friday; the Monday after the tests' Saturday is a holiday.
OFFICE = Hours(week=((MORNING, AFTERNOON),) * 5 + ((),) * 2, days={"2026-11-23": ()})
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


class Crew:
    """One house with a team; `at` sets its clock, on the business's own."""

    def __init__(self, database: Database) -> None:
        self.house = TestHouse(database)
        self.people: dict[str, Staff] = {}
        self._messages = 0

    def at(self, moment: str) -> None:
        self.house.now = dt.datetime.fromisoformat(moment).replace(tzinfo=self.house.house.zone)

    def on_the_clock(self, moment: dt.datetime | None) -> str:
        return moment.astimezone(self.house.house.zone).strftime("%d %H:%M") if moment else ""

    async def write(self, work: Callable[[Connection], T]) -> T:
        return await self.house.database.transact(work)

    async def rules(self, **values: Any) -> None:
        await self.write(lambda connection: rules.save(connection, Desk(**values), self.house.now))

    async def queue(self, topic: str = "general", **values: Any) -> Queue:
        """The general queue as it is to be, or a new one."""

        def work(connection: Connection) -> Queue:
            found = next((each for each in queues.every(connection) if each.topic == topic == "general"), None)
            wanted = found or Queue(topic=topic, names={"en": topic})
            return queues.save(connection, msgspec.structs.replace(wanted, **values))

        return await self.write(work)

    async def hires(
        self, name: str, role: Role = "support", *, serves: Queue | None = None, **values: Any
    ) -> Staff:
        """Somebody who works here from now on, and is there."""

        def work(connection: Connection) -> Staff:
            mail, now = f"{name.lower()}@shop.example", self.house.now
            made = staff.add(connection, mail, name, role, "en", now)
            assert made is not None
            staff.change(connection, made.id, present_at=now, **values)
            if serves is not None:
                connection.execute(staff_queues.insert().values(staff_id=made.id, queue_id=serves.id))
            known = {
                field: getattr(made, field) for field in ("id", "public_id", "email", "name", "role", "language")
            }
            return Staff(**known, branch_id=None, csrf="", session="", seen_at=now)

        self.people[name] = await self.write(work)
        return self.people[name]

    async def here(self, *names: str) -> None:
        for name in names:
            await self.write(lambda connection, name=name: self._seen(connection, name))  # type: ignore[misc]

    def _seen(self, connection: Connection, name: str) -> bool:
        return assignment.seen(connection, self.people[name].id, self.house.now)

    async def away(self, name: str, away: bool = True) -> None:
        them = self.people[name].id
        await self.write(lambda connection: assignment.set_away(connection, them, away, self.house.now))

    async def change(self, name: str, **values: Any) -> None:
        await self.write(lambda connection: staff.change(connection, self.people[name].id, **values))

    async def customer(
        self, sender: str, language: str = "en", *, channel: str = "webchat", **values: Any
    ) -> Customer:
        """Somebody the bot knows, at the menu's door."""
        customer = self.house.customer(sender, channel)
        await customer.sends(customer.event("blocked"))
        known = {"language": language, "language_chosen": True, "welcomed_at": self.house.now, **values}
        await self.write(
            lambda connection: connection.execute(
                contacts.update().where(contacts.c.id == self._id(connection, customer)).values(known)
            )
        )
        await customer.sends(customer.event("unblocked"))
        return customer

    def _id(self, connection: Connection, customer: Customer) -> int:
        found = sa.text("SELECT contact_id FROM identities WHERE sender = :sender")
        return int(connection.execute(found, {"sender": customer.sender}).scalar_one())

    async def asks(self, customer: Customer) -> str:
        """The customer asks for a person; what they are told first."""
        told = await customer.types(
            {"en": "person", "ms": "petugas", "ar": "موظف"}[await self.of(customer, "language")]
        )
        return told[0] if told else ""

    async def of(self, customer: Customer, name: str) -> Any:
        """A column of the customer's."""
        return await self.house.database.read(
            lambda connection: connection.execute(
                sa.select(contacts.c[name]).where(contacts.c.id == self._id(connection, customer))
            ).scalar_one()
        )

    async def talk(self, customer: Customer) -> Any:
        """The row of the customer's last conversation with the team, with its holder's name."""

        def read(connection: Connection) -> Any:
            mine = conversations.c.contact_id == self._id(connection, customer)
            holder = staff_table.c.public_id == contacts.c.owner
            return connection.execute(
                sa.select(conversations, staff_table.c.name.label("holder"))
                .select_from(
                    conversations.join(contacts, contacts.c.id == conversations.c.contact_id).outerjoin(
                        staff_table, holder
                    )
                )
                .where(mine)
                .order_by(conversations.c.id.desc())
                .limit(1)
            ).one()

        return await self.house.database.read(read)

    async def owners(self, customer: Customer) -> list[str]:
        """Why the conversation changed its owner, each time."""
        return await self.house.database.read(
            lambda connection: list(
                connection.scalars(
                    sa.select(owner_changes.c.why)
                    .where(owner_changes.c.contact_id == self._id(connection, customer))
                    .order_by(owner_changes.c.id)
                )
            )
        )

    async def act(self, customer: Customer, deed: Callable[[Scene], T]) -> T:
        done = await self.house.turn.act(await self.of(customer, "public_id"), deed)
        assert done is not None
        return done

    async def takes(self, name: str, customer: Customer) -> None:
        await self.act(
            customer, lambda scene: conversation_taken(scene, self.people[name], scene.contact.owner, "")
        )

    async def replies(self, name: str, customer: Customer, text: str = "Let me see.") -> None:
        self._messages += 1
        message = f"m{self._messages}"
        await self.act(customer, lambda scene: staff_replied(scene, self.people[name], text, message, ""))

    async def closes(self, customer: Customer) -> None:
        holder = self.people[(await self.talk(customer)).holder]
        await self.act(customer, lambda scene: conversation_closed(scene, holder, "solved", "", rate=False))

    async def look(self) -> None:
        """Let the desk's jobs run once, each to its end, and open what is due."""
        for job in desk.jobs(self.house.turn.act).values():
            while await job.chunk(self.house.database, self.house.now):
                pass
        now = self.house.now
        for due_id in await self.house.database.read(lambda connection: due.ready(connection, now, 100)):
            await self.house.turn.fall_due(due_id)

    def alerts(self, kind: str) -> int:
        return sum(notice.kind == kind for notice in self.house.alerts)
