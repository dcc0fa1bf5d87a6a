"""Who gets a conversation: who knows the customer, then by the queue's rule; nobody gets more than they can do."""

from __future__ import annotations

import asyncio

import pytest

from service.assignment import choose
from store.database import Database
from store.queues import Assign
from store.serving import Server
from tests.conftest import NOON
from tests.service.crew import HOUR, MINUTE, Crew


@pytest.fixture
def crew(database: Database) -> Crew:
    return Crew(database)


def server(number: int, held: int = 0, *, capacity: int = 2, languages: str = "", minutes: int = 0) -> Server:
    given = NOON - minutes * MINUTE if minutes else None
    spoken = tuple(languages.split())
    return Server(
        id=number,
        public_id=f"s{number}",
        name="",
        languages=spoken,
        capacity=capacity,
        assigned_at=given,
        held=held,
    )


@pytest.mark.parametrize(
    ("servers", "mode", "last", "chosen"),
    [
        ([server(1), server(2)], "hand", None, None),
        ([server(1), server(2)], "hand", 2, 2),
        ([server(1), server(2, held=2)], "hand", 2, None),
        ([server(1), server(2, held=2)], "round_robin", 2, 1),
        ([server(1, minutes=5), server(2, minutes=9), server(3, minutes=7)], "round_robin", None, 2),
        ([server(1, minutes=5), server(2)], "round_robin", None, 2),
        ([server(1, held=1), server(2, held=2, capacity=9), server(3, held=1, minutes=1)], "least_busy", None, 1),
        ([server(1, held=2), server(2, held=7)], "least_busy", None, None),
        ([server(1, languages="en"), server(2, held=1, languages="ms ar")], "least_busy", None, 2),
        ([server(1, languages="en"), server(2, held=1)], "least_busy", None, 2),
        ([server(1, languages="en"), server(2, held=2, languages="ar")], "least_busy", None, 1),
        ([server(1, languages="en"), server(2, languages="ar")], "round_robin", 1, 1),
    ],
)
def test_whoever_knows_the_customer_goes_first_then_the_rule_of_the_queue(
    servers: list[Server], mode: Assign, last: int | None, chosen: int | None
) -> None:
    found = choose(servers, mode, "ar", last)
    assert (found.id if found else None) == chosen


async def test_a_customer_comes_to_whoever_served_them_last_if_they_are_there(crew: Crew) -> None:
    await crew.hires("Mei")
    await crew.hires("Amir")
    customer = await crew.customer("1")
    await crew.asks(customer)
    assert (await crew.talk(customer)).state == "queued"  # by hand, and nobody knows them
    await crew.takes("Amir", customer)
    await crew.closes(customer)
    await crew.asks(customer)
    assert (await crew.talk(customer)).holder == "Amir"
    await crew.closes(customer)
    crew.house.now += 11 * MINUTE
    await crew.asks(customer)
    assert (await crew.talk(customer)).state == "queued"


async def test_conversations_that_arrive_at_once_do_not_fill_the_last_place_twice(crew: Crew) -> None:
    await crew.queue(assign="least_busy")
    await crew.hires("Mei", capacity=2)
    await crew.hires("Amir", capacity=1)
    customers = [await crew.customer(str(number)) for number in range(6)]
    await asyncio.gather(*(crew.asks(customer) for customer in customers))
    holders = [(await crew.talk(customer)).holder for customer in customers]
    assert sorted(map(str, holders)) == ["Amir", "Mei", "Mei", "None", "None", "None"]


async def test_what_waits_is_given_out_when_somebody_comes_or_has_room_the_longest_wait_first(crew: Crew) -> None:
    complaints = await crew.queue("complaint", assign="round_robin")
    general = await crew.queue(assign="round_robin")
    first, second = await crew.customer("1"), await crew.customer("2")
    await crew.asks(first)
    crew.house.now += MINUTE
    await crew.asks(second)
    await crew.hires("Zoe", serves=complaints)
    await crew.look()
    assert [(await crew.talk(each)).holder for each in (first, second)] == [None, None]
    await crew.hires("Mei", capacity=1, serves=general)
    await asyncio.gather(crew.look(), crew.look())
    assert [(await crew.talk(each)).holder for each in (first, second)] == ["Mei", None]
    await crew.closes(first)
    await crew.look()
    assert (await crew.talk(second)).holder == "Mei"
    assert await crew.owners(second) == ["asked_for_person", "assigned"]


async def test_who_goes_away_leaves_those_who_wait_and_keeps_those_whose_turn_it_is(crew: Crew) -> None:
    for name in ("Mei", "Amir"):
        await crew.hires(name)
    waits, answered = await crew.customer("1"), await crew.customer("2")
    for customer in (waits, answered):
        await crew.asks(customer)
        await crew.takes("Mei", customer)
    await crew.replies("Mei", answered)
    await crew.away("Mei")
    await asyncio.gather(crew.look(), crew.look())
    assert [(await crew.talk(each)).state for each in (waits, answered)] == ["queued", "held"]
    assert (await crew.owners(waits))[2:] == ["away"]
    await answered.types("and the other one?")
    await crew.look()
    assert (await crew.talk(answered)).state == "queued"
    assert await answered.answers() == []  # whose turn it is inside the house is no news for the customer


async def test_who_is_gone_for_long_or_leaves_the_house_holds_nothing_any_more(crew: Crew) -> None:
    await crew.queue(assign="least_busy")
    await crew.hires("Mei")
    gone, closed = await crew.customer("1"), await crew.customer("2")
    for customer in (gone, closed):
        await crew.asks(customer)
    await crew.replies("Mei", closed)
    crew.house.now += 9 * MINUTE
    await crew.look()
    assert (await crew.talk(gone)).holder == "Mei"
    await crew.hires("Amir")
    crew.house.now += 2 * MINUTE
    await crew.here("Amir")
    await crew.look()
    assert [(await crew.talk(each)).holder for each in (gone, closed)] == ["Amir", "Mei"]
    await crew.change("Mei", active=False)
    await crew.look()
    assert (await crew.talk(closed)).holder == "Amir"


async def test_a_page_that_stays_open_keeps_somebody_there(crew: Crew) -> None:
    await crew.hires("Mei")
    customer = await crew.customer("1")
    await crew.asks(customer)
    await crew.takes("Mei", customer)
    for _look in range(8):
        crew.house.now += HOUR / 8
        await crew.here("Mei")
        await crew.look()
    assert (await crew.talk(customer)).holder == "Mei"
