"""The contestants: `python -m bench.importing.player sapa|raw STORE FILE CHUNKS` imports into an empty store.

Sapa writes the lines at which its transactions ended into CHUNKS, and the other reads them: both commit alike.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from bench.contest import Stopwatch, measured, pin
from bench.importing import cdnow, raw
from bot.importing import import_file
from store.database import Database


def sapa(store: Path, file: Path, chunks: Path) -> tuple[Stopwatch, int]:
    """The import as it is; how many purchases came in."""
    ended: list[int] = []

    async def work() -> tuple[Stopwatch, int]:
        database = Database(f"sqlite:///{store}")
        try:
            with measured() as watch:
                report = await import_file(
                    database, "purchases", file, now=cdnow.NOW, progress=lambda done, _lines: ended.append(done)
                )
        finally:
            database.close()
        return watch, report.added

    found = asyncio.run(work())
    chunks.write_bytes(msgspec.json.encode(ended))
    return found


def by_hand(store: Path, file: Path, chunks: Path) -> tuple[Stopwatch, int]:
    """The same in sqlite3; how many purchases came in."""
    ended = msgspec.json.decode(chunks.read_bytes(), type=list[int])
    with measured() as watch:
        purchases = raw.run(store, file, ended)
    return watch, purchases


PLAYERS: dict[str, Callable[[Path, Path, Path], tuple[Stopwatch, int]]] = {"sapa": sapa, "raw": by_hand}


def main() -> None:
    """Play and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=PLAYERS)
    for name in ("store", "file", "chunks"):
        parser.add_argument(name, type=Path)
    given = parser.parse_args()
    pin()
    watch, purchases = PLAYERS[given.name](given.store, given.file, given.chunks)
    result = {"work": purchases, "wall": watch.wall, "cpu": watch.cpu, "tables": cdnow.digests(given.store)}
    sys.stdout.buffer.write(msgspec.json.encode(result) + b"\n")


if __name__ == "__main__":
    main()
