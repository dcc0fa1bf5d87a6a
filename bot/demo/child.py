"""The demo's bot, as the process that the supervisor starts, may see killed, and starts again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from bot.app import compose
from bot.demo.board import Board
from bot.demo.clock import DemoClock
from bot.demo.pages import routes
from bot.demo.stage import Process, Stage
from bot.demo.supervisor import READY, Life
from bot.demo.sweep import Sweep
from bot.logs import set_up
from bot.running import ROLES, open_database, run
from bot.settings import Settings, load
from console import static_files


class Letter(msgspec.Struct, frozen=True):
    """What the process is told on its first line: its life, its settings, the password of the demo's accounts."""

    life: Life
    settings: dict[str, Any]
    password: str


def letter(life: Life, settings: Settings, password: str) -> bytes:
    """The line for a process that is to run with these settings."""
    overrides = {
        "data_dir": str(settings.data_dir),
        "database_url": settings.database_url,
        "host": settings.host,
        "port": settings.port,
        "public_url": settings.public_url,
        "telegram_token": settings.telegram_token.get_secret_value(),
        "telegram_api": settings.telegram_api,
    }
    return msgspec.json.encode(Letter(life, overrides, password))


def main() -> None:
    """Read the letter and live by it, until it is told to stop or nobody holds the other end."""
    told = msgspec.json.decode(sys.stdin.buffer.readline(), type=Letter)
    settings = load(**{**told.settings, "data_dir": Path(told.settings["data_dir"])})
    set_up(settings.log_format, settings.log_level)
    asyncio.run(live(told, settings))


async def live(told: Letter, settings: Settings) -> None:
    """Run the house on the demo's clock, with the demo's page."""
    asyncio.get_running_loop().add_reader(sys.stdin.fileno(), _end_with_the_supervisor)
    database = await open_database(settings.database, migrate=False)
    try:
        clock, board = await DemoClock.kept(database), Board()
        app = await compose(settings, database, now=clock.now)

        def wake() -> None:
            app.broadcaster.wake()
            app.sender.wake()

        async def settled() -> None:
            await asyncio.gather(app.scoring.settled(), app.refitting.settled())

        sweep = Sweep(clock, database, app.tick, wake, board, settled=settled)
        stage = Stage(app, clock, sweep, board, _process(told.life), told.password)
        await stage.open()
        static = f"/static/{static_files.version()}"
        app.web.router.routes[:0] = routes(stage, app.web.state.chat, static)
        try:
            with socket.socket(fileno=told.life.socket) as listening:
                await run(app, ROLES, ready=_say_ready, listening=listening)
        finally:
            await sweep.stop()
    finally:
        database.close()


def _process(life: Life) -> Process:
    return Process(os.getpid(), life.restarts, time.time() - life.killed_at if life.restarts else 0.0)


def _say_ready() -> None:
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()


def _end_with_the_supervisor() -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
