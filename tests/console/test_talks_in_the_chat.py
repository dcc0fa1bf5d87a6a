"""Conversations as they were recorded, in the web chat in five languages."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from console.hub import Hub
from store.database import Database
from tests.console.conftest import Connect
from tests.console.fake_bot import FakeBot, application
from tests.console.test_pictures import png
from tests.flows.replaying import every_talk, label, matches, move_in, recorded
from tests.handlers.house import TestHouse

pytestmark = pytest.mark.slow


async def shown(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """What the house has said, oldest first."""
    messages: list[dict[str, Any]] = (await client.get("/chat/history?limit=100")).json()["messages"]
    return [each for each in messages if each["from"] == "bot"]


async def sends(client: httpx.AsyncClient, said: str, name: str) -> None:
    if said == "(photo)":
        sent = await client.post("/chat/pictures", data={"id": name}, files={"picture": ("a.png", png())})
        assert sent.status_code == 202
        return
    what = {"text": said}
    if pressed := label(said):
        asked, button = next(
            (message, button)
            for message in reversed(await shown(client))
            for row in message.get("buttons", ())
            for button in row
            if button["label"] == pressed
        )
        what = {"button": button["data"], "message": asked["id"], "label": pressed}
    answer = await client.post("/chat/messages", json={"id": name, **what})
    assert answer.status_code == 202, answer.text


@every_talk
async def test_it_goes_in_the_web_chat_as_it_was_recorded(
    store: Database, hub: Hub, bot: FakeBot, connect: Connect, talk: str
) -> None:
    setting, turns = recorded(talk)
    house = TestHouse(store)
    client = connect(application(store, hub, bot, receive=house.turn.receive))
    await client.get("/chat")
    visitor = client.cookies["sapa_visitor"].split(".")[0]
    await store.transact(lambda connection: move_in(connection, setting, "webchat", "web", visitor))
    before = 0
    for number, turn in enumerate(turns):
        await sends(client, turn.said, f"message-{number}")
        texts = [str(message["text"]) for message in await shown(client)]
        assert matches(turn, texts[before:]), (turn, texts[before:])
        before = len(texts)
    assert not [alert for alert in house.alerts if alert.kind.endswith("parked")]
