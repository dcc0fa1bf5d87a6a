"""A year of greetings in a few seconds: the real planner, due rows, turns and sender, and clocks that go wrong.

Two schedulers share the house, see the same rows, and open them in an order drawn by lot; the first one's clock is
wrong now and then, by hours, back or forth. For three days nothing runs at all. The sender's clock is right, and
what it puts on the wire is kept with the moment.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from flows.book import FLOWS
from handlers.scene import House, Notice
from handlers.turn import Turn
from loyalty import ledger, programme
from loyalty.ledger import Earning
from loyalty.programme import Gift, Occasions, Programme
from outreach.cadence import Cadence
from outreach.clock import zone_of
from scheduler.planning import plan_greetings, plan_notices
from scheduler.sending.pulse import Demand, Pulse
from scheduler.sending.receipts import Letter, Settlement, settle
from store import due
from store.database import Database
from store.tables import anniversaries, contacts, identities, occurrences, outbox
from talk.messages import Outgoing, Sent
from tests.conftest import SECRET

ZONE = "Asia/Kuala_Lumpur"
STEP = dt.timedelta(minutes=30)
LOOK = dt.timedelta(hours=3)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LONG_AGO = dt.datetime(2020, 6, 1, tzinfo=dt.UTC)
RULES = Programme(occasions=Occasions(birthday=Gift(points=50), membership=Gift(points=20)))
CHANNEL, ACCOUNT = "webchat", "web"
ZONES = sorted(available_timezones() - {"localtime"})


class Fault(NamedTuple):
    """From `begins` until `ends` a clock is off by `skew`."""

    begins: dt.datetime
    ends: dt.datetime
    skew: dt.timedelta


class Wired(NamedTuple):
    """What went out: to whom, which kind of message, and when."""

    contact_id: int
    row_id: int
    kind: str
    at: dt.datetime


@dataclass
class Person:
    """A customer, as the simulation made them; `moves` are the zones they come to live in."""

    id: int
    born: int
    zone: str
    joined: dt.datetime | None
    expiry: dt.datetime | None
    silent: str = ""  # why they are never written to unasked
    moves: list[tuple[dt.datetime, str]] = field(default_factory=list)
    stops: dt.datetime | None = None

    def zone_at(self, moment: dt.datetime) -> ZoneInfo:
        """Where they live at that moment."""
        past = [zone for since, zone in self.moves if since <= moment]
        return zone_of(past[-1] if past else self.zone, ZONE)


class Year:
    """The house, its people, and the true time."""

    def __init__(
        self, database: Database, *, people: int, begins: dt.datetime, ends: dt.datetime, outage: dt.datetime
    ) -> None:
        self.database = database
        self.random = Random(2027)
        self.begins, self.ends = begins, ends
        self.outage = (outage, outage + 3 * DAY)
        self.now = begins
        self.faults = list(self._faults())
        self.people = [self._person(number) for number in range(1, people + 1)]
        self.wire: list[Wired] = []
        self.troubles: list[Notice] = []
        house = House(FLOWS, ZoneInfo(ZONE), "MY", "en", SECRET, "http://localhost:8000")
        self._turns = [self._turn(house, clock) for clock in (self._wrong, self._right)]
        self._settlements: list[Settlement] = []

    def _right(self) -> dt.datetime:
        return self.now

    def _wrong(self) -> dt.datetime:
        return self.now + sum((each.skew for each in self.faults if each.begins <= self.now < each.ends), 0 * HOUR)

    def _turn(self, house: House, clock: Any) -> Turn:
        async def told(notice: Notice) -> None:
            self.troubles.append(notice)

        return Turn(self.database, house, now=clock, committed=lambda _turn: None, alert=told)

    def _faults(self) -> Iterator[Fault]:
        moment = self.begins + 2 * DAY
        while moment < self.ends:
            lasts = self.random.randint(1, 24) * HOUR / 2
            yield Fault(moment, moment + lasts, self.random.choice((-6, -3, -1, 1, 3)) * HOUR + 7 * STEP / 30)
            moment += lasts + self.random.randint(24, 16 * 24) * HOUR

    def _person(self, number: int) -> Person:
        dice = self.random
        born = dt.date(2000, 1, 1) + dt.timedelta(days=59 if dice.random() < 0.01 else dice.randrange(366))
        joined = LONG_AGO + dice.randrange(6 * 365 * 24) * HOUR if dice.random() < 0.5 else None
        expiry = self.begins + (8 + dice.randrange(350)) * DAY + dice.randrange(24) * HOUR
        person = Person(
            number,
            100 * born.month + born.day,
            dice.choice(ZONES) if dice.random() < 0.95 else "",
            joined,
            expiry if joined is not None and dice.random() < 0.7 else None,
            dice.choices(("", "deceased", "opted out", "no consent", "blocked"), (88, 2, 5, 3, 2))[0],
        )
        if dice.random() < 0.05:
            person.moves = [(self.begins + dice.randrange(365 * 24) * HOUR, dice.choice(ZONES))]
        if not person.silent and dice.random() < 0.02:
            person.stops = self.begins + dice.randrange(365 * 24) * HOUR
        return person

    # Before

    async def set_up(self) -> None:
        """Put everybody into the store."""
        await self.database.transact(
            lambda connection: programme.keep(connection, RULES, text="", by="tests", at=LONG_AGO)
        )
        for start in range(0, len(self.people), 1000):
            await self.database.transact(partial(_put, people=self.people[start : start + 1000]))

    # The year

    async def run(self) -> None:
        """Let it pass."""
        changes = sorted(self._changes(), key=lambda change: change[0])
        looked = self.begins - LOOK
        while self.now < self.ends:
            while changes and changes[0][0] <= self.now:
                _at, contact, values = changes.pop(0)
                change = contacts.update().where(contacts.c.id == contact).values(values)
                await self.database.transact(partial(sa.Connection.execute, statement=change))
            if not self.outage[0] <= self.now < self.outage[1]:
                if self.now - looked >= LOOK:
                    looked = self.now
                    await self._plan()
                await self._open()
                await self._send()
            self.now += STEP

    def _changes(self) -> Iterator[tuple[dt.datetime, int, dict[str, str]]]:
        for person in self.people:
            yield from ((at, person.id, {"timezone": zone}) for at, zone in person.moves)
            if person.stops is not None:
                yield person.stops, person.id, {"marketing": "withdrawn"}

    async def _plan(self) -> None:
        """Both plan at once: each reads before the other has written."""
        clocks = (self._wrong(), self._right())
        await asyncio.gather(*(plan_greetings(self.database, now, zone=ZONE) for now in clocks))
        for now in clocks:
            while await plan_notices(self.database, now, zone=ZONE):
                pass

    async def _open(self) -> None:
        seen = [
            (turn, row)
            for turn, now in zip(self._turns, (self._wrong(), self._right()), strict=True)
            for row in await self.database.read(partial(due.ready, now=now, most=1000))
        ]
        self.random.shuffle(seen)
        for start in range(0, len(seen), 32):
            await asyncio.gather(*(turn.fall_due(row) for turn, row in seen[start : start + 32]))

    async def _send(self) -> None:
        """What a sender does, whose provider takes everything at once."""
        while await self.database.transact(self._pulse):
            pass

    def _pulse(self, connection: Connection) -> bool:
        now = self.now
        pulse = Pulse(
            channel=CHANNEL,
            account=ACCOUNT,
            now=now,
            leased_until=now + HOUR,
            cadence=lambda connection: Cadence.of(connection, ZONE),
            chat_wait=lambda _chat: 0.0,
            settlements=self._settlements,
            demand=Demand(replies=500, marketing=500),
        )
        pulse.run(connection)
        self._settlements = []
        for row in (*pulse.claimed, *pulse.begun):
            self.wire.append(Wired(row.contact_id, row.id, row.kind, now))
            self._settlements.append(settle(Letter(row, Outgoing(), 0.0), Sent(f"m{row.id}"), now))
        return bool(self._settlements)

    # After

    async def occurrences(self) -> Sequence[sa.Row[Any]]:
        """Each occasion that came, with what became of it."""
        return await self.database.read(lambda connection: connection.execute(sa.select(occurrences)).all())

    async def outbox(self) -> Sequence[sa.Row[Any]]:
        """Every message."""
        return await self.database.read(lambda connection: connection.execute(sa.select(outbox)).all())

    def disturbed(self, moment: dt.datetime, lasting: dt.timedelta = 8 * HOUR) -> bool:
        """Whether a clock was wrong or nothing ran in the day and a half before, or in the hours after."""
        spans = [(each.begins, each.ends) for each in self.faults] + [self.outage]
        return any(begins <= moment + lasting and moment - 36 * HOUR < ends for begins, ends in spans)


def _put(connection: Connection, people: Sequence[Person]) -> None:
    standing = {"opted out": "withdrawn", "no consent": "unasked"}
    connection.execute(
        contacts.insert(),
        [
            {
                "id": each.id,
                "public_id": f"person-{each.id}",
                "language": "en",
                "timezone": each.zone,
                "marketing": standing.get(each.silent, "granted"),
                "deceased": each.silent == "deceased",
                "created_at": LONG_AGO,
            }
            for each in people
        ],
    )
    place = {"channel": CHANNEL, "account": ACCOUNT, "created_at": LONG_AGO}
    connection.execute(
        identities.insert(),
        [
            {"contact_id": each.id, "sender": str(each.id), "reachable": each.silent != "blocked", **place}
            for each in people
        ],
    )
    born = {"occasion": "birthday", "given_at": LONG_AGO}
    connection.execute(
        anniversaries.insert(), [{"contact_id": each.id, "month_day": each.born, **born} for each in people]
    )
    ledger.open_accounts(connection, {each.id: each.joined for each in people if each.joined is not None})
    ledger.earn(
        connection,
        [
            Earning(f"earned:{each.id}", each.id, 100, each.joined, expires_at=each.expiry)
            for each in people
            if each.joined is not None and each.expiry is not None
        ],
    )
