"""Running the house: roles, the heartbeat, and the orderly end."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import structlog
import typer

from bot.app import WEBHOOK_PATH, App, Telegram, compose, utc_now
from bot.first_staff import first_owner_link
from bot.settings import Settings
from bot.warming import holidays, warm
from handlers.scene import Notice
from store import bell, runs, schema
from store.database import Database, StoreUnavailable
from talk.errors import SapaError

log = structlog.get_logger()

ROLES = ("web", "sender", "scheduler")
# To stop within 20 seconds, one after the other:
POLL_SECONDS = 4.0  # for turns under way when polling stops
WEB_SECONDS = 4  # for requests that are not finished
DRAIN_SECONDS = 9.0  # for messages on the wire
CAREFUL_SECONDS = 600.0
HEARTBEAT_SECONDS = 10.0


async def serve(settings: Settings, roles: Sequence[str], *, migrate: bool) -> None:
    """Open the database, put the house together and run it until it is told to stop."""
    database = await open_database(settings.database, migrate=migrate or settings.new_sqlite)
    try:
        app = await compose(settings, database)
        link = await first_owner_link(database, settings.address) if "web" in roles else None

        def ready() -> None:
            log.info(
                "running", roles=",".join(roles), chat=f"{settings.address}/chat", staff=f"{settings.address}/staff"
            )
            if link is not None:
                # Not into the log: whoever reads it later could come in.
                typer.echo(f"Nobody works here yet. This link, for 72 hours, makes you the owner:\n  {link}")

        await run(app, roles, ready=ready)
    finally:
        database.close()


async def migrate(settings: Settings) -> str:
    """Bring the database up to date; a sentence that says what happened."""
    database = Database(settings.database)
    try:
        before = await database.read(schema.current)
        await database.transact(schema.upgrade)
    finally:
        database.close()
    if before == schema.newest():
        return f"The database is up to date (revision {before})."
    return f"The database went from revision {before or 'none'} to {schema.newest()}."


async def open_database(url: str, *, migrate: bool) -> Database:
    """Open the database for writing; bring it up to date when `migrate`, otherwise insist that it is.

    Raises NotMigrated, AlreadyRunning and StoreUnavailable, and SapaError when its folder cannot be used.
    """
    try:
        database = Database(url)
    except OSError as error:
        raise SapaError(
            f"{error.filename} cannot be used ({error.strerror}); set SAPA_DATA_DIR to a folder Sapa may write to."
        ) from None
    try:
        if migrate:
            await database.transact(schema.upgrade)
        found = await database.read(schema.current)
        if found != schema.newest():
            raise schema.NotMigrated(found)
    except BaseException:
        database.close()
        raise
    return database


async def run(
    app: App,
    roles: Sequence[str],
    *,
    ready: Callable[[], None] = lambda: None,
    listening: socket.socket | None = None,
) -> None:
    """Run the roles until SIGTERM or SIGINT, then stop within 20 seconds: nothing acknowledged is lost.

    `listening` is the web's socket where somebody else holds it; otherwise it is made as the settings say.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(_registered(app, roles))
        failed = asyncio.Event()
        if app.database.dialect == "postgresql":
            bell_rope = asyncio.create_task(bell.listen(app.database.url, app.heard, app.words.refresh))
            stack.callback(bell_rope.cancel)
        if "scheduler" in roles:
            app.tick.start()
            stack.push_async_callback(app.refitting.stop)  # after the tick, which might begin another
            stack.push_async_callback(app.scoring.stop)
            stack.push_async_callback(app.tick.stop)
        # Before the sender starts, so that it ends after it: what is on the wire then is still answered.
        if app.telegram is not None:
            stack.push_async_callback(app.telegram.channel.close)
        if "sender" in roles:
            await _start(stack, "sender", app.sender.run, _drained(app), failed)
            await _start(stack, "fetcher", app.fetcher.run, app.fetcher.stop, failed)
            if app.telegram is not None and (teller := app.telegram.teller) is not None:
                await _start(stack, "teller", teller.run, teller.stop, failed)
        if "scheduler" in roles:  # it puts nothing more into the outbox once the sender is being drained
            await _start(stack, "broadcaster", app.broadcaster.run, app.broadcaster.stop, failed)
        if "web" in roles:
            await _start_web(stack, app, listening, failed)
            if app.telegram is not None:
                await _start_telegram(stack, app.telegram, app.settings, failed)
        warming = asyncio.create_task(warm(app.database, utc_now()))
        stack.callback(warming.cancel)
        ready()
        await _first(stop.wait(), failed.wait())
        log.info("stopping")
    if failed.is_set():
        raise SapaError("A part of Sapa failed; the log above says which and why.")


