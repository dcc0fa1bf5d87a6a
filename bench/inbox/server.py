"""Sapa with its crowd: `python -m bench.inbox.server FOLDER PORT SIZE`.

It prints the cookies of everybody when it answers. SIGTERM ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from functools import partial
from pathlib import Path

import msgspec

from bench.contest import pin
from bench.inbox.crowd import Crowd, Size, gather
from bot.app import App, compose, utc_now
from bot.logs import set_up
from bot.running import ROLES, open_database, run
from bot.settings import Settings, load


async def serve(settings: Settings, size: Size) -> None:
    """Serve until SIGTERM."""
    database = await open_database(settings.database, migrate=True)
    try:
        app, ready = await compose(settings, database), asyncio.Event()
        crowd = await _crowd(app, size)
        running = asyncio.create_task(run(app, ROLES, ready=ready.set))
        await ready.wait()
        sys.stdout.buffer.write(msgspec.json.encode(crowd) + b"\n")
        sys.stdout.buffer.flush()
        await running
    finally:
        database.close()


async def _crowd(app: App, size: Size) -> Crowd:
    """Everybody, named by the cookie that their browser sends."""
    visits = app.web.state.chat.visits
    names = [visits.new() for _number in range(size.customers)]
    made = await app.database.transact(partial(gather, size=size, visitor_names=names, now=utc_now()))
    customers = [(visits.cookie(name, framed=False).partition(";")[0], queue) for name, queue in made.customers]
    return Crowd([(f"sapa_staff={token}", queue) for token, queue in made.agents], customers)


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("size", type=partial(msgspec.json.decode, type=Size))
    given = parser.parse_args()
    pin()
    set_up("console", "warning")
    settings = load(
        data_dir=given.folder, database_url="", host="127.0.0.1", port=given.port, public_url="", telegram_token=""
    )
    asyncio.run(serve(settings, given.size))


if __name__ == "__main__":
    main()
