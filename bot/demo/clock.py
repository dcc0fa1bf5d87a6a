"""One clock for everything in the demo: real time, and ahead of it what was swept over.

It goes forward only. What happened stands in the database with its moments, and a business whose yesterday is still
to come would greet, expire and promise in the wrong order; so how far ahead it is is kept, and never made less.
"""

from __future__ import annotations

import datetime as dt
from functools import partial

from sqlalchemy.engine import Connection

from bot.app import utc_now
from store import marks
from store.database import Database

MARK = "demo-clock"  # its number: the seconds ahead


class DemoClock:
    """The time in the demo. Make it by `kept`."""

    def __init__(self, ahead: dt.timedelta = dt.timedelta()) -> None:
        self._ahead = ahead

    @classmethod
    async def kept(cls, database: Database) -> DemoClock:
        """The clock as the database has it; one that shows real time where there is none yet."""
        _at, seconds = await database.transact(partial(marks.lock, name=MARK, start=utc_now()))
        return cls(dt.timedelta(seconds=seconds))

    @property
    def ahead(self) -> dt.timedelta:
        """How far it is ahead of real time."""
        return self._ahead

    def now(self) -> dt.datetime:
        """The moment, aware, in UTC."""
        return utc_now() + self._ahead

    async def forward(self, database: Database, moment: dt.datetime) -> None:
        """Let it be `moment` now, or a second later at most; a moment that has passed changes nothing."""
        seconds = -(-(moment - self.now()) // dt.timedelta(seconds=1))  # whole ones, rather too many
        if seconds <= 0:
            return
        ahead = self._ahead + dt.timedelta(seconds=seconds)

        def keep(connection: Connection) -> None:
            marks.lock(connection, MARK, moment)
            marks.move(connection, MARK, moment, int(ahead.total_seconds()))

        await database.transact(keep)
        self._ahead = ahead
