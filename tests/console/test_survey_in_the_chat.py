"""A survey in the web chat, in five languages, with a picture and an answer after days."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from console.hub import Hub
from locales import LANGUAGES
from store.database import Database
from store.tables import contacts, survey_answers, survey_responses
from surveys.definition import Question, Thanks
from tests.console.conftest import Connect
from tests.console.fake_bot import FakeBot, application
from tests.handlers.house import TestHouse, later
from tests.surveys.some_surveys import AGAIN, NPS, a_survey, invite, publish

SURVEYS = {"en": "survey", "ms": "tinjauan", "vi": "khảo sát", "ar": "استبيان", "zh": "问卷"}
SHOWN = Question("shown", "photo", {"en": "Would you show us?"}, most=1)
SURVEY = a_survey(NPS, SHOWN, AGAIN, thanks=(Thanks({each: f"Thanks {each}" for each in LANGUAGES}),))


async def said(client: httpx.AsyncClient) -> dict[str, Any]:
    last: dict[str, Any] = (await client.get("/chat/history")).json()["messages"][-1]
    return last


async def sends(client: httpx.AsyncClient, name: str, **what: str) -> str:
    answer = await client.post("/chat/messages", json={"id": f"message-{name}", **what})
    assert answer.status_code == 202, answer.text
    return str((await said(client))["text"])


async def presses(client: httpx.AsyncClient, name: str, label: str) -> str:
    asked = await said(client)
    button = next(each for row in asked["buttons"] for each in row if each["label"] == label)
    return await sends(client, name, button=button["data"], message=asked["id"], label=label)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_survey_is_answered_in_the_web_chat(
    store: Database, hub: Hub, bot: FakeBot, connect: Connect, language: str
) -> None:
    house = TestHouse(store)
    client = connect(application(store, hub, bot, receive=house.turn.receive))
    await client.get("/chat")
    await sends(client, "one", text="hello")

    def prepare(connection: Connection) -> None:
        chosen = {"language": language, "language_chosen": True, "welcomed_at": house.now}
        contact_id = connection.scalar(contacts.update().values(chosen).returning(contacts.c.id))
        assert contact_id is not None
        invite(connection, publish(connection, SURVEY, house.now), contact_id, house.now)

    await store.transact(prepare)
    assert "Would you recommend us" in await sends(client, "two", text=SURVEYS[language])
    later(house, days=3)
    assert "Would you show us" in await presses(client, "three", "10")
    assert "Would you come again" in await sends(client, "four", text="skip")
    assert f"Thanks {language}" in await presses(client, "five", "Yes, gladly")
    kept = sa.select(survey_answers.c.question, survey_answers.c.number, survey_answers.c.text)
    rows, state = await store.read(
        lambda connection: (
            connection.execute(kept.order_by(survey_answers.c.id)).all(),
            connection.scalar(sa.select(survey_responses.c.state)),
        )
    )
    assert rows == [("nps", 10, ""), ("shown", None, ""), ("again", None, "yes")]
    assert state == "done"
