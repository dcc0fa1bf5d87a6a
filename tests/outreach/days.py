"""A house whose customers have days: planned by the real planner, opened by the real turn, at whatever moment."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from loyalty import ledger
from loyalty.applying import apply
from loyalty.programme import Gift, Occasions, Programme, Reward
from scheduler.planning import plan_greetings, plan_notices
from store import anniversaries, contacts
from store.anniversaries import BIRTHDAY, Day
from store.database import Database
from store.tables import contacts as contacts_table
from store.tables import due, occurrences, outbox, verdicts
from tests.handlers.house import TestHouse

ZONE = "Asia/Kuala_Lumpur"
CAKE = Reward("cake", "A slice of cake", 40, valid_days=14)
RULES = Programme(
    rewards=(CAKE,),
    occasions=Occasions(birthday=Gift(points=50, reward="cake"), membership=Gift(points=20)),
)
LOOK = dt.timedelta(hours=3)
LONG_AGO = dt.datetime(2020, 6, 1, tzinfo=dt.UTC)


def at(text: str) -> dt.datetime:
    """A moment in UTC: "2027-03-05 01:00"."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


class Days(TestHouse):
    """A house at a moment that tests move."""

    def __init__(self, database: Database, now: str) -> None:
        super().__init__(database)
        self.now = at(now)

    async def set_up(self, rules: Programme = RULES) -> None:
        zone = ZoneInfo(ZONE)
        await self.database.transact(
            lambda connection: apply(connection, rules, text=repr(rules), by="tests", at=LONG_AGO, zone=zone)
        )

    async def person(
        self, sender: str = "1", *, born: int | None = None, given_at: dt.datetime = LONG_AGO, **fields: Any
    ) -> int:
        """A contact who agreed to news and may have a birthday."""

        def work(connection: Connection) -> int:
            made = contacts.make(connection, "webchat", "web", sender, name="Ali", language="en", at=LONG_AGO)
            change = contacts_table.update().where(contacts_table.c.id == made.id)
            connection.execute(change.values(**{"marketing": "granted", "welcomed_at": LONG_AGO} | fields))
            if born is not None:
                anniversaries.fill(connection, BIRTHDAY, {made.id: Day(born, None)}, given_at)
            return made.id

        return await self.database.transact(work)

    async def change(self, contact_id: int, **fields: Any) -> None:
        await self.execute(contacts_table.update().where(contacts_table.c.id == contact_id).values(**fields))

    async def execute(self, change: sa.Update) -> None:
        await self.database.transact(lambda connection: connection.execute(change))

    async def join(self, contact_id: int, moment: dt.datetime) -> None:
        await self.database.transact(lambda connection: ledger.open_accounts(connection, {contact_id: moment}))

    async def plan(self) -> None:
        """Let the planner look."""
        await plan_greetings(self.database, self.now, zone=ZONE)
        while await plan_notices(self.database, self.now, zone=ZONE):
            pass

    async def pass_until(self, moment: str) -> None:
        """Let time pass: the planner looks every few hours, and what is due is opened at its moment."""
        until = at(moment)
        while self.now < until:
            await self.plan()
            look = min(until, self.now + LOOK)
            while (row := await self.database.read(partial(_first_due, until=look))) is not None:
                self.now = max(self.now, row[1])
                await self.turn.fall_due(row[0])
            self.now = look

    async def occasions(self) -> list[tuple[Any, ...]]:
        """Occasion, occurrence, state and reason of each."""
        found = await self.rows(sa.select(*(occurrences.c[n] for n in _SHOWN)).order_by(occurrences.c.id))
        return [tuple(row) for row in found]

    async def said(self) -> list[Any]:
        """The rows of the outbox."""
        return list(await self.rows(sa.select(outbox).order_by(outbox.c.id)))

    async def reasons(self) -> list[tuple[str, str]]:
        """The verdicts that were kept, with their reasons."""
        found = await self.rows(sa.select(verdicts.c.verdict, verdicts.c.reason).order_by(verdicts.c.id))
        return [(row.verdict, row.reason) for row in found]


_SHOWN = ("occasion", "occurrence", "state", "reason")


def _first_due(connection: Connection, until: dt.datetime) -> tuple[int, dt.datetime] | None:
    row = connection.execute(
        sa.select(due.c.id, due.c.at)
        .where(due.c.at <= until, due.c.parked.is_(sa.false()))
        .order_by(due.c.at, due.c.id)
        .limit(1)
    ).first()
    return (row.id, row.at) if row else None
