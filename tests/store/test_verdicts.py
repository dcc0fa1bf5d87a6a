"""Verdicts are kept as long as anybody asks for them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.engine import Connection

from scheduler.jobs import JOBS
from store import verdicts
from store.database import Database
from store.verdicts import FORGOTTEN_AT_ONCE, KEPT_FOR, Kept
from tests.conftest import NOON
from tests.loyalty.members import make_contacts


async def test_old_verdicts_are_forgotten_and_the_others_stay(database: Database) -> None:
    def keep(connection: Connection) -> int:
        [contact] = make_contacts(connection, 1)
        for number in range(FORGOTTEN_AT_ONCE + 1):
            old = NOON - KEPT_FOR - dt.timedelta(seconds=1)
            verdicts.keep(connection, contact, Kept("offer", f"old:{number}", "never", "no consent", None, old))
        verdicts.keep(connection, contact, Kept("offer", "new", "now", "", None, NOON - KEPT_FOR))
        return contact

    contact = await database.transact(keep)
    chunks = 1
    while await JOBS["forget_verdicts"].chunk(database, NOON):
        chunks += 1
    assert chunks == 2
    left = await database.read(lambda connection: verdicts.of(connection, contact, NOON - 2 * KEPT_FOR))
    assert [each.subject for each in left] == ["new"]
