"""What came of a campaign, over the API as on its page."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from store.database import Database
from tests.conftest import NOON
from tests.console.api.shop import Shop
from tests.outreach import campaign_histories
from tests.outreach.sent_campaigns import campaign


@pytest.fixture
async def shop(sqlite_url: str) -> Any:
    database = Database(sqlite_url)
    yield await Shop(database).open()
    database.close()


async def test_a_report_adds_up_and_tells_what_it_brought(shop: Shop) -> None:
    made = await shop.database.transact(lambda c: campaign_histories.make(c, NOON - dt.timedelta(days=4), 270))
    told = (await shop.call("GET", f"/campaigns/{made.public_id}/report")).json()
    assert sum(part["number"] for part in told["parts"]) == told["recipients"] == 270
    clicked = told["reactions"]["clicked"]
    assert clicked["low"] < clicked["share"] < clicked["high"]
    assert [each["letter"] for each in told["variants"]] == ["A", "B"]
    [uplift] = told["uplifts"]
    assert (uplift["against"], uplift["bought"]["verdict"]) == ("held", "higher")
    assert uplift["dealt"]["customers"] + uplift["without"]["customers"] == 270
    assert uplift["paid"]["difference"].partition(".")[2].isdecimal()


async def test_what_arrived_is_told_where_the_channel_tells(shop: Shop) -> None:
    made = await shop.database.transact(lambda c: campaign_histories.make(c, NOON - dt.timedelta(days=4), 54))

    async def channels() -> Any:
        return (await shop.call("GET", f"/campaigns/{made.public_id}/report")).json()["channels"]

    assert await channels() == [{"channel": "telegram", "messages": 42, "delivered": None}]
    await shop.database.transact(lambda c: campaign_histories.by_the_web_chat(c, made, 12, NOON))
    assert await channels() == [{"channel": "webchat", "messages": 42, "delivered": 12}]


async def test_of_a_campaign_that_has_not_started_the_report_is_empty(shop: Shop) -> None:
    made = await shop.database.transact(lambda c: campaign(c, NOON, state="draft", started_at=None))
    told = (await shop.call("GET", f"/campaigns/{made.public_id}/report")).json()
    assert (told["recipients"], told["parts"], told["uplifts"], told["figured_at"]) == (0, [], [], None)


async def test_nobody_is_told_of_what_is_not_there(shop: Shop) -> None:
    assert (await shop.call("GET", "/campaigns/nobody-knows-it/report")).status_code == 404
