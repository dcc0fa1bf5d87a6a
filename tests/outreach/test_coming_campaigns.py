"""What campaigns have planned for one customer, who may leave any of it out."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from outreach.campaigns import coming
from store.database import Database
from store.recipients import FAR
from store.tables import campaign_recipients
from tests.conftest import NOON
from tests.store.campaign_rows import add_campaign, add_recipient
from tests.store.rows import add_contact

HOUR = dt.timedelta(hours=1)


async def test_what_waits_is_planned_and_what_is_left_out_is_skipped(database: Database) -> None:
    def work(connection: Connection) -> None:
        ali, mei = add_contact(connection, "ali", NOON), add_contact(connection, "mei", NOON)
        for name, state, due_at, more in (
            ("later", "waiting", NOON + 5 * HOUR, {"kind": "news"}),
            ("overdue", "waiting", NOON - HOUR, {}),
            ("better", "waiting", FAR, {"settings": {"winner": {"hours": 9}}, "started_at": NOON - HOUR}),
            ("paused", "waiting", NOON + 7 * HOUR, {"state": "paused"}),
            ("over", "waiting", NOON + HOUR, {"state": "done"}),
            ("sent", "sent", NOON, {}),
            ("put", "put", NOON, {}),
        ):
            campaign = add_campaign(connection, name, NOON, public_id=name, **more)
            for who in (ali, mei):
                add_recipient(connection, campaign, who, state=state, due_at=due_at)
        found = coming.upcoming(connection, ali, NOON)
        assert [(each.occurrence, each.kind, each.at - NOON) for each in found] == [
            ("overdue", "offer", 0 * HOUR),
            ("later", "news", 5 * HOUR),
            ("paused", "offer", 7 * HOUR),
            ("better", "offer", 8 * HOUR),
        ]
        for name in ("later", "better", "put", "sent", "nonsense"):
            coming.leave_out(connection, ali, name)
        assert [each.occurrence for each in coming.upcoming(connection, ali, NOON)] == ["overdue", "paused"]
        assert len(coming.upcoming(connection, mei, NOON)) == 4
        rows = campaign_recipients.c
        left_out = sa.select(rows.state, rows.reason).where(rows.contact_id == ali, rows.reason != "")
        assert connection.execute(left_out).all() == [("skipped", "cancelled by them")] * 2

    await database.transact(work)
