"""Consent: written down, and ended at once."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store import consents, outbox
from store.database import Database
from store.tables import consents as consents_table
from store.tables import contacts
from store.tables import outbox as outbox_table
from tests.conftest import NOON
from tests.store.rows import add_contact, all_rows, message


def record(connection: Connection, contact_id: int, *, granted: bool, purpose: str = "marketing") -> None:
    consents.record(
        connection,
        contact_id,
        purpose=purpose,
        channel="all",
        granted=granted,
        wording="news-1",
        locale="ms",
        evidence="chat",
        at=NOON,
    )


def standing(connection: Connection) -> str:
    found: str = connection.execute(sa.select(contacts.c.marketing)).scalar_one()
    return found


@pytest.mark.parametrize(("granted", "expected"), [(True, "granted"), (False, "withdrawn")])
async def test_a_consent_is_appended_and_the_contact_stands_by_it(
    database: Database, granted: bool, expected: str
) -> None:
    def work(connection: Connection) -> tuple[list[Any], str]:
        contact_id = add_contact(connection, "1", NOON, marketing="unasked")
        record(connection, contact_id, granted=granted)
        return list(connection.execute(sa.select(consents_table))), standing(connection)

    rows, marketing = await database.transact(work)
    assert [(row.granted, row.wording, row.locale, row.at) for row in rows] == [(granted, "news-1", "ms", NOON)]
    assert marketing == expected


async def test_another_purpose_leaves_marketing_alone(database: Database) -> None:
    def work(connection: Connection) -> str:
        record(connection, add_contact(connection, "1", NOON), granted=False, purpose="surveys")
        return standing(connection)

    assert await database.transact(work) == "granted"


async def test_withdrawal_skips_the_marketing_that_is_not_on_its_way(database: Database) -> None:
    def work(connection: Connection) -> list[Any]:
        contact_id = add_contact(connection, "1", NOON)
        lanes = {"queued": 2, "claimed": 2, "sending": 2, "sent": 2, "reply": 0}
        for text, lane in lanes.items():
            outbox.put(connection, [message(contact_id, "1", NOON, text, lane=lane)])
            state = text if lane == 2 else "queued"
            newest = sa.select(sa.func.max(outbox_table.c.id)).scalar_subquery()
            connection.execute(outbox_table.update().where(outbox_table.c.id == newest).values(state=state))
        record(connection, contact_id, granted=False)
        return all_rows(connection)

    rows = await database.transact(work)
    assert [row.state for row in rows] == ["skipped", "skipped", "sending", "sent", "queued"]
    assert [row.reason for row in rows] == ["opted out", "opted out", "", "", ""]
