"""The team's group is part of the house: what is written there comes with the updates, a teller tells it."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from channels.telegram.fake import TOKEN, FakeTelegram
from store import schema, staff
from store.database import Database
from tests.conftest import NOON

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
CHAT = -1001234567890


def people(connection: sa.Connection) -> None:
    schema.upgrade(connection)
    mei = staff.add(connection, "mei@shop.test", "Mei", "support", "en", NOON)
    assert mei is not None
    staff.change(connection, mei.id, telegram="501")


async def test_a_customer_is_answered_from_the_group(tmp_path: Path, sqlite_url: str) -> None:
    database = Database(sqlite_url)
    await database.transact(people)
    database.close()
    async with FakeTelegram(token=TOKEN) as fake:
        group, customer, mei = fake.group(CHAT, forum=True), fake.customer(7, "Ali"), fake.customer(501, "Mei")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SAPA_")}
        ours = {
            "SAPA_DATABASE_URL": sqlite_url,
            "SAPA_DATA_DIR": str(tmp_path),
            "SAPA_PORT": "0",
            "SAPA_TELEGRAM_TOKEN": TOKEN,
            "SAPA_TELEGRAM_API": fake.url,
            "SAPA_TELEGRAM_STAFF_GROUP": str(CHAT),
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "bot", "run", "--migrate"]
        sapa = await asyncio.create_subprocess_exec(
            *command, env={**kept, **ours}, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            for words in ("hello", "person", "my cup is broken"):
                customer.types(words)
            await fake.until(lambda: any("my cup is broken" in each["text"] for each in group.inbox))
            [topic] = group.chat.topics
            mei.types("We bring you a new one.", group=group, topic=topic)
            await fake.until(lambda: any("We bring you a new one." in text for text in customer.texts))
        finally:
            sapa.terminate()
            assert await sapa.wait() == 0