@asynccontextmanager
async def _registered(app: App, roles: Sequence[str]) -> AsyncIterator[None]:
    """Note that this process runs; after an unclean stop be careful for a while."""
    database, host, pid = app.database, socket.gethostname(), os.getpid()
    run_id, unclean = await database.transact(
        lambda connection: runs.begin(connection, host, pid, ",".join(roles), utc_now(), _alive)
    )
    database.careful = unclean
    heart = asyncio.create_task(_heartbeat(app, run_id))
    if unclean:
        await app.alerts(Notice("unclean_stop", "", {"host": host}))
    try:
        yield
    finally:
        heart.cancel()
        with suppress(StoreUnavailable):
            await database.transact(lambda connection: runs.end(connection, run_id, utc_now()))


async def _heartbeat(app: App, run_id: int) -> None:
    careful_until = utc_now() + dt.timedelta(seconds=CAREFUL_SECONDS)
    while True:
        await asyncio.sleep(HEARTBEAT_SECONDS)
        if app.database.careful and utc_now() >= careful_until:
            app.database.careful = False
        with suppress(StoreUnavailable):
            await app.database.transact(lambda connection: runs.seen(connection, run_id, utc_now()))
            await holidays(app.database, utc_now())  # the programme may keep those of another country by now
        await app.words.refresh()


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _drained(app: App) -> Callable[[], Awaitable[None]]:
    async def drain() -> None:
        await app.sender.drain(DRAIN_SECONDS)

    return drain


async def _start(
    stack: AsyncExitStack,
    name: str,
    work: Callable[[], Awaitable[None]],
    stop: Callable[[], Awaitable[None]],
    failed: asyncio.Event,
) -> None:
    async def guarded() -> None:
        try:
            await work()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.error("part_failed", part=name, reason=str(error), exc_info=not isinstance(error, SapaError))
            failed.set()

    task = asyncio.create_task(guarded(), name=name)

    async def end() -> None:
        await stop()
        await task

    stack.push_async_callback(end)


async def _start_web(stack: AsyncExitStack, app: App, held: socket.socket | None, failed: asyncio.Event) -> None:
    import uvicorn

    from console.serve import StreamingServer

    listening = held or listen(app.settings.host, app.settings.port)
    config = uvicorn.Config(
        app.web,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=WEB_SECONDS,
        lifespan="off",
    )
    server = StreamingServer(config, app.hub)

    async def stop() -> None:
        server.should_exit = True

    await _start(stack, "web", lambda: server.serve([listening]), stop, failed)
    await _first(server.up.wait(), failed.wait())


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises SapaError when it cannot."""
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise SapaError(
            f"The address {host}:{port} cannot be listened on ({error.strerror}). "
            "Stop what uses it, or choose another port: SAPA_PORT, or --port of `sapa demo`."
        ) from None


async def _start_telegram(
    stack: AsyncExitStack, telegram: Telegram, settings: Settings, failed: asyncio.Event
) -> None:
    from channels.telegram.commands import publish

    menus = asyncio.create_task(publish(telegram.channel, settings.default_language))
    stack.callback(menus.cancel)
    if (poller := telegram.poller) is not None:
        await _start(stack, "telegram", poller.run, lambda: poller.stop(POLL_SECONDS), failed)
        return
    from channels.telegram.webhook import register

    url, secret = f"{settings.public_url}{WEBHOOK_PATH}", settings.telegram_secret.get_secret_value()
    await _start(stack, "telegram", lambda: register(telegram.source, url, secret), telegram.source.close, failed)


async def _first(*waits: Awaitable[object]) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
