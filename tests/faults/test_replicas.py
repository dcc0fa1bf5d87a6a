"""Two replicas at work, of which one dies; and a clock that jumps under the sender."""

from __future__ import annotations

import asyncio
import datetime as dt
import random

import pytest
import sqlalchemy as sa

from flows.book import FLOWS
from handlers.turn import Turn
from locales import verbatim
from scheduler.tick import Tick
from store.database import Database
from store.tables import due, entries
from talk.engine import Late, Talk
from talk.prompts import FreeText
from tests.crash.play import console
from tests.handlers.house import TestHouse, later
from tests.scheduler.office import Office, tell
from tests.scheduler.providers import Provider
from tests.scheduler.test_sender_faults import Died, check_against_the_wire, die, dies_at, fill
from tests.scheduler.virtual import VirtualClock

pytestmark = pytest.mark.slow

PLACES = [("sender.claimed", 1), ("sender.sending", 4), ("sender.sent", 4), ("sender.marked", 1)]


@pytest.mark.parametrize(("name", "time"), PLACES)
def test_of_two_senders_one_dies_and_the_other_sends_all_the_rest(postgres_url: str, name: str, time: int) -> None:
    provider = Provider()

    async def story(office: Office) -> None:
        await fill(office, people=12, each=2)
        other = Office(postgres_url, provider)
        async with office.open(alone=False, width=4) as sender:
            await die(other.sender(failpoint=dies_at(name, time), alone=False, width=4))
            await office.quiet(sender)
        other.close()
        await check_against_the_wire(office, provider)

    tell(postgres_url, story, provider)


class JumpingClock(VirtualClock):
    """Its time of day is set forward and back; its seconds go on as they should."""

    ahead = dt.timedelta()

    def now(self) -> dt.datetime:
        return super().now() + self.ahead


@pytest.mark.parametrize("seed", range(3))
def test_a_clock_that_jumps_repeats_no_offer_and_loses_no_reply(database_url: str, seed: int) -> None:
    dice, provider = random.Random(seed), Provider(way=lambda: (0.05, 0.05))

    async def jumps(clock: JumpingClock) -> None:
        while True:
            await clock.sleep(dice.uniform(0.0, 0.1))
            clock.ahead = dt.timedelta(minutes=dice.uniform(-90.0, 90.0))

    async def story(office: Office) -> None:
        clock = office.clock = JumpingClock()
        await fill(office, people=12, each=3)
        async with office.open(width=4) as sender:
            jumping = asyncio.create_task(jumps(clock))
            await clock.sleep(3.0)
            jumping.cancel()
            clock.ahead = dt.timedelta(hours=2)
            await office.quiet(sender)
        copies = provider.copies()
        for row in await office.rows():
            offer = row.payload["text"].startswith("offer")
            assert row.state in (("sent", "unknown") if offer else ("sent",))
            assert copies[row.payload["text"]] == 1 if offer else copies[row.payload["text"]] >= 1

    tell(database_url, story, provider)


async def patient(talk: Talk) -> None:
    answer = await talk.ask("word", verbatim("A word?"), FreeText(), within=dt.timedelta(hours=1))
    if isinstance(answer, Late):
        talk.do("console", console)


async def test_of_two_schedulers_one_dies_in_a_turn_and_every_deadline_has_one_effect(database: Database) -> None:
    house = TestHouse(database, {**FLOWS, "welcome": patient})
    for number in range(20):
        await house.customer(str(number)).types("hello")
    later(house, hours=2)
    died = asyncio.Event()

    def die_at_once(_name: str) -> None:
        died.set()
        raise Died

    dying = Turn(
        database,
        house.house,
        now=lambda: house.now,
        committed=house.committed.append,
        alert=house.turn._alert,
        failpoint=die_at_once,
    )
    first, second = (Tick(database, turn.fall_due, {}, now=lambda: house.now) for turn in (dying, house.turn))
    last_look = asyncio.create_task(first.open_due())
    await died.wait()  # its other turns are still under way
    await second.open_due()
    with pytest.raises(Died):
        await last_look
    await second.open_due()
    assert await house.rows(sa.select(due.c.id)) == []
    assert len(await house.rows(sa.select(entries.c.id))) == 20
