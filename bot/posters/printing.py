"""`sapa poster` and `sapa joins`: print the posters, and count who came by them."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Collection, Iterable
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from bot.app import utc_now
from bot.doctor import ask_telegram
from bot.keeping import kept_database
from bot.posters.content import compose
from bot.settings import Settings
from console.chat import Look
from console.colour import parse
from locales import Language
from loyalty import programme
from store import joins
from store.joins import Count
from store.tables import branches
from talk.errors import SapaError


class Branch(NamedTuple):
    """A branch that posters are printed for."""

    code: str
    name: str


async def print_posters(
    settings: Settings, folder: Path, *, branch: str, languages: Collection[Language], telegram_name: str
) -> list[Path]:
    """Write a PDF for each branch and language into the folder; the files.

    An empty `branch` means every branch; an empty `telegram_name` asks Telegram, where there is a token. Raises
    SapaError when there is no such branch, or a name cannot be printed.
    """
    from bot.posters.sheet import Sheet

    async with kept_database(settings) as database:
        rules = await database.read(programme.read)
        chosen = _chosen(await database.read(_branches), branch)
    bot = telegram_name.strip().removeprefix("@") or await _bot_name(settings)
    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells of every table it leaves out
    now, brand = utc_now(), parse(Look("").colour)
    today = now.astimezone(settings.zone).date()
    sheets = {}
    for code, name in chosen:
        for language in languages:
            content = compose(rules, code, name, language, chat=settings.address, bot=bot, today=today)
            sheets[folder / f"poster-{code}-{language}.pdf"] = Sheet(content, brand, now).draw()
    _write(folder, sheets)
    return list(sheets)


def _write(folder: Path, sheets: dict[Path, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in sheets.items():
            file.write_bytes(content)
    except OSError as error:
        raise SapaError(f"{error.filename or folder} cannot be written ({error.strerror}).") from None


def _branches(connection: sa.Connection) -> list[Branch]:
    named = sa.select(branches.c.code, branches.c.name).where(branches.c.active).order_by(branches.c.code)
    return [Branch(*row) for row in connection.execute(named)]


def _chosen(found: list[Branch], branch: str) -> list[Branch]:
    if not found:
        raise SapaError("There are no branches yet; name them in the programme (docs/programme.md) first.")
    chosen = [one for one in found if branch in ("", one.code)]
    if not chosen:
        raise SapaError(f"There is no branch {branch!r}; there are {', '.join(one.code for one in found)}.")
    return chosen


async def _bot_name(settings: Settings) -> str:
    """The bot's name, so that its link can be printed; empty without a bot."""
    if not settings.telegram_token.get_secret_value():
        return ""
    answer = await ask_telegram(settings, "getMe")
    if isinstance(answer, str):
        raise SapaError(f"{answer} Or name the bot yourself with --telegram-name.")
    return str(answer["username"])


async def show_joins(settings: Settings, since: dt.date | None) -> None:
    """Print how many joined, by branch, language and channel."""
    begin = dt.datetime.combine(since, dt.time(), settings.zone) if since else None
    async with kept_database(settings) as database:
        counts = await database.read(lambda connection: joins.counted(connection, begin))
    Console().print(table_of(counts) if counts else "Nobody has joined in a chat yet.")


def table_of(counts: Iterable[Count]) -> Table:
    """A row for each poster and one for everybody else, a column for each channel."""
    counts = sorted(counts, key=lambda count: (not count.branch, count.branch, count.language))
    channels = sorted({count.channel for count in counts})
    table = Table("Branch", "Language", title="Joined by source")
    for channel in (*channels, "All"):
        table.add_column(channel, justify="right")
    for (branch, language), row in groupby(counts, key=lambda count: (count.branch, count.language)):
        joined = {count.channel: count.joined for count in row}
        numbers = [f"{joined.get(channel, 0):,}" for channel in channels]
        table.add_row(branch or "no poster", language, *numbers, f"{sum(joined.values()):,}")
    return table
