"""What `python -m bench segments` prints."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.contest import ContestError
from bench.segments import made
from bench.segments.made import Size
from bench.segments.player import rounds

SIZE, QUICK = Size(1_000_000, 10_000_000), Size(3_000, 30_000)
KINDS = ("postgresql", "sqlite")


def segments(
    quick: bool, customers: int | None = None, purchases: int | None = None, database: str = "postgresql"
) -> dict[str, float]:
    """Scoring everybody and counting ten segments, against DuckDB, while a chat goes on.

    `database` is postgresql, for which a server is begun here, or sqlite.
    """
    if database not in KINDS:
        raise ContestError(f"--database takes {' or '.join(KINDS)} here; a server of its own is begun for it.")
    size = QUICK if quick else SIZE
    size = Size(customers or size.customers, purchases or size.purchases)
    with tempfile.TemporaryDirectory(prefix="sapa-bench-") as path:
        folder = Path(path)
        shop, began = folder / "shop.duckdb", time.perf_counter()
        made.make(shop, size)
        with _store(database, folder) as url:
            made.fill(url, shop)
            print(f"{size.purchases:,} purchases made in {time.perf_counter() - began:.0f} s")
            return asyncio.run(rounds(folder, shop, url, 1 if quick else 3))


@contextmanager
def _store(database: str, folder: Path) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{folder / 'store.sqlite3'}"
        return
    from tests.postgres import PostgresServer

    server = PostgresServer(folder=None, durable=True)
    try:
        yield server.url()
    finally:
        server.remove()
