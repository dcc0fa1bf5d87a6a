"""What `python -m bench due` prints."""

from __future__ import annotations

import asyncio
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.contest import ContestError, pin
from bench.due import crowd
from scheduler.planning import plan_greetings
from store.database import Database

ZONE = "Asia/Kuala_Lumpur"
SIZES = {"ms_at_1e5": 100_000, "ms_at_1e6": 1_000_000}
QUICK = {"ms_at_1e5": 2_000, "ms_at_1e6": 20_000}


def due(quick: bool, database: str = "sqlite") -> dict[str, float]:
    """Finding and planning today's 300 greetings among so many customers, and what ten times as many cost more.

    `database` is sqlite, or the address of a PostgreSQL server.
    """
    hits, rounds = (20, 3) if quick else (300, 15)
    return measure(QUICK if quick else SIZES, hits, rounds, database)


def measure(sizes: dict[str, int], hits: int, rounds: int, database: str) -> dict[str, float]:
    """Medians over rounds in which the sizes take turns, in milliseconds, and the last one's ratio to the first."""
    pin()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sapa-bench-")))
        stores = {}
        for name, customers in sizes.items():
            began = time.perf_counter()
            stores[name] = stack.enter_context(crowd.opened(database, folder, customers, hits))
            print(f"{customers} customers, made in {time.perf_counter() - began:.1f} s")
        taken: dict[str, list[float]] = {name: [] for name in stores}
        for _round in range(rounds + 1):
            for name, store in stores.items():
                taken[name].append(asyncio.run(_once(store, hits)))
    # The first round reads what was just written from the disk and compiles the statements.
    found = {name: 1_000 * median(times[1:]) for name, times in taken.items()}
    for name, times in taken.items():
        print(f"{name}: {', '.join(f'{1_000 * seconds:.1f}' for seconds in times[1:])}")
    first, *_between, last = found.values()
    return {name: round(ms, 2) for name, ms in found.items()} | {"growth": round(last / first, 3)}


async def _once(store: Database, hits: int) -> float:
    began = time.perf_counter()
    await plan_greetings(store, crowd.NOW, zone=ZONE)
    seconds = time.perf_counter() - began
    planned = await store.transact(crowd.forget)
    if planned != (hits, hits):
        raise ContestError(f"{hits} greetings were to be planned; there were {planned}.")
    return seconds
