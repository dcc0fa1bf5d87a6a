"""The commands menu is what it should be in every language, and never stops the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from structlog.testing import capture_logs

from channels.telegram import commands
from channels.telegram.back_off import BackOff
from channels.telegram.fake import FakeTelegram
from flows.book import FLOWS
from handlers import intents
from locales import LANGUAGES, render
from talk.errors import SapaError
from talk.reading.words import match


class Recorder:
    """A Bot API that keeps menus, or is away."""

    def __init__(self) -> None:
        self.menus: dict[str, list[dict[str, str]]] = {}
        self.sets = 0
        self.away = 0  # so many calls fail

    async def ask(self, method: str, params: dict[str, Any]) -> Any:
        if self.away:
            self.away -= 1
            raise SapaError("away")
        language = params["language_code"]
        if method == "getMyCommands":
            return self.menus.get(language, [])
        self.menus[language] = params["commands"]
        self.sets += 1
        return True


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


async def test_each_language_has_its_menu_and_the_rest_the_businesss_own() -> None:
    bot = Recorder()
    await commands.publish(bot, "ms")
    assert set(bot.menus) == {"", *LANGUAGES}
    assert bot.menus[""] == bot.menus["ms"] == commands.menu("ms")
    offered = "menu points rewards vouchers card hours rules settings help language person stop"
    assert " ".join(line["command"] for line in bot.menus["en"]) == offered


async def test_only_what_changed_is_set() -> None:
    bot = Recorder()
    await commands.publish(bot, "en")
    bot.menus["vi"] = []
    bot.sets = 0
    await commands.publish(bot, "en")
    assert bot.sets == 1


async def test_it_is_tried_until_it_is_set_and_each_failure_is_reported() -> None:
    bot = Recorder()
    bot.away = 3
    with capture_logs() as logs:
        await commands.publish(bot, "en", BackOff(first=0, longest=0))
    assert [line["reason"] for line in logs if line["log_level"] == "warning"] == ["away"] * 3
    assert set(bot.menus) == {"", *LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_description_is_plain_and_short_enough_for_telegram(language: str) -> None:
    for text, line in zip(commands.COMMANDS.values(), commands.menu(language), strict=True):
        assert 1 <= len(line["description"]) <= 256
        assert "<" not in render(text, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", commands.COMMANDS)
def test_a_command_leads_to_its_dialogue_in_every_language(command: str, language: str) -> None:
    assert intents.flow_of(match(f"/{command}", language)) in FLOWS


async def test_telegram_takes_the_menus(fake: FakeTelegram) -> None:
    from channels.telegram.outbound import TelegramChannel

    async def no_media(public_id: str) -> bytes:
        raise SapaError(public_id)

    channel = TelegramChannel(fake.token, no_media, api=fake.url)
    await commands.publish(channel, "zh")
    await channel.close()
    assert len(fake.world.commands) == len(LANGUAGES) + 1
