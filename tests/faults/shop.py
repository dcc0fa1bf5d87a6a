"""A whole shop on a real wire: Telegram played over HTTP, polling, turns, the sender, a clock that runs fast."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from channels.telegram.back_off import BackOff
from channels.telegram.fake import FakeTelegram
from channels.telegram.inbound import Source
from channels.telegram.outbound import TelegramChannel
from channels.telegram.outbound.request import SILENCE_SECONDS
from channels.telegram.polling import Poller
from flows.book import FLOWS
from handlers.scene import House, Notice
from handlers.turn import Committed, Turn
from outreach.cadence import Cadence
from scheduler.sender import Sender
from scheduler.sending.clock import Timer
from store.database import Database, StoreUnavailable
from store.inbox import Unread
from store.outbox import MARKETING, PENDING, REPLY
from store.tables import contacts, identities, outbox
from talk.engine import Book
from talk.messages import Inbound
from tests.conftest import NOON, SECRET
from tests.crash import truth
from tests.crash.crowd import Saying
from tests.crash.play import play
from tests.store.rows import add_contact, message

PATIENCE = 120.0  # real seconds for whatever a test waits for
SILENCE = 2.0  # real seconds, where somebody never answers: longer than a busy machine takes for any answer
LOOK = 0.02
QUICK = BackOff(first=0.05, longest=0.2)
CADENCE = partial(Cadence.of, zone="Asia/Kuala_Lumpur")
BOOK: Book = {**FLOWS, "welcome": play, "fallback": play}


class FastClock:
    """The sender's and the provider's time: `speed` times as fast as ours, and it can leap."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began = time.monotonic()
        self._leapt = 0.0

    def leap(self, seconds: float) -> None:
        """Let so much time have passed."""
        self._leapt += seconds

    def now(self) -> dt.datetime:
        return NOON + dt.timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        return (time.monotonic() - self._began) * self._speed + self._leapt

    def call_later(self, seconds: float, callback: Callable[[], object]) -> Timer:
        return asyncio.get_running_loop().call_later(seconds / self._speed, callback)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self._speed)


