"""A sender at work in virtual time: its outbox, its provider, and ways to fill and read them."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from outreach.cadence import Cadence
from scheduler.sender import Sender
from store import consents, outbox
from store.outbox import MARKETING, REPLY
from store.tables import contacts
from tests.scheduler import virtual
from tests.scheduler.providers import Provider
from tests.scheduler.virtual import StillDatabase, VirtualClock
from tests.store.rows import add_contact, all_rows, message

Story: TypeAlias = Callable[["Office"], Awaitable[None]]
UNFINISHED = ("queued", "claimed", "sending")
LEASE = dt.timedelta(seconds=60)


def hours(_connection: Connection) -> Cadence:
    """The rules a business begins with."""
    return Cadence(zone="Asia/Kuala_Lumpur")


class Office:
    """One database and one provider; senders come and go."""

    def __init__(self, url: str, provider: Provider | None = None) -> None:
        self.database = StillDatabase(url)
        self.provider = provider or Provider()
        self.clock = VirtualClock()
        self.people: dict[str, int] = {}

    @property
    def now(self) -> dt.datetime:
        return self.clock.now()

    async def meet(self, *senders: str, **more: Any) -> None:
        """Make contacts who agreed to marketing."""
        at = self.now

        def work(connection: Connection) -> None:
            for sender in senders:
                self.people[sender] = add_contact(connection, sender, at, **more)

        await self.database.transact(work)

    async def say(self, sender: str, *said: str, lane: int = REPLY, **more: Any) -> None:
        """Put messages into the outbox; a reply with its place in the conversation."""
        if sender not in self.people:
            await self.meet(sender)
        contact_id, at = self.people[sender], self.now

        def work(connection: Connection) -> None:
            messages = []
            for text in said:
                seq = None
                if lane != MARKETING:
                    seq = connection.execute(
                        contacts.update()
                        .where(contacts.c.id == contact_id)
                        .values(seq=contacts.c.seq + 1)
                        .returning(contacts.c.seq)
                    ).scalar_one()
                messages.append(message(contact_id, sender, at, text, lane=lane, **({"seq": seq} | more)))
            outbox.put(connection, messages)

        await self.database.transact(work)

    async def broadcast(self, count: int, *, first: int = 0) -> None:
        """Put one marketing message each for so many contacts into the outbox: offer 0 to contact 0, and so on."""
        at = self.now

        def work(connection: Connection) -> None:
            for number in range(first, first + count):
                sender = f"{number}"
                if sender not in self.people:
                    self.people[sender] = add_contact(connection, sender, at)
                row = message(self.people[sender], sender, at, f"offer {number}", lane=MARKETING)
                outbox.put(connection, [row])

        await self.database.transact(work)

    async def opt_out(self, sender: str) -> None:
        """The contact withdraws the consent to marketing."""
        at = self.now
        await self.change(
            lambda connection: consents.record(
                connection,
                self.people[sender],
                purpose="marketing",
                channel="all",
                granted=False,
                wording="stop",
                locale="en",
                evidence="chat",
                at=at,
            )
        )

    async def change(self, work: Callable[[Connection], Any]) -> Any:
        """Change the store."""
        return await self.database.transact(work)

    async def rows(self) -> list[Any]:
        """Every row of the outbox."""
        return await self.database.read(all_rows)

    async def states(self) -> list[str]:
        """The state of every row."""
        return [row.state for row in await self.rows()]

    async def person(self, sender: str) -> Any:
        """A contact as it is stored."""
        statement = sa.select(contacts).where(contacts.c.id == self.people[sender])
        return await self.database.read(lambda connection: connection.execute(statement).one())

    def sender(self, provider: Provider | None = None, **more: Any) -> Sender:
        """A sender that is not running yet."""
        channel = provider or self.provider
        terms: dict[str, Any] = {"clock": self.clock, "cadence": hours, "lease": LEASE, **more}
        return Sender(self.database, {(channel.name, channel.account): channel}, **terms)

    @asynccontextmanager
    async def open(self, sender: Sender | None = None, **more: Any) -> AsyncIterator[Sender]:
        """A sender at work; drained in the end."""
        sender = sender or self.sender(**more)
        task = asyncio.create_task(sender.run())
        try:
            await asyncio.sleep(0)
            yield sender
        finally:
            await sender.drain()
            await task

    async def quiet(self, sender: Sender, patience: float = 20_000.0) -> None:
        """Wait until nothing in the outbox is unfinished."""
        sender.wake()
        ends = self.clock.monotonic() + patience
        wait = 0.05
        while any(state in UNFINISHED for state in await self.states()):
            assert self.clock.monotonic() < ends, [row.state for row in await self.rows()]
            await self.clock.sleep(wait)
            wait = min(600.0, 1.3 * wait)

    async def quiet_until_heard(self, count: int, sender: Sender) -> None:
        """Wait until so many messages have reached the provider and been answered and marked."""
        sender.wake()
        while len(self.provider.heard) < count:
            await self.clock.sleep(0.05)
        await self.clock.sleep(0.1)

    def close(self) -> None:
        """Close the database."""
        self.database.close()


def tell(url: str, story: Story, provider: Provider | None = None) -> None:
    """Play a story in virtual time."""

    async def played() -> None:
        office = Office(url, provider)
        try:
            await story(office)
        finally:
            office.close()

    virtual.run(played())
