"""Buttons under campaigns' messages: what they lead to, for whom they count, and what is a stop."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from outreach.templates.pressing import press
from store.campaigns import Campaign
from store.database import Database
from store.tables import campaign_presses, campaign_recipients, contacts, outbox
from tests.handlers.house import Customer, TestHouse, later
from tests.outreach.sent_campaigns import campaign, recipient


@pytest.fixture
async def house(database: Database) -> TestHouse:
    return TestHouse(database)


async def met(house: TestHouse, sender: str = "1") -> tuple[Customer, int]:
    """A customer who is known, and agreed to news."""
    customer = house.customer(sender, channel="telegram")
    await customer.types("menu")
    rows = await house.rows(sa.select(contacts.c.id).order_by(contacts.c.id.desc()))
    granted = (
        contacts.update().where(contacts.c.id == rows[0].id).values(marketing="granted", welcomed_at=house.now)
    )
    await house.database.transact(lambda connection: connection.execute(granted))
    await customer.types("menu")
    return customer, rows[0].id


async def sent_to(house: TestHouse, contact_id: int, **values: Any) -> Campaign:
    def make(connection: sa.Connection) -> Campaign:
        made = campaign(connection, house.now, kind=values.pop("kind", "offer"))
        recipient(connection, made, contact_id, house.now, **values)
        return made

    return await house.database.transact(make)


async def presses(house: TestHouse, customer: Customer, sent: Campaign, button: int | str) -> list[str]:
    return await customer.sends(customer.event("button", button=press(sent.public_id, button)))


async def row(house: TestHouse, sent: Campaign) -> Any:
    mine = sa.select(campaign_recipients).where(campaign_recipients.c.campaign_id == sent.id)
    return (await house.rows(mine))[0]


async def counted(house: TestHouse) -> list[tuple[int, int]]:
    found = sa.select(campaign_presses.c.button, campaign_presses.c.times).order_by(campaign_presses.c.button)
    return [(each.button, each.times) for each in await house.rows(found)]


async def test_a_press_starts_the_buttons_dialogue_and_is_counted(house: TestHouse) -> None:
    customer, contact_id = await met(house)
    sent = await sent_to(house, contact_id)
    first = house.now
    answers = await presses(house, customer, sent, 0)
    assert "There are no rewards" in answers[0]
    later(house, hours=1)
    await presses(house, customer, sent, 0)
    await presses(house, customer, sent, 1)
    assert await counted(house) == [(0, 2), (1, 1)]
    assert (await row(house, sent)).clicked_at == first


async def test_who_asks_why_has_not_clicked(house: TestHouse) -> None:
    customer, contact_id = await met(house)
    sent = await sent_to(house, contact_id)
    await presses(house, customer, sent, "why")
    assert await counted(house) == [(-1, 1)]
    assert (await row(house, sent)).clicked_at is None


async def test_a_press_counts_while_a_person_has_the_conversation_and_the_bot_is_silent(house: TestHouse) -> None:
    customer, contact_id = await met(house)
    sent = await sent_to(house, contact_id)
    owned = contacts.update().where(contacts.c.id == contact_id).values(owner="queue")
    await house.database.transact(lambda connection: connection.execute(owned))
    assert await presses(house, customer, sent, 0) == []
    assert await counted(house) == [(0, 1)]


async def test_somebody_who_was_sent_nothing_is_led_on_and_not_counted(house: TestHouse) -> None:
    _customer, contact_id = await met(house)
    sent = await sent_to(house, contact_id)
    stranger, _id = await met(house, "2")
    assert "There are no rewards" in (await presses(house, stranger, sent, 0))[0]
    assert await counted(house) == []


@pytest.mark.parametrize("state", ["waiting", "held", "skipped"])
async def test_a_recipient_whose_message_never_left_is_not_counted(house: TestHouse, state: str) -> None:
    customer, contact_id = await met(house)
    sent = await sent_to(house, contact_id, state=state)
    await presses(house, customer, sent, 0)
    assert await counted(house) == []


async def test_a_press_before_the_message_is_folded_in_counts(house: TestHouse) -> None:
    customer, contact_id = await met(house)
    sent = await sent_to(house, contact_id, folded=False)
    await presses(house, customer, sent, 0)
    assert (await row(house, sent)).clicked_at == house.now


async def test_a_press_of_who_was_joined_with_the_recipient_counts_for_them(house: TestHouse) -> None:
    _old, old_id = await met(house)
    customer, contact_id = await met(house, "2")
    sent = await sent_to(house, old_id)
    joined = contacts.update().where(contacts.c.id == old_id).values(merged_into=contact_id)
    await house.database.transact(lambda connection: connection.execute(joined))
    await presses(house, customer, sent, 0)
    assert (await row(house, sent)).clicked_at == house.now


@pytest.mark.parametrize("button", ["9", "12345", "x", "", "-1", "²", "2"])
async def test_a_button_that_is_not_there_says_so(house: TestHouse, button: str) -> None:
    customer, contact_id = await met(house)
    sent = await sent_to(house, contact_id)
    answers = await presses(house, customer, sent, button)
    assert answers[0].startswith("That button belongs to an earlier question")


async def test_a_press_of_a_campaign_that_is_not_there_says_so(house: TestHouse) -> None:
    customer, _id = await met(house)
    answers = await customer.sends(customer.event("button", button=press("nobody-knows-it", 0)))
    assert answers[0].startswith("That button belongs to an earlier question")


def test_a_press_fits_into_64_bytes() -> None:
    assert len(press("x" * 24, "gift").encode()) <= 64


async def test_a_stop_counts_for_the_campaign_that_came_last(house: TestHouse) -> None:
    customer, contact_id = await met(house)
    earlier = await sent_to(house, contact_id)
    later(house, hours=30)
    last = await sent_to(house, contact_id)
    later(house, hours=71)
    await customer.types("stop")
    assert (await row(house, earlier)).stopped_at is None
    assert (await row(house, last)).stopped_at == house.now


async def test_a_stop_after_three_days_has_other_causes(house: TestHouse) -> None:
    customer, contact_id = await met(house)
    sent = await sent_to(house, contact_id)
    later(house, hours=73)
    await customer.types("stop")
    assert (await row(house, sent)).stopped_at is None


async def test_a_stop_before_the_message_is_folded_in_counts(house: TestHouse) -> None:
    customer, contact_id = await met(house)
    sent = await sent_to(house, contact_id, folded=False)
    await customer.types("stop")
    assert (await row(house, sent)).stopped_at == house.now


async def test_the_stop_button_counts_for_the_message_it_stands_under_alone(house: TestHouse) -> None:
    customer, contact_id = await met(house)
    old = await sent_to(house, contact_id)
    later(house, days=9)
    new = await sent_to(house, contact_id)
    later(house, hours=1)
    ids = await house.rows(sa.select(outbox.c.external_id).where(outbox.c.campaign_id == old.id))
    await customer.sends(customer.event("button", button="!.stop", message=ids[0].external_id))
    assert (await row(house, old)).stopped_at == house.now
    assert (await row(house, new)).stopped_at is None


async def test_to_block_the_bot_is_a_stop(house: TestHouse) -> None:
    customer, contact_id = await met(house)
    sent = await sent_to(house, contact_id)
    await customer.sends(customer.event("blocked"))
    assert (await row(house, sent)).stopped_at == house.now
