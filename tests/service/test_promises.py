"""Promises are kept, or the customer hears of it: reminded of before, told of after, and counted honestly."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import pytest

from handlers.promise_made import NoPromise, Promised, promise_made
from handlers.promise_settled import NoSuchPromise, Settled, promise_settled
from handlers.scene import Scene
from handlers.spam_marked import spam_marked
from service import promises
from service.promises import Figures
from store import promises as kept
from store.database import Database
from tests.handlers.house import Customer
from tests.service.crew import DAY, HOUR, MINUTE, Crew

CALL = "We'll call you with the price."


@pytest.fixture
async def crew(database: Database) -> Crew:
    crew = Crew(database)
    crew.at("2026-11-24 10:00")
    await crew.hires("Ina", "owner")
    await crew.hires("Mei")
    return crew


async def promised(
    crew: Crew, customer: Customer, *, due: dt.timedelta = 3 * HOUR, text: str = CALL, **more: Any
) -> str:
    """The public id of what Mei promises."""
    at = crew.house.now + due
    made = await crew.act(customer, lambda scene: promise_made(scene, crew.people["Mei"], text, at, "", **more))
    assert isinstance(made, Promised)
    return made.public_id


async def settles(crew: Crew, customer: Customer, promise: str, state: Any, reason: str = "") -> object:
    def settle(scene: Scene) -> object:
        return promise_settled(scene, crew.people["Mei"], promise, state, "", reason=reason)

    return await crew.act(customer, settle)


async def test_a_promise_is_confirmed_reminded_of_escalated_and_told_when_it_slips(crew: Crew) -> None:
    customer = await crew.customer("1", "ms")
    await crew.asks(customer)
    await crew.takes("Mei", customer)
    await customer.answers()
    promise = await promised(crew, customer, text="Kami akan menelefon anda.")
    (said,) = await customer.answers()
    assert (
        said
        == "Mei daripada pasukan kami berjanji kepada anda, selewat-lewatnya 24 November 2026, 1.00 tengah hari: "
        "Kami akan menelefon anda."
    )
    heard = []
    for moment in ("11:59", "12:00", "12:59", "13:00", "13:04", "13:05", "15:00"):
        crew.at(f"2026-11-24 {moment}")
        await crew.here("Mei")
        await asyncio.gather(crew.look(), crew.look())
        steps = (crew.alerts("promise_due_soon"), crew.alerts("promise_late"), len(await customer.answers()))
        heard.append(steps)
    assert heard == [(0, 0, 0), (1, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 0), (1, 1, 1), (1, 1, 0)]
    found = await crew.house.database.read(lambda connection: kept.find(connection, promise))
    assert found is not None
    assert crew.on_the_clock(found.told_at) == "24 13:05"
    assert (await crew.talk(customer)).holder == "Mei"


async def test_what_is_kept_in_time_or_given_up_by_the_customer_is_not_told_of(crew: Crew) -> None:
    customer, other = await crew.customer("1"), await crew.customer("2")
    first, second = await promised(crew, customer), await promised(crew, customer)
    await customer.answers()
    assert await settles(crew, other, first, "kept") == NoSuchPromise()
    crew.house.now += 3 * HOUR
    await crew.look()
    crew.house.now += 4 * MINUTE
    assert await settles(crew, customer, first, "kept") == Settled("kept")
    assert await settles(crew, customer, first, "cancelled", "too late") == Settled("kept")
    assert await settles(crew, customer, second, "cancelled", "came to the shop instead") == Settled("cancelled")
    crew.house.now += DAY
    await crew.look()
    assert await customer.answers() == []


async def test_nobody_is_woken_for_it_and_who_cannot_be_told_is_not(crew: Crew) -> None:
    asleep, spam, gone, served = [await crew.customer(sender) for sender in ("1", "2", "3", "4")]
    everybody = (asleep, spam, gone, served)
    made = [await promised(crew, customer, due=11 * HOUR, tell=False) for customer in everybody]
    await crew.asks(spam)
    await crew.act(spam, lambda scene: spam_marked(scene, crew.people["Mei"], True, ""))
    await gone.sends(gone.event("blocked"))
    for customer in everybody:
        await customer.answers()
    for moment in ("21:00", "21:06", "22:00"):
        crew.at(f"2026-11-24 {moment}")
        await crew.look()
    assert [await each.answers() for each in everybody] == [[], [], [], []]
    await settles(crew, served, made[3], "kept")
    crew.at("2026-11-25 08:30")
    await crew.look()
    assert [len(await each.answers()) for each in everybody] == [1, 0, 0, 0]


@pytest.mark.parametrize(
    ("text", "due", "what"),
    [(" ", HOUR, "text"), ("x" * 301, HOUR, "text"), (CALL, -MINUTE, "due"), (CALL, 367 * DAY, "due")],
)
async def test_nothing_and_yesterday_cannot_be_promised(
    crew: Crew, text: str, due: dt.timedelta, what: str
) -> None:
    customer, at = await crew.customer("1"), crew.house.now + due
    made = await crew.act(customer, lambda scene: promise_made(scene, crew.people["Mei"], text, at, ""))
    assert made == NoPromise(what)


async def test_what_somebody_promised_who_left_is_an_owners_to_keep(crew: Crew) -> None:
    customer = await crew.customer("1")
    await promised(crew, customer)
    await crew.change("Mei", role="marketer")
    await crew.look()
    (found,) = await crew.house.database.read(lambda connection: kept.open_ones(connection, crew.house.now + DAY))
    assert (found.name, found.text) == ("Ina", CALL)


async def test_figures_tell_kept_late_and_broken_and_too_few_are_no_share(crew: Crew) -> None:
    customer, begin = await crew.customer("1"), crew.house.now
    made = [await promised(crew, customer, tell=False, due=HOUR) for _number in range(12)]
    later = await promised(crew, customer, tell=False, due=9 * DAY)
    for promise in made[:8]:
        await settles(crew, customer, promise, "kept")
    await settles(crew, customer, made[8], "cancelled", "agreed on another day")
    await settles(crew, customer, made[9], "cancelled")
    crew.house.now += 2 * HOUR
    await settles(crew, customer, made[10], "kept")

    async def figures(days: int) -> list[Figures]:
        now = crew.house.now
        return await crew.house.database.read(
            lambda connection: promises.figures(connection, begin, begin + days * DAY, now)
        )

    total, mei = await figures(10)
    assert (total.on_time, total.late, total.broken, total.open, total.due) == (8, 1, 2, 1, 11)
    assert total.share == pytest.approx(8 / 11)
    assert (mei.name, mei.broken) == ("Mei", 2)
    crew.house.now += DAY
    await settles(crew, customer, later, "cancelled", "agreed")
    assert (await figures(10))[0].open == 0
    assert Figures(on_time=9).share is None
