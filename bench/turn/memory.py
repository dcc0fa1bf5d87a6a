"""Whether memory stays flat: `python -m bench.turn.memory CUSTOMERS SURVEYS DIRECTORY` holds many surveys."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import gc
import sys
from pathlib import Path

import msgspec

from bench.contest import ContestError
from bench.turn import store
from bench.turn.dialogue import answers_of
from bench.turn.player import drive
from bench.turn.sapa import Sapa
from bench.turn.survey import EVENTS, conversations, expected

PAUSE = dt.timedelta(minutes=5)
"""Between two surveys with the same customers, so that nobody writes more than the flood limit allows."""
KILOBYTES = 1024
MEGABYTE = 1_000_000


async def grow(customers: int, surveys: int, directory: Path) -> dict[str, float]:
    """Hold the surveys in this process; its memory at the end, its growth since a fifth and since half of them.

    The first fifth is for what fills at once: imports, statements, the allocator's arenas. SQLite's page cache goes
    on growing with the database until it is full, which the second half no longer sees.
    """
    sapa = Sapa(directory)
    resident = []
    for survey in range(surveys):
        await drive(sapa.feed, conversations(range(customers), survey))
        sapa.now += PAUSE
        resident.append(_resident())
    await sapa.stop()
    _check(directory / store.NAME, customers, surveys)
    fifth, half, last = resident[surveys // 5], resident[surveys // 2], resident[-1]
    return {
        "memory_turns": surveys * customers * EVENTS,
        "rss_mb": round(last / MEGABYTE, 1),
        "rss_growth_mb": round((last - fifth) / MEGABYTE, 1),
        "rss_growth_late_mb": round((last - half) / MEGABYTE, 1),
    }


def _resident() -> int:
    """Bytes of this process that are in memory, garbage collected."""
    gc.collect()
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * KILOBYTES
    raise OSError("The system does not say how much memory a process has.")


def _check(path: Path, customers: int, surveys: int) -> None:
    found = sorted((sender, sorted(answers_of(record).items())) for sender, record in store.records(path))
    meant = sorted(
        (sender, sorted(given.items())) for sender, given in expected(customers).items() for _ in range(surveys)
    )
    if found != meant:
        raise ContestError("Sapa did not keep the answers of all surveys.")


def main() -> None:
    """Run and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("customers", type=int)
    parser.add_argument("surveys", type=int)
    parser.add_argument("directory", type=Path)
    given = parser.parse_args()
    result = asyncio.run(grow(given.customers, given.surveys, given.directory))
    sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")


if __name__ == "__main__":
    main()
