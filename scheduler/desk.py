"""The desk's jobs: what time alone changes in conversations with the team, in who serves them, and in promises.

Each finds what it is for by index and opens a turn for every hit, which looks once more under the contact's lock;
so it does no harm when two replicas find the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Literal, TypeAlias

import structlog
from sqlalchemy.engine import Connection

from handlers.case_fell_due import case_fell_due
from handlers.holder_left import holder_left
from handlers.promise_fell_due import promise_fell_due
from handlers.scene import Scene
from handlers.time_passed import time_passed
from handlers.turn_came import turn_came
from scheduler.tick import Job
from service import assignment, case_hours, promises
from store import cases, queues, serving, targets
from store import promises as kept
from store.database import Database, StoreUnavailable

log = structlog.get_logger()

Deed: TypeAlias = Callable[[Scene], bool]
Act: TypeAlias = Callable[[str, Deed], Awaitable[bool | None]]

EVERY = dt.timedelta(seconds=15)
AT_ONCE = 100
AGAIN = dt.timedelta(minutes=10)  # where a turn failed


def jobs(act: Act) -> dict[str, Job]:
    """The desk's jobs by their names; `act` opens a turn with a contact and returns what the deed returned."""
    return {
        "watch_conversations": Job(EVERY, partial(watch_conversations, act=act), prompt=True),
        "watch_promises": Job(EVERY, partial(watch_promises, act=act), prompt=True),
        "watch_cases": Job(EVERY, partial(watch_cases, act=act), prompt=True),
        "fetch_back": Job(EVERY, partial(fetch_back, act=act), prompt=True),
        "give_out": Job(EVERY, partial(give_out, act=act), prompt=True),
        "hand_down": Job(dt.timedelta(minutes=5), hand_down),
    }


async def watch_conversations(database: Database, now: dt.datetime, *, act: Act) -> bool:
    """Do what time asks for in conversations; whether there may be more."""
    found = await database.read(lambda connection: targets.ready(connection, now, AT_ONCE))
    for contact, conversation_id in found:
        if (outcome := await _opened(act, contact, time_passed)) != "done":
            until = now + AGAIN if outcome == "failed" else None
            await database.transact(partial(targets.put_off, conversation_id=conversation_id, until=until))
    return len(found) == AT_ONCE


async def watch_promises(database: Database, now: dt.datetime, *, act: Act) -> bool:
    """Do what time asks for of promises; whether there may be more."""
    found = await database.read(lambda connection: kept.ready(connection, now, AT_ONCE))
    for contact, public_id, promise_id in found:
        deed = partial(promise_fell_due, public_id=public_id)
        if (outcome := await _opened(act, contact, deed)) != "done":
            until = now + AGAIN if outcome == "failed" else None
            await database.transact(partial(kept.change, promise_id=promise_id, look_at=until))
    return len(found) == AT_ONCE


async def watch_cases(database: Database, now: dt.datetime, *, act: Act) -> bool:
    """Do what time asks for of cases; whether there may be more."""
    found = await database.read(lambda connection: cases.ready(connection, now, AT_ONCE))
    for contact, public_id, case_id in found:
        deed = partial(case_fell_due, public_id=public_id)
        if (outcome := await _opened(act, contact, deed)) != "done":
            until = now + AGAIN if outcome == "failed" else None
            await database.transact(partial(cases.put_off, case_id=case_id, until=until))
    return len(found) == AT_ONCE


async def fetch_back(database: Database, now: dt.datetime, *, act: Act) -> bool:
    """Take conversations from those who are not there, and out of queues that were closed."""
    if await database.read(queues.any_left_over):
        await database.transact(partial(queues.clear_closed, now=now))

    def alone(connection: Connection) -> list[str]:
        return serving.left_alone(connection, assignment.since(connection, now), AT_ONCE)

    for contact in await database.read(alone):
        await _opened(act, contact, holder_left)
    return False  # what is left, and what failed, is come back to


async def give_out(database: Database, now: dt.datetime, *, act: Act) -> bool:
    """Give what waits in queues that give out by themselves to whoever has room."""
    for contact in await database.read(lambda connection: assignment.to_assign(connection, now, AT_ONCE)):
        await _opened(act, contact, turn_came)
    return False


async def hand_down(database: Database, _now: dt.datetime) -> bool:
    """Let an owner answer for the promises and the cases of those who serve customers no more."""
    await database.transact(promises.reassign)
    await database.transact(case_hours.reassign)
    return False


async def _opened(act: Act, contact: str, deed: Deed) -> Literal["done", "gone", "failed"]:
    """Open a turn with a contact, who may be gone from all chats; one that fails must not stop the others."""
    try:
        found = await act(contact, deed)
    except StoreUnavailable:
        raise
    except Exception:
        log.exception("desk_turn_failed", contact=contact, deed=getattr(deed, "__name__", str(deed)))
        return "failed"
    return "gone" if found is None else "done"
