"""Sapa with the web chat open, at work when told so: `python -m bench.segments.server FOLDER PORT URL`.

It prints the personal links of some customers when the chat answers. Then each line that comes in is an order, and
each is answered with a line: `empty` forgets all scores, `score` scores everybody as the scheduler does at night,
`count` counts the segments, `peak` tells the process's memory. SIGTERM ends it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bench.segments import made
from bench.segments.asked import SEGMENTS, ZONE
from bot.app import compose, utc_now
from bot.logs import set_up
from bot.running import open_database, run
from bot.settings import Settings, load
from bot.warming import warm
from channels.webchat.links import LIFETIME, personal_link
from outreach.segments import audience
from scheduler import scoring
from store.database import Database
from store.segments import Segment
from store.tables import contacts, customer_scores, score_runs, stage_changes

CUSTOMERS = 8
ROLES = ("web", "sender")  # the scheduler's own night would come in between


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM, and do what is ordered."""
    database = await open_database(settings.database, migrate=True)
    try:
        app, ready = await compose(settings, database), asyncio.Event()
        running = asyncio.create_task(run(app, ROLES, ready=ready.set))
        await ready.wait()
        await warm(database, utc_now())  # what a process does in its first seconds says nothing of its nights
        _tell(await _links(database, settings))
        obeying = asyncio.create_task(_obey(database))
        await asyncio.wait((running, obeying), return_when=asyncio.FIRST_COMPLETED)
        if obeying.done():  # it failed: without orders it would wait
            obeying.result()
        obeying.cancel()
        await running
    finally:
        database.close()


async def _obey(database: Database) -> None:
    orders = {"empty": _empty, "score": _score, "count": _count, "peak": _peak}
    while order := (await asyncio.to_thread(sys.stdin.readline)).strip():
        _tell(await orders[order](database))


async def _empty(database: Database) -> None:
    def forget(connection: Connection) -> None:
        for table in (stage_changes, customer_scores, score_runs):
            how = "TRUNCATE" if database.path is None else "DELETE FROM"
            connection.execute(sa.text(f"{how} {table.name}"))

    await database.transact(forget)


async def _score(database: Database) -> dict[str, Any]:
    began = time.perf_counter()
    done = await scoring.score(database, now=lambda: made.NOW)
    return {"seconds": time.perf_counter() - began, "customers": done.customers}


async def _count(database: Database) -> dict[str, Any]:
    counts, times = [], []
    for each in SEGMENTS:
        segment = Segment(0, "", each.name, each.condition, 0, "bench", made.NOW, made.NOW, None)
        began = time.perf_counter()
        counts.append(await database.read(partial(audience.count, segment=segment, now=made.NOW, zone=ZONE)))
        times.append(time.perf_counter() - began)
    return {"counts": counts, "times": times}


async def _peak(_database: Database) -> float:
    return await asyncio.to_thread(_megabytes)


def _megabytes() -> float:
    """The most memory this process had; `getrusage` would count what its parent had when it began this one."""
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024


async def _links(database: Database, settings: Settings) -> list[str]:
    """Of people who bought nothing, so that nobody in a segment gets another chat."""
    guests = [
        {"public_id": f"guest-{number}", "language": "en", "created_at": made.NOW} for number in range(CUSTOMERS)
    ]
    await database.transact(lambda connection: connection.execute(contacts.insert(), guests))
    secret, expires = settings.secret.decode(), utc_now() + LIFETIME
    return [personal_link(secret, settings.address, str(each["public_id"]), expires) for each in guests]


def _tell(what: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(what) + b"\n")
    sys.stdout.buffer.flush()


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("url")
    given = parser.parse_args()
    set_up("console", "warning")
    settings = load(
        data_dir=given.folder,
        database_url=given.url,
        host="127.0.0.1",
        port=given.port,
        public_url="",
        telegram_token="",
    )
    asyncio.run(serve(settings))


if __name__ == "__main__":
    main()