class Shop:
    """The parts of one shop; nothing runs before `open_shop` is entered."""

    def __init__(
        self, database: Database, fake: FakeTelegram, clock: FastClock, book: Book | None, patience: float
    ) -> None:
        self.database = database
        self.fake = fake
        self.clock = clock
        self.polls = True
        self.turned_away = 0
        self.alerts: list[Notice] = []
        self.sayings: list[Saying] = []
        self.channel = TelegramChannel(fake.token, self._no_picture, api=fake.url, patience=patience)
        self.sender = Sender(
            database,
            {(self.channel.name, self.channel.account): self.channel},
            clock=clock,
            cadence=CADENCE,
            # On a busy machine a fast clock's minute is over before anybody could act.
            lease=dt.timedelta(hours=1),
            patience=dt.timedelta(minutes=30),
        )
        self.turn = Turn(
            database,
            House(
                BOOK if book is None else book,
                ZoneInfo("Asia/Kuala_Lumpur"),
                "MY",
                "en",
                SECRET,
                "http://localhost:8000",
            ),
            now=clock.now,
            committed=self._committed,
            alert=self._alert,
        )
        self.poller = Poller(Source(fake.token, fake.url), self._receive, self.keep, seconds=5, back_off=QUICK)

    async def keep(self, raw: str, external_id: str, reason: Unread) -> None:
        await self.turn.keep_unread(self.channel.name, self.channel.account, external_id, raw, reason)

    async def _receive(self, inbound: Inbound) -> None:
        try:
            await self.turn.receive(inbound)
        except StoreUnavailable:
            self.turned_away += 1
            raise

    def _committed(self, committed: Committed) -> None:
        self.sender.wake()

    async def _alert(self, notice: Notice) -> None:
        self.alerts.append(notice)

    async def _no_picture(self, ref: str) -> bytes:
        raise AssertionError("Nobody sends pictures here.")

    # What customers and the business do

    def types(self, chat: int, text: str) -> None:
        """Let a customer write."""
        self.sayings.append(Saying(self.fake.updates.next_id, chat, text))
        self.fake.customer(chat).types(text)

    async def offer(self, texts: dict[int, str]) -> None:
        """Queue a marketing message for each chat, whose customer agreed to it; text by chat."""
        at = self.clock.now()
        for chat in texts:
            self.fake.customer(chat)

        def put(connection: Connection) -> None:
            for chat, text in texts.items():
                contact = self._find(connection, chat) or add_contact(
                    connection, str(chat), at, account=self.channel.account, flood=0.0
                )
                self._put(connection, contact, chat, text, MARKETING)

        await self.database.transact(put)
        self.sender.wake()

    async def reply(self, chat: int, *texts: str) -> None:
        """Queue replies to a chat, as if turns had."""
        at = self.clock.now()

        def put(connection: Connection) -> None:
            contact = self._find(connection, chat) or add_contact(
                connection, str(chat), at, account=self.channel.account
            )
            for text in texts:
                self._put(connection, contact, chat, text, REPLY)

        await self.database.transact(put)
        self.sender.wake()

    def _put(self, connection: Connection, contact: int, chat: int, text: str, lane: int) -> None:
        from store import outbox as box

        at, seq = self.clock.now(), None
        if lane != MARKETING:
            take = sa.update(contacts).where(contacts.c.id == contact).values(seq=contacts.c.seq + 1)
            seq = connection.execute(take.returning(contacts.c.seq)).scalar_one()
        account = self.channel.account
        box.put(connection, [message(contact, str(chat), at, text, lane=lane, seq=seq, account=account)])

    def _find(self, connection: Connection, chat: int) -> int | None:
        return connection.scalar(sa.select(identities.c.contact_id).where(identities.c.sender == str(chat)))

    # What came of it

    async def until(self, condition: Callable[[], Awaitable[bool]], seconds: float = PATIENCE) -> None:
        """Wait until something holds that only asking can tell."""
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110 - what is waited for happens in a database
                await asyncio.sleep(LOOK)

    async def taken(self) -> bool:
        """Whether Telegram has nothing more to tell."""
        return not self.fake.updates.pending()

    async def settled(self) -> bool:
        """Whether all that was said reached its end; what waits for another time does not wait for ours."""
        left = await self.database.read(
            lambda connection: connection.execute(
                sa.select(outbox.c.state, outbox.c.due_at).where(outbox.c.state.in_(PENDING))
            ).all()
        )
        if all(row.state == "queued" for row in left) and any(row.due_at > self.clock.now() for row in left):
            self.clock.leap(10.0)
        return not left

    async def turn_away(self, turns: int) -> None:
        """Wait until the database has refused so many more turns."""
        wanted = self.turned_away + turns

        async def refused() -> bool:
            return self.turned_away >= wanted

        await self.until(refused)

    async def finish(self) -> None:
        """Wait until everything is taken and said."""
        if self.polls:
            await self.until(self.taken)
        await self.until(self.settled)

    async def found(self) -> truth.Found:
        """Both sides, to be compared."""
        accepted = self.fake.wire.accepted
        return await self.database.read(lambda connection: truth.look(connection, self.sayings, accepted))


@asynccontextmanager
async def open_shop(
    url: str,
    *,
    speed: float = 20.0,
    book: Book | None = None,
    polling: bool = True,
    limits: bool = False,
    patience: float = SILENCE_SECONDS,
) -> AsyncIterator[Shop]:
    """A shop that is open: it polls unless told otherwise, and sends.

    `patience` is after how many real seconds of silence a request to Telegram is given up.
    """
    clock = FastClock(speed)
    database = Database(url)
    async with FakeTelegram(clock=clock.monotonic, limits=limits, strangers=True, webhook_pause=0.05) as fake:
        shop = Shop(database, fake, clock, book, patience)
        tasks = [asyncio.create_task(shop.sender.run())]
        shop.polls = polling
        if polling:
            tasks.append(asyncio.create_task(shop.poller.run()))
        try:
            yield shop
        finally:
            await shop.poller.stop(5.0)
            await shop.sender.drain(5.0)
            await asyncio.gather(*tasks)
            await shop.channel.close()
            await asyncio.to_thread(database.close)
