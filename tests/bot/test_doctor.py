"""The doctor finds what is missing and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.doctor import Finding, examine, show
from bot.settings import Settings, load
from channels.telegram.fake import TOKEN, FakeTelegram
from store import schema, tables, wordings
from store.database import Database


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


async def _found(settings: Settings) -> dict[str, Finding]:
    return {finding.name: finding async for finding in examine(settings)}


async def _migrated(settings: Settings) -> None:
    database = Database(settings.database)
    await database.transact(schema.upgrade)
    database.close()


async def test_a_house_in_order_has_nothing_wrong(bare: Path) -> None:
    settings = load()
    await _migrated(settings)
    found = await _found(settings)
    assert {"Secret key", "Data directory", "SQLite", "Database", "Migrations", "Telegram", "Clock"} <= set(found)
    assert all(finding.mark != "wrong" for finding in found.values())
    assert await show(settings)


async def test_no_database_yet_is_no_fault_and_none_is_made(bare: Path) -> None:
    settings = load()
    found = await _found(settings)
    assert found["Database"].mark == "note"
    assert settings.new_sqlite


async def test_a_database_that_is_behind_is_told_to_migrate(bare: Path) -> None:
    Database(load().database).close()
    found = await _found(load())
    assert found["Migrations"].mark == "wrong"
    assert "sapa migrate" in found["Migrations"].says
    assert not await show(load())


async def test_a_database_that_does_not_answer_is_named(bare: Path) -> None:
    found = await _found(load(database_url="postgresql://nobody@127.0.0.1:1/none"))
    assert found["Database"].mark == "wrong"
    assert "SAPA_DATABASE_URL" in found["Database"].says


async def test_postgresql_and_its_version_are_found(bare: Path, postgres_url: str) -> None:
    found = await _found(load(database_url=postgres_url))
    assert found["PostgreSQL"].mark == "ok"
    assert found["Migrations"].mark == "ok"


async def test_a_key_too_short_is_wrong(bare: Path) -> None:
    assert (await _found(load(secret_key="short")))["Secret key"].mark == "wrong"


async def test_a_good_token_is_named_by_its_bot_and_a_bad_one_is_to_be_copied_again(bare: Path) -> None:
    async with FakeTelegram(token=TOKEN) as fake:
        good = await _found(load(telegram_token=TOKEN, telegram_api=fake.url))
        bad = await _found(load(telegram_token="1:wrong", telegram_api=fake.url))
    assert good["Telegram"].mark == "ok"
    assert good["Telegram updates"].mark == "ok"
    assert good["Clock"].mark == "ok"
    assert bad["Telegram"].mark == "wrong"
    assert "@BotFather" in bad["Telegram"].says


async def test_a_server_that_cannot_be_reached_is_said_so_without_the_token(bare: Path) -> None:
    found = await _found(load(telegram_token=TOKEN, telegram_api="http://127.0.0.1:1"))
    assert found["Telegram"].mark == "wrong"
    assert TOKEN not in found["Telegram"].says


async def test_own_words_that_fit_no_more_are_noted(bare: Path) -> None:
    settings = load()
    await _migrated(settings)
    assert (await _found(settings))["Own words"].mark == "ok"
    database = Database(settings.database)
    gone = {"sentence": wordings.digest("Gone"), "language": "en", "source": "Gone", "forms": ["Away"]}
    await database.transact(lambda connection: connection.execute(tables.wordings.insert().values(gone)))
    database.close()
    found = (await _found(settings))["Own words"]
    assert found.mark == "note"
    assert "'Gone' in en" in found.says
