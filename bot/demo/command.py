"""The demo: a sample business that anybody can try, on this machine alone, without any token.

Everything in it comes in by the ways real data come in: the shop's rules are set, the lists are imported, and
what customers say passes through `receive`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
import typer
from pydantic import SecretStr

from bot.app import utc_now
from bot.demo.before import happened_before
from bot.demo.cast import best_customers
from bot.demo.child import letter
from bot.demo.clock import DemoClock
from bot.demo.listened import listened_before
from bot.demo.supervisor import Supervisor
from bot.demo.wrote import wrote_before
from bot.first_staff import demo_staff
from bot.importing.kinds import KINDS
from bot.importing.shown import import_with_bar
from bot.running import listen, open_database
from bot.settings import Settings
from channels.webchat.links import LIFETIME, personal_link
from store.database import Database
from store.tables import products

if TYPE_CHECKING:
    from channels.telegram.fake import FakeTelegram

LANGUAGE_NAMES = {"en": "English", "ms": "Malay", "vi": "Vietnamese", "ar": "Arabic", "zh": "Chinese"}


async def demo(settings: Settings, *, telegram_fake: bool) -> int:
    """Make the sample business if it is not there yet, run it, and print where to go; the exit code of its end.

    The bot is a process of its own, started anew when it is killed.
    """
    listening = listen(settings.host, settings.port)
    with listening:
        database = await open_database(settings.database, migrate=True)
        try:
            await fill(database, settings)
            async with _telegram(database, settings, telegram_fake) as (used, addresses):
                links = await database.read(lambda connection: _links(connection, used))
                password, team = await demo_staff(database)
                now = (await DemoClock.kept(database)).now()
                await happened_before(database, settings, now)
                await listened_before(database, now)
                await wrote_before(database, settings, now)
                database.close()  # the bot's own process writes from here on
                supervisor = Supervisor(
                    [sys.executable, "-m", "bot.demo.child"],
                    listening,
                    lambda life: letter(life, used, password),
                    lambda: _tell([*addresses, *links], used, password, team),
                )
                return await _until_told(supervisor)
        finally:
            database.close()


async def _until_told(supervisor: Supervisor) -> int:
    """Run until it ends, or until SIGTERM or Ctrl+C."""
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, told.set)
    running, stop = asyncio.create_task(supervisor.run()), asyncio.create_task(told.wait())
    await asyncio.wait((running, stop), return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    await supervisor.stop()
    return await running


async def fill(database: Database, settings: Settings) -> None:
    """Import the sample business, unless it is there; a demo that was stopped half-way goes on."""
    from bot import demo_data

    today = utc_now().astimezone(settings.zone).date()
    last_step = sa.select(sa.exists().where(products.c.picture_id.is_not(None)))
    if await database.read(lambda connection: connection.scalar(last_step)):
        return
    await database.transact(lambda connection: demo_data.apply_setup(connection, utc_now()))
    with tempfile.TemporaryDirectory(prefix="sapa-demo-") as folder:
        files = demo_data.write(Path(folder), today)
        for kind in KINDS:
            await import_with_bar(database, settings, kind, files[kind])
    pages = products.update().values(address=sa.literal(f"{settings.address}/demo/shop/") + products.c.sku)
    await database.transact(lambda connection: connection.execute(pages))
    await database.transact(lambda connection: demo_data.apply_pictures(connection, utc_now()))


@asynccontextmanager
async def _telegram(
    database: Database, settings: Settings, play: bool
) -> AsyncIterator[tuple[Settings, list[tuple[str, str]]]]:
    """The settings to run with, and more addresses to print: those of the played Telegram, where one is wanted."""
    if not play:
        yield settings, []
        return
    from channels.telegram.fake import TOKEN, FakeTelegram

    async with FakeTelegram(token=TOKEN) as fake:
        # The database remembers the updates of earlier demos, so this one's must have ids of their own.
        fake.updates.next_id = int(utc_now().timestamp())
        await database.read(lambda connection: people(connection, fake))
        played = settings.model_copy(update={"telegram_token": SecretStr(TOKEN), "telegram_api": fake.url})
        yield played, [("Telegram, played", fake.url)]


def people(connection: sa.Connection, fake: FakeTelegram) -> None:
    """Somebody of each language in Telegram, whose phone number is that of a member's card."""
    for number, (language, name) in enumerate(LANGUAGE_NAMES.items(), start=1):
        _web, member = best_customers(connection, language)
        fake.customer(1000 + number, f"{name} speaker", language, phone=member.phone)


def _links(connection: sa.Connection, settings: Settings) -> Sequence[tuple[str, str]]:
    """A personal link to one customer of each language, with some points to ask about."""
    found = []
    for language, name in LANGUAGE_NAMES.items():
        member, _telegram = best_customers(connection, language)
        expires = utc_now() + LIFETIME
        link = personal_link(settings.secret.decode(), settings.address, member.public_id, expires)
        found.append((f"{name}-speaking customer", link))
    return found


def _tell(
    addresses: Sequence[tuple[str, str]], settings: Settings, password: str, team: Sequence[tuple[str, str]]
) -> None:
    typer.echo("\nThe sample business is open. Press Ctrl+C to close it.\n")
    typer.echo(f"  {'Five phones, one clock':28} {settings.address}/demo\n")
    typer.echo(f"  {'New customer':28} {settings.address}/chat")
    for name, address in addresses:
        typer.echo(f"  {name:28} {address}")
    if settings.telegram_token.get_secret_value() and not settings.telegram_api:
        typer.echo(f"  {'Telegram':28} the bot of your token")
    typer.echo("")
    typer.echo("A personal link opens the chat as that customer, once; the browser then remembers.\n")
    typer.echo(f"  {'Till, at phone width':28} {settings.address}/till")
    typer.echo(f"  {'Staff pages':28} {settings.address}/staff")
    for role, email in team:
        typer.echo(f"  {f'Log in as {role}':28} {email}")
    typer.echo(f"  {'Password, until the end':28} {password}\n")
    typer.echo(f"Started on {dt.datetime.now(settings.zone):%d %B %Y, %H:%M}.")
