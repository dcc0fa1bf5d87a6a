"""Taking a contact over and forgetting one looks at what is theirs, however much there is of others."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy.engine import Connection

from loyalty import forfeits
from store import cards, codes, erasures, forgetting, ledger, members
from store.database import Database
from tests.conftest import NOON, SECRET
from tests.store.plans import plans_of
from tests.store.rows import add_contact

# `due` holds what is to come, not what was; a house has one programme at a time.
SMALL = {"due", "programmes", "json_each", "each", "CONSTANT"}


def take_over_and_forget(connection: Connection, member: int, chat: int) -> None:
    """Every step of both."""
    members.find(connection, phone="+60123456789")
    cards.card_of(connection, member)
    codes.issue(connection, SECRET, chat, member, "telegram", NOON)
    codes.check(connection, SECRET, chat, "000000", NOON)
    members.link(connection, chat, member, NOON)
    forgetting.quieten(connection, chat, NOON)
    assert forgetting.begin(connection, SECRET, chat, NOON)
    forfeits.forfeit(connection, chat, NOON)
    for step in forgetting.STEPS:
        step(connection, chat)


async def test_no_step_goes_through_everybodys_rows(sqlite_url: str) -> None:
    def scanned(connection: Connection) -> set[str]:
        member, chat = add_contact(connection, "old", NOON, number="N-1"), add_contact(connection, "new", NOON)
        ledger.ensure_system_accounts(connection, NOON)
        ledger.lock_accounts(connection, {member: NOON, chat: NOON})
        erasures.ask(connection, chat, NOON - dt.timedelta(days=2))
        plans = plans_of(connection, lambda: take_over_and_forget(connection, member, chat))
        steps = [step for statement, plan in plans for step in plan if not statement.startswith("INSERT")]
        return {found[1] for step in steps if (found := re.match(r"SCAN (\w+)", step))}

    database = Database(sqlite_url)
    assert await database.transact(scanned) <= SMALL
    database.close()
