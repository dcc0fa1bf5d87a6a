"""What a channel's test finds, in words that say what to do, and never a secret."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bot.lines import lines
from bot.settings import Settings, load
from channels.email.channel import EmailChannel
from channels.telegram.fake import TOKEN, FakeTelegram
from locales import render

NOWHERE = "127.0.0.1:1"


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


async def found(settings: Settings, name: str, mail: EmailChannel | None = None) -> list[tuple[str, str]]:
    line = lines(settings, "42" if settings.telegram_token.get_secret_value() else "", mail)[name]
    return [(each.mark, render(each.says, "en", each.values)) for each in await line.test("mei@shop.test")]


async def test_telegram_says_whose_the_token_is_and_how_messages_come() -> None:
    async with FakeTelegram(token=TOKEN) as fake:
        polled = await found(load(telegram_token=TOKEN, telegram_api=fake.url), "telegram")
        hooked = await found(
            load(
                telegram_token=TOKEN,
                telegram_api=fake.url,
                telegram_mode="webhook",
                telegram_secret="s",
                public_url="https://shop.test",
            ),
            "telegram",
        )
        wrong = await found(load(telegram_token="1:wrong", telegram_api=fake.url), "telegram")
    away = await found(load(telegram_token=TOKEN, telegram_api=f"http://{NOWHERE}"), "telegram")
    assert [mark for mark, _says in polled] == ["ok", "ok"]
    assert polled[0][1].startswith("The token belongs to @")
    assert hooked[1] == (
        "wrong",
        "Telegram doesn't know where to deliver messages, so none comes. Please start Sapa again.",
    )
    assert wrong[0][0] == away[0][0] == "wrong"
    assert "SAPA_TELEGRAM_TOKEN" in wrong[0][1]
    assert "SAPA_TELEGRAM_API" in away[0][1]
    assert TOKEN not in str((polled, hooked, wrong, away))


async def test_what_cannot_be_reached_is_named_with_its_setting() -> None:
    [chat] = await found(load(public_url=f"http://{NOWHERE}"), "webchat")
    [sms] = await found(load(sms_webhook_url=f"https://{NOWHERE}/sms", sms_webhook_secret="s" * 32), "sms")
    account = EmailChannel(f"smtp://mei:secret@{NOWHERE}", "shop@shop.test", "", seconds=1)
    [mail] = await found(load(), "email", account)
    for (mark, says), setting in ((chat, "PUBLIC_URL"), (sms, "SMS_WEBHOOK_URL"), (mail, "SMTP_URL")):
        assert mark == "wrong"
        assert f"SAPA_{setting}" in says
        assert "secret" not in says


async def test_what_answers_is_told_apart_from_something_else() -> None:
    ended = asyncio.Semaphore(0)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):  # whoever only looks whether somebody is there
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        writer.close()
        await writer.wait_closed()
        ended.release()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    [chat] = await found(load(public_url=url), "webchat")
    [sms] = await found(load(sms_webhook_url=url, sms_webhook_secret="s" * 32), "sms")
    for _visit in range(2):
        await ended.acquire()
    server.close()
    assert chat[0] == "wrong"
    assert chat[1].startswith("Something else answers at")
    assert sms[0] == "ok"


def test_only_what_is_set_up_can_be_tested() -> None:
    assert list(lines(load(), "", None)) == ["webchat"]
