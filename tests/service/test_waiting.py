"""What customers are told of their wait is true: measured, or aimed at, or promised, and said when it slips."""

from __future__ import annotations

import datetime as dt

import pytest

from service.waiting import rounded
from store.database import Database
from tests.service.crew import HOUR, MINUTE, OFFICE, Crew


@pytest.fixture
async def crew(database: Database) -> Crew:
    crew = Crew(database)
    await crew.rules(hours=OFFICE)
    await crew.queue(first_minutes=60, resolve_minutes=480)
    return crew


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [(0, 5), (300, 5), (301, 10), (1199, 20), (1801, 45), (3600, 60), (3601, 120), (7199, 120), (30_000, 540)],
)
def test_a_wait_is_said_in_round_numbers_and_never_shorter(seconds: int, minutes: int) -> None:
    assert rounded(dt.timedelta(seconds=seconds)) == minutes


async def answered_lately(crew: Crew, times: int, minutes: int) -> None:
    """Customers who were each answered after so many minutes in which the team was there."""
    await crew.hires("Mei", capacity=99)
    for number in range(times):
        crew.at("2026-11-19 10:00")
        customer = await crew.customer(f"before {number}")
        await crew.asks(customer)
        crew.house.now += minutes * MINUTE
        await crew.takes("Mei", customer)
        await crew.replies("Mei", customer)
        await crew.closes(customer)


async def test_it_is_measured_where_enough_were_answered_and_grows_with_the_queue(crew: Crew) -> None:
    await answered_lately(crew, 4, minutes=8)
    crew.at("2026-11-20 10:00")
    told = [await crew.asks(await crew.customer("1"))]
    crew.house.now += 4 * MINUTE
    await crew.takes("Mei", crew.house.customer("1"))
    await crew.replies("Mei", crew.house.customer("1"))
    crew.at("2026-11-20 11:00")
    await crew.here("Mei")
    told += [
        await crew.asks(await crew.customer(str(number), language)) for number, language in ((2, "en"), (3, "ar"))
    ]
    assert [line.splitlines()[0] for line in told] == [
        "I've passed your message to our team. We aim to reply to you here within 1 hour.",
        "I've passed your message to our team. Someone will reply to you here, usually within 10 minutes.",
        "وصلت رسالتك إلى فريقنا. سيصلك الرد هنا، عادة خلال \u2068\u206820\u2069 دقيقة\u2069.",
    ]
    assert told[0].splitlines()[-1].startswith("If you'd like to go on with me in the meantime")


@pytest.mark.parametrize(
    ("moment", "zone", "language", "said"),
    [
        ("2026-11-23 12:00", "", "en", "who are back tomorrow at 9.00 am. You'll have an answer here by 10.00 am."),
        (
            "2026-11-21 12:00",
            "",
            "en",
            "who are back on Tuesday at 9.00 am. You'll have an answer here by 10.00 am.",
        ),
        ("2026-11-24 12:30", "", "en", "who are back today at 1.00 pm. You'll have an answer here by 2.00 pm."),
        ("2026-11-24 17:20", "", "en", "our team. You'll have an answer here by 9.30 am tomorrow."),
        ("2026-11-20 17:31", "", "en", "our team. You'll have an answer here by 24 November 2026, 9.45 am."),
        ("2026-11-24 18:30", "", "ms", "bertugas semula esok pada 9.00 pagi."),
        ("2026-11-24 18:30", "Asia/Dubai", "ar", "غدا في الساعة \u206805:00\u2069"),
    ],
)
async def test_out_of_hours_a_moment_is_promised_on_the_customers_clock(
    crew: Crew, moment: str, zone: str, language: str, said: str
) -> None:
    crew.at(moment)
    customer = await crew.customer("1", language, timezone=zone)
    assert said in await crew.asks(customer)
    promised = (await crew.talk(customer)).answer_promised_at
    assert promised >= crew.house.now + MINUTE
    assert promised >= (await crew.talk(customer)).first_due_at


async def test_who_was_promised_an_answer_hears_of_it_once_when_it_is_late(crew: Crew) -> None:
    crew.at("2026-11-21 12:00")
    late, answered, back = [await crew.customer(sender) for sender in ("1", "2", "3")]
    for customer in (late, answered, back):
        await crew.asks(customer)
    await back.types("menu")
    crew.at("2026-11-24 09:50")
    await crew.hires("Mei")
    await crew.takes("Mei", answered)
    await crew.replies("Mei", answered)
    assert (await crew.talk(answered)).answer_promised_at is None
    await answered.answers()
    for _minute in range(3):
        crew.house.now += 10 * MINUTE
        await crew.look()
    (said,) = await late.answers()
    assert said.startswith("I'm sorry: you were to have an answer by 24 November 2026, 10.00 am")
    assert await answered.answers() == await back.answers() == []


async def test_whom_the_team_leaves_at_night_is_told_when_it_is_back(crew: Crew) -> None:
    crew.at("2026-11-24 17:55")
    await crew.hires("Mei")
    customer = await crew.customer("1")
    await crew.asks(customer)
    await crew.takes("Mei", customer)
    await crew.replies("Mei", customer)
    await customer.answers()
    crew.at("2026-11-24 21:00")
    await customer.types("are you still there?")
    await crew.look()
    (said,) = await customer.answers()
    assert said.endswith("who are back tomorrow at 9.00 am. You'll have an answer here by 10.00 am.")
    crew.house.now += HOUR
    await customer.types("hello?")
    await crew.look()
    assert await customer.answers() == []
