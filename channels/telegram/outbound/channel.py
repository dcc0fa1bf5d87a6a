"""Writing to Telegram: one `Outgoing` is one call, and what came of it is a `Receipt`.

python-telegram-bot is used as a bare bot: no application, no rate limiter, no persistence.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from html import escape
from typing import Any, TypeAlias

import msgspec
import structlog
from telegram import InputFile
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from channels.telegram.bot_token import account_of
from channels.telegram.outbound.files import DOWNLOAD_LIMIT, KnownFiles, form_of
from channels.telegram.outbound.keyboards import keyboard
from channels.telegram.outbound.receipts import (
    FILE_FORGOTTEN,
    NOT_EDITABLE,
    NOT_MODIFIED,
    PRESS_EXPIRED,
    Floods,
    receipt_of,
    says,
)
from channels.telegram.outbound.request import SILENCE_SECONDS, AiohttpRequest, Flooded
from talk.channel import Rates
from talk.errors import SapaError
from talk.messages import Media, Outgoing, Receipt, Refused, Sent
from talk.split import plain

log = structlog.get_logger()
logging.getLogger("telegram").setLevel(logging.INFO)  # its debug lines carry the token and what customers write

TELEGRAM = "https://api.telegram.org"
TOAST_LENGTH = 200
TOPIC_LENGTH = 128
NO_PREVIEW = {"link_preview_options": {"is_disabled": True}}

LoadMedia: TypeAlias = Callable[[str], Awaitable[bytes]]
"""The bytes of a medium by its public id. Raises SapaError when there is none."""


class CallFailed(SapaError):
    """Telegram did not do what was asked of it; the message is its own."""


class FileUnavailable(SapaError):
    """A customer's file cannot be had: it is too large or too old, or Telegram is not reached."""


class _Bot(ExtBot[None]):
    """`do_api_request` warns that there are methods of its own for what is called; files go through it alone."""

    @classmethod
    def _warn(cls, *args: Any, **kwargs: Any) -> None:
        pass


class _Message(msgspec.Struct):
    message_id: int


