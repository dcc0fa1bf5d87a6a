"""The jobs that invite to surveys: after what happened, in rounds, and the end of invitations nobody followed.

Each reads what comes next, and plans it in small transactions. What was planned twice is planned once, so that a
job may be cut off anywhere and begin again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy.engine import Connection

from outreach.clock import moment_on, zone_of
from scheduler.tick import Job
from store import marks, new_purchases
from store.database import Database
from store.survey_reach import Reached
from surveys import causes, ending, inviting, rounds
from surveys.causes import Page
from surveys.inviting import Candidate
from surveys.rounds import WRITTEN, Round

EVERY, OFTEN, SELDOM = dt.timedelta(minutes=1), dt.timedelta(seconds=15), dt.timedelta(hours=1)
CHUNKS = 10  # of rounds, in one run: other jobs wait for it, and a round may be of everybody
T = TypeVar("T")


def jobs(zone: str) -> dict[str, Job]:
    """The jobs by their names, for a business that lives by this time zone."""
    return {
        "invite_after_purchases": Job(EVERY, partial(after_purchases, zone=zone)),
        "invite_after_cases": Job(EVERY, partial(after_ends, cause="case")),
        "invite_after_conversations": Job(EVERY, partial(after_ends, cause="conversation")),
        "invite_in_rounds": Job(OFTEN, partial(in_rounds, zone=zone)),
        "end_surveys": Job(SELDOM, end_surveys),
    }


async def after_purchases(database: Database, now: dt.datetime, *, zone: str) -> bool:
    """Invite after some of the new purchases; whether there may be more."""
    after, until = await database.transact(partial(new_purchases.between, job=causes.PURCHASES, now=now))
    if after == until:
        return False
    business = zone_of("", zone)
    page = await database.read(lambda connection: causes.purchases(connection, after, until, business, now))
    await _invite(database, page, now)
    looked_at = partial(new_purchases.looked_at, job=causes.PURCHASES, after=after, last=page.row_id, now=now)
    await database.transact(looked_at)
    return page.more


async def after_ends(database: Database, now: dt.datetime, *, cause: str) -> bool:
    """Invite after some of the cases or conversations that were closed; whether there may be more."""
    name = f"invite_{cause}"
    after = await database.transact(partial(marks.lock, name=name, start=now))
    page = await database.read(partial(causes.ends, cause=cause, after=after, now=now))
    if (page.at, page.row_id) == after:
        return False
    await _invite(database, page, now)
    await database.transact(partial(_move, name=name, before=after[1], page=page))
    return page.more


async def in_rounds(database: Database, now: dt.datetime, *, zone: str) -> bool:
    """Go on with the rounds that are due; never more at once, for the rest comes with the next run."""
    for _ in range(CHUNKS):
        if not await _in_round(database, now, zone):
            break
    return False


async def end_surveys(database: Database, now: dt.datetime) -> bool:
    """End some of the invitations and responses whose time is over; whether there may be more."""
    more = await database.transact(partial(ending.end_responses, now=now))
    for survey_id, days in await database.read(ending.lasting):
        end = partial(ending.end_invitations, survey_id=survey_id, days=days, now=now)
        more |= await database.transact(end)
    return more


async def _in_round(database: Database, now: dt.datetime, zone: str) -> bool:
    """Invite some contacts of a round that is due; whether there may be more."""
    found = await database.read(partial(rounds.due, now=now))
    if found is None:
        return False
    reached = found.row.reached
    for some in _pieces([_candidate(found, contact, zone, now) for contact in found.contacts]):
        if not await database.transact(partial(rounds.put, of=found, after=reached, candidates=some, now=now)):
            return True
        reached = some[-1].contact_id
    if len(found.contacts) < rounds.READ:
        await database.transact(partial(rounds.finish, of=found, after=reached))
    return True


async def _invite(database: Database, page: Page, now: dt.datetime) -> None:
    for ruled, candidates in page.wanted:
        for some in _pieces(candidates):
            await database.transact(partial(inviting.invite, ruled=ruled, candidates=some, now=now))


def _move(connection: Connection, name: str, before: int, page: Page) -> None:
    """Note how far a job has come, unless another replica has gone on from the same place."""
    if marks.lock(connection, name, page.at)[1] == before:
        marks.move(connection, name, page.at, page.row_id)


def _candidate(found: Round, contact: Reached, zone: str, now: dt.datetime) -> Candidate:
    at = now
    if found.day is not None:
        hour = dt.time(found.ruled.rule.hour)
        at = max(moment_on(found.day, hour, zone_of(contact.timezone, zone)), now)
    return Candidate(contact.id, rounds.cause(found, contact), at)


def _pieces(candidates: Sequence[T]) -> Iterator[Sequence[T]]:
    return (candidates[start : start + WRITTEN] for start in range(0, len(candidates), WRITTEN))
