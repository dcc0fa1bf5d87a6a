"""Targets are counted in served time: warned of before, escalated after, paused while it is the customer's turn."""

from __future__ import annotations

import asyncio
import datetime as dt

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.conversation_snoozed import conversation_snoozed
from service import targets
from service.hours import ALWAYS, Times
from store.database import Database
from store.queues import Queue
from store.targets import Watched
from tests.conftest import NOON
from tests.service.crew import HOUR, MINUTE, OFFICE, Crew

QUEUE = Queue(topic="general", names={}, first_minutes=60, resolve_minutes=480)


@pytest.fixture
async def crew(database: Database) -> Crew:
    crew = Crew(database)
    await crew.rules(hours=OFFICE)
    await crew.queue(first_minutes=60, resolve_minutes=480)
    await crew.hires("Mei")
    return crew


async def test_targets_fall_on_the_teams_hours_over_a_weekend_and_a_holiday(crew: Crew) -> None:
    crew.at("2026-11-20 17:30")  # a Friday; the Monday is a holiday
    customer = await crew.customer("1")
    await crew.asks(customer)
    talk = await crew.talk(customer)
    assert [crew.on_the_clock(each) for each in (talk.first_due_at, talk.resolve_due_at, talk.look_at)] == [
        "24 09:30",
        "24 17:30",
        "24 09:18",  # 30 of the 48 minutes pass on Friday
    ]
    for moment, warned, escalated in (
        ("2026-11-22 12:00", "", ""),
        ("2026-11-24 09:17", "", ""),
        ("2026-11-24 09:18", "first", ""),
        ("2026-11-24 09:30", "first", "first"),
        ("2026-11-24 15:54", "resolve", "first"),
        ("2026-11-24 17:30", "resolve", "resolve"),
    ):
        crew.at(moment)
        await asyncio.gather(crew.look(), crew.look())
        talk = await crew.talk(customer)
        assert (talk.warned, talk.escalated) == (warned, escalated), moment
    assert talk.look_at is None
    assert (crew.alerts("first_answer_late"), crew.alerts("resolution_late")) == (1, 1)


async def test_an_answer_in_time_is_never_escalated_and_the_customers_turn_is_no_time_of_ours(crew: Crew) -> None:
    crew.at("2026-11-20 09:00")
    customer = await crew.customer("1")
    await crew.asks(customer)
    await crew.takes("Mei", customer)
    crew.at("2026-11-20 09:50")
    await crew.look()
    assert (await crew.talk(customer)).warned == "first"
    await crew.replies("Mei", customer)
    talk = await crew.talk(customer)
    assert (talk.warned, talk.resolve_due_at, talk.resolve_left, talk.look_at) == ("", None, 430 * 60, None)
    crew.at("2026-11-25 16:00")
    await crew.here("Mei")
    await customer.types("thank you, one more thing")
    talk = await crew.talk(customer)
    assert (crew.on_the_clock(talk.resolve_due_at), talk.resolve_left) == ("26 15:10", None)
    assert not crew.alerts("first_answer_late")


async def test_what_rests_comes_back_at_its_moment_and_its_time_goes_on(crew: Crew) -> None:
    crew.at("2026-11-20 09:00")
    customer = await crew.customer("1")
    await crew.asks(customer)
    await crew.takes("Mei", customer)
    until = crew.house.now + 3 * HOUR
    crew.at("2026-11-20 10:00")
    await crew.act(customer, lambda scene: conversation_snoozed(scene, crew.people["Mei"], until, ""))
    assert (await crew.talk(customer)).resolve_left == 420 * 60
    crew.house.now = until
    await crew.here("Mei")
    await asyncio.gather(crew.look(), crew.look())
    talk = await crew.talk(customer)
    assert (talk.state, talk.holder, crew.on_the_clock(talk.resolve_due_at)) == ("held", "Mei", "24 11:00")
    assert (await crew.owners(customer))[-1:] == ["time"]


async def test_a_conversation_that_is_opened_again_has_its_time_anew(crew: Crew) -> None:
    crew.at("2026-11-24 09:00")
    customer = await crew.customer("1")
    await crew.asks(customer)
    await crew.takes("Mei", customer)
    crew.at("2026-11-24 17:59")
    await crew.here("Mei")
    await crew.look()
    await crew.replies("Mei", customer)
    await crew.closes(customer)
    crew.at("2026-11-25 09:00")
    await customer.types("it is broken again")
    talk = await crew.talk(customer)
    assert (talk.reopened, crew.on_the_clock(talk.resolve_due_at), talk.escalated) == (1, "25 18:00", "")


minutes = st.integers(0, 3000)


@given(st.lists(st.tuples(minutes, st.sampled_from(["waits", "answered", "look"])), max_size=12))
def test_time_runs_while_the_customer_waits_and_no_longer(events: list[tuple[int, str]]) -> None:
    """What is left of a resolution is its span less the time in which the customer waited, whenever one looks."""
    times, now, spent, waiting = Times(ALWAYS, dt.UTC), NOON, dt.timedelta(), True  # type: ignore[arg-type]
    empty = dict.fromkeys(Watched.__struct_fields__)
    row = Watched(**{**empty, "state": "queued", "warned": "", "escalated": "", "waiting_since": now})  # type: ignore[arg-type]
    row = targets.followed(row, QUEUE, times, now)
    for passed, event in events:
        step = passed * MINUTE
        spent += step if waiting else dt.timedelta()
        now += step
        row = targets.marked(row, QUEUE, times, now)
        if event == "answered":
            row, waiting = msgspec.structs.replace(row, waiting_since=None, first_replied_at=now), False
        elif event == "waits" and not waiting:
            row, waiting = msgspec.structs.replace(row, waiting_since=now), True
        row = targets.followed(row, QUEUE, times, now)
        left = 480 * MINUTE - spent
        assert row.look_at is None or row.look_at >= now
        if left <= dt.timedelta():
            assert row.escalated == "resolve"
            return
        found = dt.timedelta(seconds=row.resolve_left) if row.resolve_left is not None else row.resolve_due_at - now  # type: ignore[operator]
        assert found == left
        assert (row.warned == "resolve") == (left <= 96 * MINUTE)
