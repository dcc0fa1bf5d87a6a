"""The rest of an audience gets the better variant as soon as that can be told, and all of them if it never can."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import pytest
from sqlalchemy.engine import Connection

from outreach.campaigns.settings import Settings, Variant, Winner
from scheduler import deciding
from store import campaigns
from store.campaigns import Campaign
from store.database import Database
from store.tables import campaign_recipients
from tests.conftest import NOON
from tests.outreach.sent_campaigns import CONTENT, campaign
from tests.store.rows import add_contact

HOUR = dt.timedelta(hours=1)


def raced(
    connection: Connection,
    hits: dict[str, int],
    by: Literal["clicked", "bought"] = "clicked",
    weights: tuple[int, ...] = (1, 1),
    **values: Any,
) -> Campaign:
    """A campaign of which so many of each variant clicked or bought."""
    variants = tuple(Variant(f"template-{weight}", weight) for weight in weights)
    settings = Settings(variants=variants, winner=Winner(hours=24, by=by))
    contents = dict.fromkeys("ABCDE"[: len(weights)], CONTENT)
    made = campaign(connection, NOON, contents=contents, settings=settings, **values)
    rows = []
    for variant, number in hits.items():
        for place in range(number):
            contact = add_contact(connection, f"{variant}{place}", NOON)
            rows.append({"campaign_id": made.id, "contact_id": contact, "variant": variant, f"{by}_at": NOON})
    if rows:
        connection.execute(campaign_recipients.insert(), [row | {"state": "sent", "due_at": NOON} for row in rows])
    return made


async def decided(database: Database, made: Campaign, now: dt.datetime) -> tuple[str, dt.datetime | None]:
    await deciding.decide(database, now)
    found = await database.read(lambda connection: campaigns.one(connection, made.id))
    assert found is not None
    return found.winner, found.decided_at


@pytest.mark.parametrize("by", ["clicked", "bought"])
async def test_the_better_variant_wins_before_its_time_is_over(
    database: Database, by: Literal["clicked", "bought"]
) -> None:
    made = await database.transact(lambda connection: raced(connection, {"A": 5, "B": 40}, by))
    assert await decided(database, made, NOON + 2 * HOUR) == ("B", NOON + 2 * HOUR)


async def test_nothing_is_decided_within_the_first_hour(database: Database) -> None:
    made = await database.transact(lambda connection: raced(connection, {"A": 5, "B": 40}))
    assert await decided(database, made, NOON + 0.9 * HOUR) == ("", None)


async def test_without_a_difference_the_rest_gets_all_variants_when_time_is_over(database: Database) -> None:
    made = await database.transact(lambda connection: raced(connection, {"A": 20, "B": 22}))
    assert await decided(database, made, NOON + 23 * HOUR) == ("", None)
    assert await decided(database, made, NOON + 24 * HOUR) == ("", NOON + 24 * HOUR)


async def test_what_was_dealt_more_often_is_expected_to_be_followed_more_often(database: Database) -> None:
    made = await database.transact(lambda connection: raced(connection, {"A": 40, "B": 5}, weights=(8, 1)))
    assert await decided(database, made, NOON + 2 * HOUR) == ("", None)


async def test_a_winner_has_to_beat_every_other_variant(database: Database) -> None:
    made = await database.transact(
        lambda connection: raced(connection, {"A": 5, "B": 60, "C": 55}, weights=(1, 1, 1))
    )
    assert await decided(database, made, NOON + 2 * HOUR) == ("", None)


@pytest.mark.parametrize("state", ["paused", "cancelled", "done", "planned"])
async def test_only_of_a_campaign_that_runs_something_is_decided(database: Database, state: str) -> None:
    made = await database.transact(lambda connection: raced(connection, {"A": 5, "B": 40}, state=state))
    assert await decided(database, made, NOON + 30 * HOUR) == ("", None)


async def test_a_decision_stands(database: Database) -> None:
    made = await database.transact(
        lambda connection: raced(connection, {"A": 5, "B": 40}, winner="A", decided_at=NOON)
    )
    assert await decided(database, made, NOON + 2 * HOUR) == ("A", NOON)
