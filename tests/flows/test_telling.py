"""What a customer tells comes down once, however often each message arrives, and what is urgent comes first."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty import ledger
from store.database import Database
from store.tables import accounts, case_lines, cases, outbox
from talk.messages import Inbound, Media
from tests.handlers.house import Customer
from tests.service.crew import Crew

STORY = (
    "I want to complain",
    "The soup was cold",
    "[Yesterday]",
    "[Delivery]",
    "A-1",
    "(photo)",
    "[Done]",
    "[Send it]",
    "what about my complaint?",
    "[Write something]",
    "It was lukewarm at best",
    "(photo two)",
    "[Yes]",
    "my requests",
    "[It's solved]",
)


def event(customer: Customer, said: str) -> Inbound:
    if said.startswith("["):
        return customer.event("button", button=customer.buttons[said[1:-1]])
    if said.startswith("("):
        return customer.event("photo", media=(Media(ref=said),))
    return customer.event(text=said)


async def stored(crew: Crew) -> list[Any]:
    """What came of it, without what is random."""
    kinds = sa.select(cases.c.kind, cases.c.state, cases.c.touchpoint, cases.c.order_number, cases.c.happened_on)
    said = sa.select(case_lines.c.kind, case_lines.c.by, case_lines.c.text).order_by(case_lines.c.id)
    answers = sa.select(sa.func.count()).select_from(outbox)
    return [list(await crew.house.rows(each)) for each in (kinds, said, answers)]


async def tells(database: Database, copies: list[int]) -> list[Any]:
    crew = Crew(database)
    customer = await crew.customer("1", channel="telegram")
    for place, said in enumerate(STORY):
        this = event(customer, said)
        times = copies[place % len(copies)]
        await asyncio.gather(*(crew.house.turn.receive(this) for _copy in range(times)))
        await customer.answers()
    return await stored(crew)


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(copies=st.lists(st.integers(1, 3), min_size=1, max_size=len(STORY)))
def test_messages_that_come_more_than_once_tell_nothing_twice(sqlite_template: Path, copies: list[int]) -> None:
    def told(copies: list[int]) -> list[Any]:
        with tempfile.TemporaryDirectory() as folder:
            path = shutil.copy(sqlite_template, Path(folder) / "sapa.db")
            database = Database(f"sqlite:///{path}")
            try:
                return asyncio.run(tells(database, copies))
            finally:
                database.close()

    once = told([1])
    assert [tuple(row) for row in once[0]] == [("complaint", "closed", "delivery", "A-1", "2026-11-20")]
    assert [row.kind for row in once[1]] == ["words", "photo", "words", "photo", "change"]
    assert told(copies) == once


@pytest.fixture
async def crew(sqlite_url: str) -> AsyncIterator[Crew]:
    database = Database(sqlite_url)
    crew = Crew(database)
    await crew.hires("Mei")
    yield crew
    database.close()


async def frozen(crew: Crew) -> list[str]:
    stopped = sa.select(accounts.c.frozen_why).where(accounts.c.frozen_at.is_not(None))
    return [row.frozen_why for row in await crew.house.rows(stopped)]


async def test_theft_interrupts_an_open_question_alerts_and_is_one_case(crew: Crew) -> None:
    customer = await crew.customer("1")
    member, now = await crew.of(customer, "id"), crew.house.now
    await crew.write(lambda connection: ledger.open_accounts(connection, {member: now}))
    await customer.types("I want to complain")
    said = await customer.types("while I waited my phone was stolen!!")
    assert await frozen(crew) == ["theft"]
    assert "person_wanted" in {notice.kind for notice in crew.house.alerts}
    assert crew.alerts("urgent") == 1
    assert any("Our team has been alerted" in each for each in said)
    await customer.types("are you there? somebody has my phone, it got stolen, my phone was stolen")
    assert crew.alerts("urgent") == 2
    rows = await crew.house.rows(sa.select(cases.c.urgent, cases.c.state, cases.c.conversation_id))
    assert [(row.urgent, row.state, row.conversation_id is not None) for row in rows] == [("theft", "open", True)]
    lines = await crew.house.rows(sa.select(case_lines.c.kind))
    assert len(lines) == 2


async def test_the_bot_is_silent_where_a_person_has_the_conversation(crew: Crew) -> None:
    customer = await crew.customer("1")
    await crew.asks(customer)
    await crew.takes("Mei", customer)
    await customer.answers()
    assert await customer.types("my son is bleeding, there was glass in my drink") == []
    assert crew.alerts("urgent") == 1


async def test_a_new_customer_is_heard_before_the_introductions(crew: Crew) -> None:
    stranger = crew.house.customer("9")
    said = await stranger.types("tolong, anak saya cedera di kedai")
    assert "perkhidmatan kecemasan" in said[0]
    rows = await crew.house.rows(sa.select(cases.c.urgent, cases.c.language))
    assert [tuple(row) for row in rows] == [("injury", "ms")]
