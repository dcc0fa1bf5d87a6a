"""The calls that fetch updates."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from aiogram import Bot, exceptions
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.methods import DeleteWebhook, GetMe, GetUpdates, SetWebhook, TelegramMethod

from channels.telegram.bot_token import TokenRefused, account_of, without_token
from talk.errors import SapaError

ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
ANSWER_SECONDS = 15

T = TypeVar("T")


class CallRefused(SapaError):
    """Telegram understood a call and will not do it; the message is Telegram's own."""


class Unreached(SapaError):
    """Telegram could not be reached, or asks for patience of `seconds`; try again."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class PolledElsewhere(Unreached):
    """Another process takes this bot's updates; Telegram allows one."""

    def __init__(self) -> None:
        super().__init__(
            "Another program polls this bot, or set a webhook for it. Stop it (one `sapa run` with the telegram "
            "channel for a token), or give it a bot of its own."
        )


class Updates(GetUpdates):
    """getUpdates whose updates stay as they came, so that one that cannot be read does not spoil the others."""

    __returning__ = list[dict[str, Any]]


class Source:
    """One bot's updates on a Bot API server: `api` is its base address, Telegram's own when empty.

    Its calls raise TokenRefused, PolledElsewhere, CallRefused or Unreached, none of which carries the token.
    """

    def __init__(self, token: str, api: str = "") -> None:
        self.account = account_of(token)
        self._token = token
        server = TelegramAPIServer.from_base(api) if api else PRODUCTION
        self._bot = Bot(token, session=AiohttpSession(api=server))

    async def me(self) -> str:
        """The bot's user name."""
        user = await self._call(GetMe())
        return user.username or ""

    async def updates(self, offset: int | None, seconds: int) -> list[dict[str, Any]]:
        """The updates from `offset` on (None: those not confirmed), after at most `seconds` of waiting.

        An offset confirms every update before it.
        """
        method = Updates(offset=offset, timeout=seconds, allowed_updates=ALLOWED)
        return cast(list[dict[str, Any]], await self._call(method, seconds + ANSWER_SECONDS))

    async def set_webhook(self, url: str, secret: str, connections: int) -> None:
        """Have updates sent to `url`, at most `connections` at once (1-100)."""
        await self._call(
            SetWebhook(url=url, secret_token=secret, max_connections=connections, allowed_updates=ALLOWED)
        )

    async def drop_webhook(self) -> None:
        """Let updates be polled; those that wait stay."""
        await self._call(DeleteWebhook())

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        await self._bot.session.close()

    async def _call(self, method: TelegramMethod[T], seconds: int = ANSWER_SECONDS) -> T:
        # "from None": the chained errors carry addresses, and those carry the token.
        try:
            return await self._bot(method, request_timeout=seconds)
        except (exceptions.TelegramUnauthorizedError, exceptions.TelegramNotFound):
            raise TokenRefused from None
        except exceptions.TelegramConflictError:
            raise PolledElsewhere from None
        except exceptions.TelegramRetryAfter as error:
            raise Unreached("Too many requests.", error.retry_after) from None
        except exceptions.TelegramBadRequest as error:
            raise CallRefused(without_token(error.message, self._token)) from None
        except exceptions.ClientDecodeError:
            raise Unreached("The answer was not the Bot API's; a proxy's error page perhaps.") from None
        except (exceptions.AiogramError, OSError) as error:
            reason = without_token(f"{type(error).__name__}: {error}", self._token)
            raise Unreached(reason) from None
