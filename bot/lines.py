"""The channels as the settings page shows them, and how each is tested from there."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from bot.doctor import Silent, telegram_answer
from bot.settings import Settings
from console.staff.office import Line, Outcome
from locales import Text, _, render
from store.ways import EMAIL, SMS
from talk.messages import Moved, Sent

if TYPE_CHECKING:
    from channels.email.channel import EmailChannel

SECONDS = 5.0
PUBLIC_URL = "SAPA_PUBLIC_URL"
CHAT_ANSWERS = _("The chat answers at {address}.")
CHAT_SILENT = _("{address} can't be reached from here ({detail}). Please check {setting} and the proxy before it.")
CHAT_OTHER = _("Something else answers at {address}. Please check {setting} and the proxy before it.")
IS_BOT = _("The token belongs to {bot}.")
SILENT: dict[str, Text] = {
    "unreached": _("{detail} can't be reached. Please check the network and {setting}."),
    "token": _("Telegram doesn't know the token. Please copy it again from {helper} into {setting}."),
    "other": _("Telegram answered: {detail}"),
}
POLLED = _("Sapa asks Telegram for messages all the time.")
WEBHOOK_IN_THE_WAY = _("Telegram delivers messages somewhere else. That ends when Sapa starts again.")
NO_WEBHOOK = _("Telegram doesn't know where to deliver messages, so none comes. Please start Sapa again.")
WEBHOOK_FAILED = _("Telegram's last delivery failed: {detail}")
BY_WEBHOOK = _("Telegram delivers messages to {address}.")
MAIL_TAKEN = _("The mail server takes our mail.")
MAIL_REFUSED = _("The mail server takes no mail of ours: {detail} Please check {setting}.")
MAIL_SENT = _("A test mail is on its way to {address}.")
MAIL_NOT_SENT = _("The test mail to {address} was not taken: {detail}")
MAIL_SUBJECT, MAIL_TEXT = _("Test mail"), _("This mail shows that Sapa can send you mail.")
SMS_REACHED = _("The gateway at {address} answers. Only a real text message would show whether it takes ours.")
SMS_SILENT = _("The gateway at {address} can't be reached ({detail}). Please check {setting}.")


def lines(settings: Settings, telegram: str, mail: EmailChannel | None) -> Mapping[str, Line]:
    """Every channel that is set up, by name; `telegram` is the account of the bot, empty without a token."""
    found = {"webchat": Line("", "", partial(_webchat, settings))}
    if telegram:
        found["telegram"] = Line(telegram, settings.telegram_mode, partial(_telegram, settings))
    if mail is not None:
        found[EMAIL] = Line(settings.smtp_from, "", partial(_mail, settings, mail))
    if settings.sms_webhook_url:
        found[SMS] = Line(urlsplit(settings.sms_webhook_url).hostname or "", "", partial(_sms, settings))
    return found


async def _webchat(settings: Settings, _to: str) -> list[Outcome]:
    address = f"{settings.address}/chat"
    try:
        async with httpx.AsyncClient(timeout=SECONDS) as client:
            answer = await client.get(address)
    except httpx.HTTPError as error:
        return [
            Outcome(
                "wrong", CHAT_SILENT, {"address": address, "detail": type(error).__name__, "setting": PUBLIC_URL}
            )
        ]
    ours = answer.status_code == httpx.codes.OK and "/static/" in answer.text and "chat/main.js" in answer.text
    return [
        Outcome(
            "ok" if ours else "wrong",
            CHAT_ANSWERS if ours else CHAT_OTHER,
            {"address": address, "setting": PUBLIC_URL},
        )
    ]


async def _telegram(settings: Settings, _to: str) -> list[Outcome]:
    bot = await telegram_answer(settings, "getMe")
    if isinstance(bot, Silent):
        return [_silent(bot)]
    found = [Outcome("ok", IS_BOT, {"bot": f"@{bot.get('username', '')}"})]
    hook = await telegram_answer(settings, "getWebhookInfo")
    if isinstance(hook, Silent):
        return [*found, _silent(hook)]
    return [*found, _updates(settings, str(hook.get("url", "")), str(hook.get("last_error_message") or ""))]


def _silent(answer: Silent) -> Outcome:
    setting = "SAPA_TELEGRAM_API" if answer.why == "unreached" else "SAPA_TELEGRAM_TOKEN"
    values: dict[str, object] = {"detail": answer.detail, "helper": "@BotFather", "setting": setting}
    return Outcome("wrong", SILENT[answer.why], values)


def _updates(settings: Settings, url: str, error: str) -> Outcome:
    """How messages come. The address that Telegram delivers to holds no secret: that stands in a header."""
    if settings.telegram_mode == "polling":
        return Outcome("note", WEBHOOK_IN_THE_WAY) if url else Outcome("ok", POLLED)
    if not url:
        return Outcome("wrong", NO_WEBHOOK)
    return (
        Outcome("note", WEBHOOK_FAILED, {"detail": error}) if error else Outcome("ok", BY_WEBHOOK, {"address": url})
    )


async def _mail(settings: Settings, mail: EmailChannel, to: str) -> list[Outcome]:
    wrong = await mail.probe()
    if wrong:
        return [Outcome("wrong", MAIL_REFUSED, {"detail": wrong, "setting": "SAPA_SMTP_URL"})]
    language = settings.default_language
    receipt = await mail.post(to, render(MAIL_SUBJECT, language), render(MAIL_TEXT, language))
    if isinstance(receipt, Sent):
        return [Outcome("ok", MAIL_TAKEN), Outcome("ok", MAIL_SENT, {"address": to})]
    detail = receipt.sender if isinstance(receipt, Moved) else receipt.reason
    return [Outcome("ok", MAIL_TAKEN), Outcome("wrong", MAIL_NOT_SENT, {"address": to, "detail": detail})]


async def _sms(settings: Settings, _to: str) -> list[Outcome]:
    parts = urlsplit(settings.sms_webhook_url)
    secure = parts.scheme == "https"
    address = parts.hostname or ""
    try:
        async with asyncio.timeout(SECONDS):
            _reader, writer = await asyncio.open_connection(
                address, parts.port or (443 if secure else 80), ssl=ssl.create_default_context() if secure else None
            )
    except (OSError, TimeoutError) as error:
        return [
            Outcome(
                "wrong",
                SMS_SILENT,
                {"address": address, "detail": type(error).__name__, "setting": "SAPA_SMS_WEBHOOK_URL"},
            )
        ]
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return [Outcome("ok", SMS_REACHED, {"address": address})]
