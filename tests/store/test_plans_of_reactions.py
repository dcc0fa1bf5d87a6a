"""What follows a campaign's message is counted by its customer, however many others were sent it."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy.engine import Connection

from store import campaign_outcomes, campaign_presses, campaign_purchases, campaign_reactions
from store.campaign_purchases import Touched
from store.campaign_reactions import Wrote
from store.database import Database
from tests.conftest import NOON
from tests.outreach.sent_campaigns import campaign, recipient
from tests.store.plans import plans_of
from tests.store.rows import add_contact

GIVEN = {"json_each", "each", "CONSTANT", "given"}  # the rows that were handed in


def react(connection: Connection, campaign_id: int, contact: int) -> None:
    """Everything that one customer may do, and some of what is figured of many."""
    by = campaign_presses.recipient(connection, campaign_id, contact)
    assert by is not None
    campaign_presses.press(connection, campaign_id, by, 0, NOON)
    campaign_reactions.stopped(connection, contact, NOON)
    campaign_reactions.stopped_by_button(connection, contact, "message", NOON)
    campaign_reactions.replied(connection, [Wrote(contact, NOON)])
    campaign_reactions.wrote(connection, 0, 100)
    campaign_purchases.bought(connection, 0, 100)
    campaign_purchases.refunded(connection, 0, 100)
    campaign_purchases.credit(connection, [Touched(contact, NOON, NOON)], "MYR")
    campaign_outcomes.dealt(connection, campaign_id, 0, 100)
    campaign_outcomes.bought(connection, [contact], NOON, NOON + dt.timedelta(days=1), "MYR")
    campaign_outcomes.redeemed(connection, [contact], NOON, NOON + dt.timedelta(days=1))


async def test_no_step_goes_through_everybodys_rows(sqlite_url: str) -> None:
    def scanned(connection: Connection) -> set[str]:
        contact = add_contact(connection, "1", NOON)
        made = campaign(connection, NOON)
        recipient(connection, made, contact, NOON)
        plans = plans_of(connection, lambda: react(connection, made.id, contact))
        steps = [step for statement, plan in plans for step in plan if not statement.startswith("INSERT")]
        return {found[1] for step in steps if (found := re.match(r"SCAN (\w+)", step))}

    database = Database(sqlite_url)
    assert await database.transact(scanned) <= GIVEN
    database.close()