class TelegramChannel:
    """One bot on a Bot API server: `api` is its base address, Telegram's own when empty.

    `paid` spends Telegram Stars on messages beyond 30 a second, up to 1,000; `patience` is how many seconds of
    silence end a call. Connections open on the running loop at the first call.
    """

    name = "telegram"

    def __init__(
        self,
        token: str,
        load_media: LoadMedia,
        *,
        api: str = "",
        paid: bool = False,
        patience: float = SILENCE_SECONDS,
    ) -> None:
        self.account = account_of(token)
        self.rates = Rates(account=1000 if paid else 30, chat=1, group_minute=20)
        server = api.rstrip("/") or TELEGRAM
        self._request = AiohttpRequest(patience)
        self._bot = _Bot(token, f"{server}/bot", request=self._request, get_updates_request=self._request)
        self._url = f"{server}/bot{token}/"
        self._files_url = f"{server}/file/bot{token}/"
        self._load_media = load_media
        self._paid = {"allow_paid_broadcast": True} if paid else {}
        self._files = KnownFiles()
        self._floods = Floods()
        self._asides: set[asyncio.Task[None]] = set()

    async def send(self, to: str, outgoing: Outgoing) -> Receipt:
        """Make the call; whatever Telegram answers, or does not, is the receipt.

        `to` is a chat's id, or for a topic of a group `CHAT/THREAD`.
        """
        return await self._receipt(to, lambda: self._deliver(to, outgoing))

    async def open_topic(self, chat: str, title: str) -> Receipt:
        """Make a topic in a group; the receipt's message is its thread."""
        return await self._receipt(chat, lambda: self._make_topic(chat, title))

    async def remove_topic(self, chat: str, thread: int) -> Receipt:
        """Delete a topic with everything in it."""
        return await self._receipt(chat, lambda: self._drop_topic(chat, thread))

    async def _receipt(self, to: str, call: Callable[[], Awaitable[str]]) -> Receipt:
        try:
            message = await call()
        except TelegramError as error:
            if isinstance(error, Flooded):
                self._floods.refused(to)
            return receipt_of(error, account=self._floods.of_account)
        except SapaError as error:
            return Refused(str(error))
        self._floods.went_through()
        return Sent(message)

    async def fetch(self, ref: str, limit: int) -> bytes:
        """The bytes of a customer's file, at most `limit` and never more than 20 MB. Raises FileUnavailable."""
        limit = min(limit, DOWNLOAD_LIMIT)
        try:
            file = await self._call("getFile", {"file_id": ref})
            if file.get("file_size", 0) > limit:
                raise FileUnavailable(f"The file is larger than {limit} bytes.")
            return await self._request.download(self._files_url + file["file_path"], limit)
        except TelegramError as error:
            raise FileUnavailable(f"Telegram did not give the file: {error.message}") from None

    async def ask(self, method: str, params: dict[str, Any]) -> Any:
        """Call any method of the Bot API and return its result. Raises CallFailed."""
        try:
            return await self._call(method, params)
        except TelegramError as error:
            raise CallFailed(f"{method}: {error.message}") from None

    def typing(self, to: str) -> None:
        """Show the customer that an answer is on its way, for five seconds or until it comes. Never raises."""
        self._aside("sendChatAction", {"chat_id": to, "action": "typing"})

    def release(self, press: str) -> None:
        """Let a pressed button come up again, without a word. Never raises."""
        self._aside("answerCallbackQuery", {"callback_query_id": press})

    async def close(self) -> None:
        """Drop what nobody waits for and close the connections; safe to call twice."""
        for task in self._asides:
            task.cancel()
        await asyncio.gather(*self._asides, return_exceptions=True)
        await self._request.shutdown()

    async def _deliver(self, to: str, outgoing: Outgoing) -> str:
        """Make the call and return the message's id."""
        if outgoing.press:
            return await self._answer_press(outgoing)
        if outgoing.media:
            return await self._send_media(to, outgoing, outgoing.media)
        # A reply keyboard cannot be edited into a message.
        if outgoing.edits and not outgoing.request:
            return await self._edit(to, outgoing)
        return await self._send_text(to, outgoing)

    async def _make_topic(self, chat: str, title: str) -> str:
        made = await self._call("createForumTopic", {"chat_id": chat, "name": title[:TOPIC_LENGTH]})
        return str(made["message_thread_id"])

    async def _drop_topic(self, chat: str, thread: int) -> str:
        await self._call("deleteForumTopic", {"chat_id": chat, "message_thread_id": thread})
        return str(thread)

    async def _send_text(self, to: str, outgoing: Outgoing) -> str:
        return await self._send_content("sendMessage", _content(to, outgoing) | NO_PREVIEW | self._paid)

    async def _edit(self, to: str, outgoing: Outgoing) -> str:
        """Replace an earlier message's text and buttons; what Telegram will not edit is sent anew."""
        params = _content(to, outgoing) | {"message_id": outgoing.edits}
        try:
            if outgoing.text:
                await self._call("editMessageText", params | NO_PREVIEW)
            else:
                await self._call("editMessageReplyMarkup", params)
        except BadRequest as error:
            if outgoing.text and says(error, NOT_EDITABLE):
                return await self._send_text(to, outgoing)
            if not says(error, NOT_MODIFIED):
                raise
        return outgoing.edits

    async def _answer_press(self, outgoing: Outgoing) -> str:
        toast = plain(outgoing.text)[:TOAST_LENGTH]
        try:
            await self._call("answerCallbackQuery", {"callback_query_id": outgoing.press, "text": toast})
        except BadRequest as error:
            if not says(error, PRESS_EXPIRED):  # by then the customer's app has let go of the button by itself
                raise
        return ""

    async def _send_media(self, to: str, outgoing: Outgoing, media: Media) -> str:
        params = _content(to, outgoing, "caption") | self._paid
        if known := self._files.find(media.ref):
            form, file_id = known
            try:
                return await self._send_content(_method(form), params | {form: file_id})
            except BadRequest as error:
                if not says(error, FILE_FORGOTTEN):
                    raise
        content = await self._load_media(media.ref)
        form, name = form_of(content, media)
        upload = params | {form: InputFile(content, filename=name)}
        message: Any = await self._bot.do_api_request(_method(form), upload)
        self._files.remember(media.ref, form, message)
        return str(message["message_id"])

    async def _send_content(self, method: str, params: dict[str, Any]) -> str:
        message: _Message = await self._call(method, params, _Message)
        return str(message.message_id)

    async def _call(self, method: str, params: dict[str, Any], kind: Any = Any) -> Any:
        return await self._request.call(self._url + method, params, kind)

    def _aside(self, method: str, params: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._quietly(method, params))
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _quietly(self, method: str, params: dict[str, Any]) -> None:
        try:
            await self._call(method, params)
        except TelegramError as error:
            log.debug("telegram_courtesy_failed", method=method, reason=error.message)


def _content(to: str, outgoing: Outgoing, field: str = "text") -> dict[str, Any]:
    chat, _, thread = to.partition("/")
    return {
        "chat_id": chat,
        **({"message_thread_id": int(thread)} if thread else {}),
        field: _words(outgoing) or None,
        "parse_mode": "HTML",
        "reply_markup": keyboard(to, outgoing),
    }


def _words(outgoing: Outgoing) -> str:
    """What is written; Telegram shows all of it as the bot's, so a person's words begin with their name."""
    if not outgoing.author:
        return outgoing.text
    return f"<b>{escape(outgoing.author, quote=False)}</b>\n{outgoing.text}"


def _method(form: str) -> str:
    return "sendPhoto" if form == "photo" else "sendDocument"
