"""The demo's clock goes forward only and is kept; what is due in a sweep happens at its own moment."""

from __future__ import annotations

import asyncio
import datetime as dt
from zoneinfo import ZoneInfo

from sqlalchemy.engine import Connection

from bot.app import utc_now
from bot.demo.board import Board
from bot.demo.clock import DemoClock
from bot.demo.sweep import Sweep
from scheduler.tick import Job, Tick
from store import contacts, due
from store.database import Database

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
PLACES = ("Asia/Kuala_Lumpur", "Asia/Riyadh", "Asia/Kathmandu", "Europe/London")
A_MOMENT = dt.timedelta(minutes=1)  # what a slow machine may take between two looks at its own clock


async def test_it_shows_real_time_and_then_what_was_swept_over_after_a_restart_as_well(database: Database) -> None:
    clock = await DemoClock.kept(database)
    assert clock.ahead == dt.timedelta()
    await clock.forward(database, utc_now() + 2 * DAY)
    again = await DemoClock.kept(database)
    assert again.ahead == clock.ahead
    assert dt.timedelta() <= again.now() - (utc_now() + 2 * DAY) + A_MOMENT <= 2 * A_MOMENT


async def test_it_is_never_set_back(database: Database) -> None:
    clock = await DemoClock.kept(database)
    await clock.forward(database, utc_now() + DAY)
    ahead = clock.ahead
    await clock.forward(database, utc_now() + HOUR)
    assert (clock.ahead, (await DemoClock.kept(database)).ahead) == (ahead, ahead)


class House:
    """Opens due rows by claiming them, and remembers when each was opened and when its job ran."""

    def __init__(self, database: Database, clock: DemoClock) -> None:
        self.opened: dict[str, dt.datetime] = {}
        self.ran: list[dt.datetime] = []
        self._database = database
        self._clock = clock
        self.board = Board()
        tick = Tick(database, self._open, {"job": Job(HOUR, self._run)}, now=clock.now)
        self.sweep = Sweep(clock, database, tick, lambda: None, self.board, pause=self._pause)

    async def _open(self, due_id: int) -> None:
        if row := await self._database.transact(lambda connection: due.claim(connection, due_id)):
            self.opened[row.key] = self._clock.now()

    async def _run(self, _database: Database, now: dt.datetime) -> bool:
        self.ran.append(now)
        return False

    async def _pause(self, _seconds: float) -> None:
        await asyncio.sleep(0)


def plan(connection: Connection, moments: dict[str, dt.datetime], now: dt.datetime) -> None:
    for key, moment in moments.items():
        contact = contacts.make(connection, "webchat", "web", key, name="", language="en", at=now)
        due.plan(connection, contact.id, "greeting", {}, key=key, at=moment)


async def test_everybody_is_greeted_at_nine_on_their_own_clock(database: Database) -> None:
    clock = await DemoClock.kept(database)
    house, start = House(database, clock), clock.now()
    moments = {place: dt.datetime.combine(start.date() + 2 * DAY, dt.time(9), ZoneInfo(place)) for place in PLACES}
    await database.transact(lambda connection: plan(connection, moments, start))
    await house.sweep.over(max(moments.values()) + HOUR)
    assert list(house.opened) == sorted(moments, key=lambda place: moments[place])
    for place, moment in moments.items():
        late = house.opened[place] - moment
        assert dt.timedelta() <= late <= A_MOMENT, place
    hours = (max(moments.values()) + HOUR - start) // HOUR
    assert abs(len(house.ran) - hours) <= 2, "a job of every hour ran in every hour"


async def test_a_sweep_can_be_stopped_and_there_is_only_one(database: Database) -> None:
    clock = await DemoClock.kept(database)
    house, start = House(database, clock), clock.now()
    with house.board.follow() as told:
        assert house.sweep.start(start + 20 * DAY)
        assert not house.sweep.start(start + DAY)
        for _step in range(3):
            assert await told.get() == ("clock", None)
    await house.sweep.stop()
    assert not house.sweep.running
    assert clock.now() < start + 10 * DAY
