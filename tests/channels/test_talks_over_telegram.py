"""Conversations as they were recorded, over the Bot API in five languages."""

from __future__ import annotations

import pytest

from flows.book import FLOWS
from tests.faults.shop import open_shop
from tests.flows.replaying import every_talk, label, matches, move_in, recorded

pytestmark = pytest.mark.slow


@every_talk
async def test_it_goes_over_the_bot_api_as_it_was_recorded(sqlite_url: str, talk: str) -> None:
    setting, turns = recorded(talk)
    async with open_shop(sqlite_url, book=FLOWS) as shop:
        customer, account = shop.fake.customer(1), shop.channel.account
        await shop.database.transact(lambda c: move_in(c, setting, "telegram", account, str(customer.id)))
        for turn in turns:
            if turn.said == "(photo)":
                customer.sends_photo()
            elif button := label(turn.said):
                customer.presses(button)
            else:
                customer.types(turn.said)
            arrived = [await customer.next_message() for _expected in turn.answers]
            texts = [message.get("text") or message["caption"] for message in arrived]
            assert matches(turn, texts), (turn, texts)
        assert not [alert for alert in shop.alerts if alert.kind.endswith("parked")]
