"""Joining by a poster: counted once, in the poster's language when nothing better is known."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from store import joins
from store.database import Database
from store.joins import Count, Poster
from store.tables import branches, contacts
from tests.conftest import NOON
from tests.handlers.house import TestHouse


@pytest.fixture
async def house(database: Database) -> TestHouse:
    rows = [{"code": "KL", "name": "KLCC", "active": True}, {"code": "OLD", "name": "Closed", "active": False}]
    await database.transact(lambda connection: connection.execute(branches.insert(), rows))
    return TestHouse(database)


async def joined(house: TestHouse) -> list[tuple[str, str]]:
    rows = await house.rows(sa.select(contacts.c.joined_from, contacts.c.language).order_by(contacts.c.id))
    return [(row.joined_from, row.language) for row in rows]


async def test_a_telegram_link_of_a_poster_is_noted_and_its_language_begun_in(house: TestHouse) -> None:
    customer = house.customer("7", channel="telegram")
    answers = await customer.sends(customer.event("start", text="p_KL_ms"))
    assert answers[0].startswith("Helo")
    assert await joined(house) == [("p_KL_ms", "ms")]


async def test_the_language_of_the_customers_app_goes_before_the_posters(house: TestHouse) -> None:
    customer = house.customer("7", channel="telegram")
    await customer.sends(customer.event("start", text="p_KL_ms", language_hint="vi"))
    assert await joined(house) == [("p_KL_ms", "vi")]


async def test_the_web_chats_first_message_carries_the_poster(house: TestHouse) -> None:
    customer = house.customer()
    await customer.sends(customer.event(text="12", source="p_KL_zh"))
    await customer.sends(customer.event(text="12", source="p_KL_ar"))
    assert await joined(house) == [("p_KL_zh", "zh")]


async def test_whoever_knows_us_already_has_not_joined_by_the_poster(house: TestHouse) -> None:
    customer = house.customer("7", channel="telegram")
    await customer.types("hello")
    await customer.sends(customer.event("start", text="p_KL_ms"))
    assert await joined(house) == [("", "en")]


@pytest.mark.parametrize(
    "payload", ["p_KL_xx", "p_NOWHERE_ms", "p_OLD_ms", "p__ms", "p_KL_ms'--", "P_KL_ms", "p_KL_ms\n", "x" * 5000]
)
async def test_a_payload_that_is_no_posters_is_ignored(house: TestHouse, payload: str) -> None:
    customer = house.customer("7", channel="telegram")
    assert await customer.sends(customer.event("start", text=payload))
    assert await joined(house) == [("", "en")]


async def test_joins_are_counted_by_branch_language_and_channel(house: TestHouse) -> None:
    for number, (channel, source) in enumerate(
        [("telegram", "p_KL_ms"), ("telegram", "p_KL_ms"), ("webchat", "p_KL_ms"), ("telegram", "")]
    ):
        customer = house.customer(str(number), channel=channel)
        await customer.sends(customer.event("text", text="hi", source=source))
    counts = await house.database.read(joins.counted)
    assert sorted(counts, key=lambda count: (count.branch, count.channel)) == [
        Count("", "", "telegram", 1), Count("KL", "ms", "telegram", 2), Count("KL", "ms", "webchat", 1),
    ]  # fmt: skip
    tomorrow = NOON + dt.timedelta(days=1)
    assert await house.database.read(lambda connection: joins.counted(connection, tomorrow)) == []


@given(st.text(st.sampled_from("pKL_-ms 中\n"), max_size=70))
def test_only_a_source_that_is_written_so_is_a_posters(payload: str) -> None:
    poster = joins.poster_of(payload)
    assert poster is None or joins.source_of(poster) == payload


def test_a_branch_whose_code_no_link_can_carry_has_no_source() -> None:
    assert joins.source_of(Poster("Mid Valley", "ms")) is None
