"""A message that kills the process each time it is handled, in processes of their own."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest
import sqlalchemy as sa

from channels.telegram.fake import FakeTelegram
from handlers.event_parked import APOLOGY
from handlers.turn import TRIES
from locales import render
from store.database import Database
from store.tables import identities, inbox
from tests.crash import start
from tests.crash.play import DEADLY, QUESTION, word
from tests.faults.process import PATIENCE, kept_running

pytestmark = pytest.mark.slow

POISONER, OPERATOR = 1, 900
OTHERS = range(2, 6)  # one writes with the poison, one after each of the first deaths
LANGUAGE = "ms"
ALERT = "was set aside"


@pytest.mark.slow
async def test_a_message_that_kills_the_process_is_set_aside_after_five_tries_and_others_are_served(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with FakeTelegram(strangers=True) as fake:
        settings = start.settings(tmp_path, sqlite_url, fake.url, alert_chat=str(OPERATOR))
        async with kept_running(settings) as keeper:
            poisoner, apology = fake.customer(POISONER, language_code=LANGUAGE), render(APOLOGY, LANGUAGE)
            others = [fake.customer(chat) for chat in OTHERS]
            for customer in (poisoner, *others):
                customer.types("hello")
            await fake.until(lambda: all(QUESTION in each.texts for each in (poisoner, *others)), PATIENCE)
            poisoner.types(DEADLY)
            for number, customer in enumerate(others):
                await keeper.death(number)
                customer.types(word(customer.id, 1))
            await fake.until(lambda: apology in poisoner.texts, PATIENCE)
            poisoner.types("hello again")
            await fake.until(lambda: poisoner.texts[-1] == QUESTION, PATIENCE)
            await fake.until(lambda: any(ALERT in text for text in fake.customer(OPERATOR).texts), PATIENCE)
    # The first try was not counted: nobody knew yet.
    assert keeper.deaths == [-signal.SIGKILL] * (TRIES + 1)
    arrived = [(entry.chat_id, entry.payload["text"].split()[0]) for entry in fake.wire.accepted]
    answers = [arrived.index((chat, word(chat, 1))) for chat in OTHERS]
    set_aside = arrived.index((POISONER, apology.split()[0]))
    assert max(answers) < set_aside, "somebody waited until it was set aside"
    assert await inbox_of_poisoner(sqlite_url) == ["done", "parked", "done"]


async def inbox_of_poisoner(url: str) -> list[str]:
    database = Database(url)
    found = await database.read(
        lambda connection: connection.scalars(
            sa.select(inbox.c.state)
            .join(identities, identities.c.contact_id == inbox.c.contact_id)
            .where(identities.c.sender == str(POISONER))
            .order_by(inbox.c.seq)
        ).all()
    )
    await asyncio.to_thread(database.close)
    return list(found)
