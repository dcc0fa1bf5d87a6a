"""The doctor: looks at everything Sapa needs and says what to do about what is missing."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

import httpx
import sqlalchemy as sa
import typer

from bot.logs import redact
from bot.settings import Settings
from locales import own_words
from store import schema, wordings
from store.database import Database, StoreUnavailable
from talk.errors import SapaError

SAFE_SQLITE = (3, 51, 3)  # before it, two writing connections may corrupt a WAL; Sapa has one
CLOCK_SECONDS = 30
Mark = Literal["ok", "note", "wrong"]
SIGNS: dict[Mark, str] = {"ok": "✓", "note": "•", "wrong": "✗"}
COLOURS: dict[Mark, str] = {"ok": "green", "note": "yellow", "wrong": "red"}


TELEGRAM = "https://api.telegram.org"
SILENT = {
    "unreached": "{detail} cannot be reached; check the network and SAPA_TELEGRAM_API.",
    "token": "Telegram does not know this token; copy it again from @BotFather into SAPA_TELEGRAM_TOKEN.",
    "other": "Telegram answered {detail}.",
}


@dataclass(frozen=True, slots=True)
class Silent:
    """Why the Bot API says nothing of use."""

    why: Literal["unreached", "token", "other"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, whether it is well, and what was found or is to be done."""

    name: str
    mark: Mark
    says: str


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Look at one thing after another."""
    yield _secret_key(settings)
    yield _data_dir(settings)
    async for finding in _database(settings):
        yield finding
    if settings.telegram_token.get_secret_value():
        for look in (_telegram, _webhook):
            yield await look(settings)
    else:
        yield Finding("Telegram", "note", "No token is set; customers reach you by the web chat only.")
    async for finding in _codes(settings):
        yield finding
    yield await _clock(settings)


async def _codes(settings: Settings) -> AsyncIterator[Finding]:
    """The ways by which one-time codes reach members who have no chat."""
    url = settings.smtp_url.get_secret_value()
    if url:
        from channels.email.channel import EmailChannel

        wrong = await EmailChannel(url, settings.smtp_from, "").probe()
        advice = f"It takes no mail of ours ({wrong}); check SAPA_SMTP_URL." if wrong else "It takes our mail."
        yield Finding("Mail server", "wrong" if wrong else "ok", advice)
    if settings.sms_webhook_url:
        # To ask it would be to send a message.
        where = urlsplit(settings.sms_webhook_url).hostname
        yield Finding("Text messages", "ok", f"They go out by {where}.")
    if not url and not settings.sms_webhook_url:
        says = "Codes that link cards go to chats and are typed at the till; SAPA_SMTP_URL lets them go by e-mail."
        yield Finding("One-time codes", "note", says)


def _secret_key(settings: Settings) -> Finding:
    try:
        settings.secret  # noqa: B018 - reading it makes or checks it
    except (SapaError, OSError) as error:
        return Finding("Secret key", "wrong", str(error))
    if settings.secret_key.get_secret_value():
        return Finding("Secret key", "ok", "It is set by SAPA_SECRET_KEY.")
    return Finding("Secret key", "ok", f"It is kept in {settings.data_dir / 'secret.key'}; back that file up.")


def _data_dir(settings: Settings) -> Finding:
    where = settings.data_dir
    if not os.access(where, os.W_OK):
        return Finding(
            "Data directory", "wrong", f"{where} cannot be written to; change its owner or SAPA_DATA_DIR."
        )
    return Finding("Data directory", "ok", f"{where} can be written to.")


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    if settings.database.startswith("sqlite"):
        yield _sqlite()
    if settings.new_sqlite:
        yield Finding(
            "Database", "note", "There is none yet; it is made when Sapa starts or something is imported."
        )
        return
    try:
        database = Database(settings.database, writes=False)
    except (sa.exc.SQLAlchemyError, SapaError, OSError) as error:
        yield Finding("Database", "wrong", redact(str(error)))
        return
    try:
        found = await database.read(schema.current)
        yield Finding("Database", "ok", f"It answers ({database.dialect}).")
        if found == schema.newest():
            yield Finding("Migrations", "ok", f"The database is at revision {found}.")
            yield await _own_words(database)
        else:
            yield Finding("Migrations", "wrong", str(schema.NotMigrated(found)))
        if database.dialect == "postgresql":
            yield await _postgres(database)
    except StoreUnavailable as error:
        reason = redact(str(error)).partition("\n")[0]
        yield Finding(
            "Database", "wrong", f"It does not answer: {reason}. Is it running, is SAPA_DATABASE_URL right?"
        )
    finally:
        database.close()


def _sqlite() -> Finding:
    version = sqlite3.sqlite_version
    if sqlite3.sqlite_version_info < (3, 35, 0):
        return Finding("SQLite", "wrong", f"Version {version} is too old; Sapa needs 3.35 or newer.")
    if sqlite3.sqlite_version_info < SAFE_SQLITE:
        says = f"Version {version} is safe with Sapa's one writer; let no other program write to the file."
        return Finding("SQLite", "note", says)
    return Finding("SQLite", "ok", f"Version {version}.")


async def _own_words(database: Database) -> Finding:
    """Whether what the business says in words of its own still fits the sentences of this code."""
    misfits = own_words.misfits(await database.read(wordings.current))
    if not misfits:
        return Finding("Own words", "ok", "They fit Sapa's sentences.")
    first = misfits[0]
    says = f"Sapa says its own sentence in {len(misfits)} places, such as {first.sentence!r} in {first.language}"
    return Finding("Own words", "note", f"{says}: your words do not fit it any more; see Settings, Wordings.")


async def _postgres(database: Database) -> Finding:
    number = await database.read(lambda connection: connection.scalar(sa.text("SHOW server_version_num")))
    version = int(str(number)) // 10_000
    if version < 15:
        return Finding("PostgreSQL", "wrong", f"Version {version} is too old; Sapa needs 15 or newer.")
    return Finding("PostgreSQL", "ok", f"Version {version}.")


async def _telegram(settings: Settings) -> Finding:
    answer = await ask_telegram(settings, "getMe")
    if isinstance(answer, str):
        return Finding("Telegram", "wrong", answer)
    return Finding("Telegram", "ok", f"The token belongs to @{answer.get('username', '')}.")


async def _webhook(settings: Settings) -> Finding:
    answer = await ask_telegram(settings, "getWebhookInfo")
    if isinstance(answer, str):
        return Finding("Telegram updates", "wrong", answer)
    url = str(answer.get("url", ""))
    if settings.telegram_mode == "polling":
        says = "They are polled." if not url else "A webhook is set; it is removed when Sapa starts to poll."
        return Finding("Telegram updates", "ok" if not url else "note", says)
    if answer.get("last_error_message"):
        return Finding("Telegram updates", "note", f"The last delivery failed: {answer['last_error_message']}.")
    return Finding("Telegram updates", "ok", "They come by webhook.")


async def ask_telegram(settings: Settings, method: str) -> dict[str, object] | str:
    """What the Bot API answers, or what to do when it does not."""
    answer = await telegram_answer(settings, method)
    return answer if isinstance(answer, dict) else SILENT[answer.why].format(detail=answer.detail)


async def telegram_answer(settings: Settings, method: str) -> dict[str, object] | Silent:
    """What the Bot API answers within ten seconds, or why it does not."""
    server = settings.telegram_api or TELEGRAM
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.get(f"{server}/bot{settings.telegram_token.get_secret_value()}/{method}")
            body = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        return Silent("unreached", f"{server} ({type(error).__name__})")
    if answer.status_code in (401, 404):
        return Silent("token")
    result = body.get("result")
    return result if isinstance(result, dict) else Silent("other", str(body.get("description", answer.status_code)))


async def _clock(settings: Settings) -> Finding:
    """Compare with the clock of the Bot API server, where there is one to ask."""
    if not settings.telegram_token.get_secret_value():
        return Finding("Clock", "note", f"It shows {dt.datetime.now(settings.zone):%d %B %Y %H:%M} in your zone.")
    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.get(settings.telegram_api or TELEGRAM)
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, KeyError, ValueError):
        return Finding("Clock", "note", "No other clock could be asked.")
    away = abs((dt.datetime.now(dt.UTC) - theirs).total_seconds())
    if away > CLOCK_SECONDS:
        return Finding("Clock", "wrong", f"It is {away:.0f} seconds off; turn on time synchronisation (NTP).")
    return Finding("Clock", "ok", "It agrees with Telegram's.")


async def show(settings: Settings) -> bool:
    """Print what is found, line by line; whether nothing is wrong."""
    well = True
    async for finding in examine(settings):
        typer.secho(f"{SIGNS[finding.mark]} {finding.name}: {finding.says}", fg=COLOURS[finding.mark])
        well = well and finding.mark != "wrong"
    return well
