"""aiogram with nothing behind it: a session that answers every call at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, Message

from bench.turn.survey import TOKEN

SENT = Message(message_id=1, date=dt.datetime(2026, 11, 21, tzinfo=dt.UTC), chat=Chat(id=1, type="private"))


class Silent(BaseSession):
    """Every message counts as sent the moment it is handed over."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - the signature is aiogram's
    ) -> TelegramType:
        """The answer of sendMessage."""
        return cast(TelegramType, SENT)

    async def close(self) -> None:
        """Nothing is open."""

    async def stream_content(self, *_args: Any, **_kwargs: Any) -> AsyncGenerator[bytes, None]:  # pragma: no cover
        """No files."""
        yield b""


def silent_bot() -> Bot:
    """A bot that reaches nobody."""
    return Bot(TOKEN, session=Silent())
