"""A survey from a template to its answers: published, answered in the chat, and read."""

from __future__ import annotations

import datetime as dt
import secrets

import pytest
import sqlalchemy as sa
from playwright.async_api import Browser, expect
from sqlalchemy.engine import Connection

from store import survey_invitations, tables
from store.survey_invitations import ASKED, New
from tests.browser.test_requests_page import press
from tests.browser.test_service_story import TOLD, Shop, say, shop

__all__ = ["shop"]

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def invite(connection: Connection, contact_id: int, now: dt.datetime) -> None:
    """As if the customer had been asked a moment ago."""
    survey_id = connection.execute(sa.select(tables.surveys.c.id)).scalar_one()
    whom = (survey_id, None, contact_id)
    invited = New(secrets.token_urlsafe(12), "story", *whom, ASKED, "", "", None, None, now)
    survey_invitations.add(connection, [invited])
    connection.execute(tables.survey_invitations.update().values(asked_at=now))


async def test_a_survey_is_published_answered_in_the_chat_and_read(browser: Browser, shop: Shop) -> None:
    owner = await shop.agent(browser, "Mei")
    await shop.app.database.transact(lambda c: c.execute(tables.staff.update().values(role="owner")))
    await owner.goto(f"{shop.url}/staff/surveys/new")
    await owner.locator("button[name=template][value=recommend]").click()
    await owner.get_by_role("link", name="Publish").click()
    await owner.get_by_role("button", name="Publish now").click()
    await expect(owner.locator("#survey-state")).to_have_text("Published · Version 1")

    customer = await shop.customer(browser, "en", "Hello")
    contact = await shop.contact()
    await shop.app.database.transact(lambda c: invite(c, contact.id, shop.now))
    await say(customer, "survey")
    told = customer.locator(TOLD)
    await expect(told.last).to_contain_text("1 of")
    await press(customer, "3")
    await expect(told.last).to_contain_text("2 of")
    await say(customer, "The coffee was cold and I waited for half an hour.")
    await expect(told.filter(has_text="The number of your request is")).to_have_count(1)

    await owner.get_by_role("link", name="Results").click()
    await expect(owner.locator("main")).to_contain_text("NPS")
    await owner.goto(f"{owner.url.partition('?')[0]}/words?question=wrong")
    await expect(owner.locator("main")).to_contain_text("The coffee was cold")
