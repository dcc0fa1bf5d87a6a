"""A house that asks its customers: rules, purchases, the real jobs and the real turn, at whatever moment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from scheduler import inviting as jobs
from store import invitation_rules, purchases
from store.database import Database
from store.purchases import Purchase
from store.tables import branches, outbox, survey_invitations
from surveys import rounds
from surveys.definition import Survey
from surveys.library import Published
from surveys.rules import Rule
from tests.outreach.days import ZONE, Days
from tests.surveys.some_surveys import a_survey, publish

SOON = dt.timedelta(minutes=2)


class AskingHouse(Days):
    """A house with a published survey and a branch in Bangsar."""

    async def open(self, survey: Survey | None = None) -> Published:
        await self.set_up()

        def work(connection: Connection) -> Published:
            connection.execute(branches.insert().values(code="bangsar", name="Bangsar"))
            return publish(connection, survey or a_survey(days=7, remind_days=2, follow_up=False), self.now)

        self.published = await self.database.transact(work)
        await self.look()
        return self.published

    async def rule(self, rule: Rule) -> invitation_rules.Row:
        def work(connection: Connection) -> invitation_rules.Row:
            plain, first = msgspec.to_builtins(rule), rounds.first(rule, self.now.date(), self.now)
            return invitation_rules.add(connection, self.published.survey_id, rule.cause, plain, first, self.now)

        return await self.database.transact(work)

    async def buys(self, contact_id: int, key: str, at: dt.datetime | None = None, **more: Any) -> None:
        """A purchase of RM 12.50 in Bangsar."""

        def work(connection: Connection) -> None:
            branch = connection.scalar(sa.select(branches.c.id))
            values = {"quantity": 1, "amount": 1250, "currency": "MYR", "branch_id": branch, **more}
            purchases.add(connection, [Purchase(key, contact_id, at or self.now, **values)])

        await self.database.transact(work)

    async def look(self) -> None:
        """Let the jobs look, twice with some minutes in between: what comes in at this moment is seen by then."""
        for _time in range(3):
            await run_jobs(self.database, self.now)
            self.now += SOON

    async def plan(self) -> None:
        """Let the jobs look once; what was said before has gone out."""
        waiting = outbox.update().where(outbox.c.state == "queued")
        await self.execute(waiting.values(state="sent", begun_at=self.now))
        await run_jobs(self.database, self.now)

    async def invitations(self, *names: str) -> list[tuple[Any, ...]]:
        """What became of each: its contact, state and reason, or what is asked for."""
        shown = (survey_invitations.c[name] for name in names or ("contact_id", "state", "reason"))
        return [tuple(row) for row in await self.rows(sa.select(*shown).order_by(survey_invitations.c.id))]


async def run_jobs(database: Database, now: dt.datetime) -> None:
    for job in jobs.jobs(ZONE).values():
        while await job.chunk(database, now):
            pass
