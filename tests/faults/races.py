"""Customers who say stop, or are forgotten, at the very moment in which a campaign reaches them.

    python -m tests.faults.races --races 10000 [--deed stop|erase] [--database URL] [--seed 7]

A campaign goes to more people than there are races, in real time and with real threads. Each race picks somebody
near whoever is sent to just now. Inside the transaction of their deed, under their lock, it is noted whether a
message to them had been claimed; if not, nothing may ever reach them.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from scheduler.broadcasting import Broadcaster
from scheduler.sender import Sender
from scheduler.sending.clock import SystemClock
from store import campaigns, consents, erasures, forgetting, schema
from store.database import Database
from store.tables import campaign_recipients, outbox
from tests.conftest import NOON, SECRET
from tests.scheduler.agency import ZONE, no_link, planned, text
from tests.scheduler.providers import Provider
from tests.store.rows import add_contact

BEHIND, AHEAD = 50, 350  # whoever is that near to the one who is reached just now may race
SPARE = 2  # people for each race
HASTE = 1.05  # so that all races are held before the end
WAY = 0.1  # seconds to the provider, so that it is no faster than the races
SIDE_BY_SIDE = 16  # races that are under way
END_SECONDS = 600.0
CLAIMED = ("sending", "sent", "unknown", "failed")

Deed = Callable[[Connection, int, dt.datetime], None]


def stop(connection: Connection, contact_id: int, now: dt.datetime) -> None:
    """Say stop."""
    words = {"purpose": "marketing", "channel": "all", "wording": "stop", "locale": "en", "evidence": "chat"}
    consents.record(connection, contact_id, granted=False, at=now, **words)


def erase(connection: Connection, contact_id: int, now: dt.datetime) -> None:
    """Be forgotten: the transaction after which nothing is claimed for them."""
    erasures.ask(connection, contact_id, now - 2 * erasures.TAKEN_BACK_WITHIN)
    assert forgetting.begin(connection, SECRET, contact_id, now)


DEEDS: dict[str, Deed] = {"stop": stop, "erase": erase}


@dataclass
class Raced:
    """What came of it: of each race whether a message had been claimed when it committed, and who heard what."""

    everybody: set[int]
    claimed: dict[int, bool] = field(default_factory=dict)
    heard: Counter[int] = field(default_factory=Counter)
    states: dict[int, str] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """The figures in one line."""
        late = sum(self.claimed.values())
        return f"{len(self.claimed)} races: {len(self.claimed) - late} before the claim, {late} after it"

    def wrongs(self) -> list[str]:
        """Every broken promise, in words."""
        wrong = [f"contact {contact} got it {times} times" for contact, times in self.heard.items() if times > 1]
        for contact in self.everybody:
            gets_it = self.claimed.get(contact, True)
            if (contact in self.heard) != gets_it:
                wrong.append(f"contact {contact} should{'' if gets_it else ' not'} have got it")
            # Who was forgotten before they came into the audience has no row.
            if self.states.get(contact, "skipped") != ("sent" if gets_it else "skipped"):
                wrong.append(f"contact {contact} is {self.states.get(contact)}")
        return wrong + [
            f"contact {contact} was forgotten, and what was to be said to them stands" for contact in self.left
        ]


class Races:
    """One campaign and its races."""

    def __init__(self, database: Database, deed: Deed, races: int, dice: random.Random) -> None:
        self._database = database
        self._deed = deed
        self._races = races
        self._dice = dice
        self._provider = Provider(way=lambda: (WAY, WAY))
        self._began = time.monotonic()
        self._clock = SystemClock(self._now)

    def _now(self) -> dt.datetime:
        return NOON + dt.timedelta(seconds=time.monotonic() - self._began)

    async def run(self) -> Raced:
        """Send the campaign with the races in it."""
        people = round(self._races * SPARE) + AHEAD
        contacts = await self._database.transact(lambda connection: _meet(connection, people))
        public_id = await self._database.transact(lambda connection: planned(connection, NOON, text(en="offer")))
        raced = Raced(set(contacts))
        key = (self._provider.name, self._provider.account)
        sender = Sender(self._database, {key: self._provider}, clock=self._clock)
        broadcaster = Broadcaster(self._database, zone=ZONE, link=no_link, put=sender.wake, clock=self._clock)
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(part.run()) for part in (sender, broadcaster)]
            async with asyncio.timeout(END_SECONDS):
                await asyncio.gather(*(self._race(raced, contacts) for _ in range(SIDE_BY_SIDE)))
                await self._until_ended(public_id)
            await broadcaster.stop()
            await sender.drain()
            await asyncio.gather(*running)
        raced.heard.update(int(heard.to) for heard in self._provider.heard)
        await self._database.read(lambda connection: _look(connection, raced))
        if self._deed is erase:
            raced.left = await self._database.read(lambda connection: _left(connection, raced))
        return raced

    async def _until_ended(self, public_id: str) -> None:
        while not await self._database.read(partial(_ended, public_id=public_id)):  # noqa: ASYNC110 - the store knows
            await asyncio.sleep(0.05)

    async def _race(self, raced: Raced, contacts: list[int]) -> None:
        """One race after the other, with whoever is near the one that is sent to just now."""
        reached = 0
        while reached < len(contacts) - BEHIND:
            reached = max((int(heard.to) for heard in self._provider.heard[-BEHIND:]), default=0)
            near = contacts[max(0, reached - BEHIND) : reached + AHEAD]
            fresh = [each for each in near if each not in raced.claimed]
            if not fresh or len(raced.claimed) >= min(self._races, HASTE * self._races * reached / len(contacts)):
                await asyncio.sleep(0.001)
                continue
            contact_id = self._dice.choice(fresh)
            raced.claimed[contact_id] = True
            work = partial(_commit, deed=self._deed, contact_id=contact_id, now=self._now())
            raced.claimed[contact_id] = await self._database.transact(work)


def _meet(connection: Connection, people: int) -> list[int]:
    contacts = []
    for number in range(1, people + 1):
        contacts.append(add_contact(connection, str(number), NOON, timezone=ZONE))
        assert contacts[-1] == number, "A chat is its contact's id here."
    return contacts


def _commit(connection: Connection, deed: Deed, contact_id: int, now: dt.datetime) -> bool:
    """Do the deed; whether a message to them was claimed before it."""
    deed(connection, contact_id, now)
    claimed = sa.exists().where(outbox.c.contact_id == contact_id, outbox.c.state.in_(CLAIMED))
    return bool(connection.scalar(sa.select(claimed)))


def _ended(connection: Connection, public_id: str) -> bool:
    found = campaigns.find(connection, public_id)
    return found is not None and found.ended_at is not None


def _look(connection: Connection, raced: Raced) -> None:
    rows = connection.execute(sa.select(campaign_recipients.c.contact_id, campaign_recipients.c.state))
    raced.states = {row.contact_id: row.state for row in rows}


def _left(connection: Connection, raced: Raced) -> list[int]:
    """Whom a message was written to, address and all, though they were forgotten before it was claimed."""
    said = connection.scalars(sa.select(outbox.c.contact_id).where(outbox.c.sender != ""))
    return sorted(contact_id for contact_id in said if raced.claimed.get(contact_id) is False)


async def race(url: str, deed: str, races: int, seed: int) -> Raced:
    """Play so many races over an empty, migrated database."""
    database = Database(url)
    try:
        return await Races(database, DEEDS[deed], races, random.Random(seed)).run()
    finally:
        database.close()


def main() -> int:
    """Play them; 0 when every promise held."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.races", description=__doc__)
    parser.add_argument("--races", type=int, default=10_000)
    parser.add_argument("--deed", choices=DEEDS, default="stop")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--database", default="", help="an empty PostgreSQL database instead of a SQLite file")
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="sapa-races-") as folder:
        url = wanted.database or f"sqlite:///{Path(folder) / 'sapa.sqlite3'}"
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            schema.upgrade(connection)
        engine.dispose()
        raced = asyncio.run(race(url, wanted.deed, wanted.races, wanted.seed))
    print(raced.summary)
    wrong = raced.wrongs()
    print(*(wrong[:20] or ["Every promise held."]), sep="\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
