"""What is measured, each in a process of its own on one core: `public FILE`, or `made CUSTOMERS PRODUCTS`."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

# One thread for what NumPy computes; it reads this when it is imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import msgspec
import numpy as np
from sqlalchemy.engine import Connection

from bench.contest import ContestError, pin
from bench.recommend import made, split
from insights import ease
from insights.metrics import Accuracy, accuracy
from insights.recommend import recommend
from insights.weights import HALF
from scheduler import refitting
from store import marks
from store.database import Database

if TYPE_CHECKING:
    from numpy.typing import NDArray

K = 10
SIZE = 5
SERVED = 500
EVERY = 0.05


def public(file: Path) -> dict[str, float]:
    """EASE, popularity and cosine on a file's split; the cosine with as many neighbours as suit the test best."""
    train, test = split.split(*split.read(file))

    def judged(scores: Callable[[], NDArray[np.float32]]) -> tuple[Accuracy, float]:
        began = time.perf_counter()
        given = scores()
        return accuracy(given, train, test, K), time.perf_counter() - began

    def fitted(penalty: float | None) -> tuple[NDArray[np.float32], float]:
        began = time.perf_counter()
        counted = ease.pairs(train)
        weights = ease.solve(counted, ease.best_penalty(train, counted) if penalty is None else penalty)
        return weights.astype(HALF).astype(np.float32), time.perf_counter() - began  # as they are stored

    weights, seconds = fitted(None)
    plain, _seconds = fitted(ease.PENALTY)
    popular, popular_s = judged(lambda: split.popularity(train))
    nearest, nearest_s = max(
        (judged(lambda: split.cosine(train, size)) for size in (*split.NEIGHBOURS, train.shape[1])),  # noqa: B023
        key=lambda each: each[0].ndcg,
    )
    return {
        **_told("", accuracy(train @ weights, train, test, K), seconds),
        "ndcg_at_10_penalty_200": round(accuracy(train @ plain, train, test, K).ndcg, 4),
        **_told("popularity_", popular, popular_s),
        **_told("cosine_", nearest, nearest_s),
    }


def _told(prefix: str, found: Accuracy, seconds: float) -> dict[str, float]:
    figures = {
        "ndcg_at_10": found.ndcg,
        "map_at_10": found.map_at_k,
        "map": found.map,
        "precision_at_10": found.precision,
        "recall_at_10": found.recall,
        "fit_s": seconds,
    }
    return {f"{prefix}{name}": round(value, 4) for name, value in figures.items()}


async def grown(folder: Path, customers: int, products: int) -> dict[str, float]:
    """Fit from a store and serve from it, as the scheduler and a turn do; and how long writers waited meanwhile."""
    file = folder / "made.sqlite3"
    began = time.perf_counter()
    purchases = made.make(file, customers, products)
    print(f"{purchases:,} purchases of {customers:,} customers, made in {time.perf_counter() - began:.0f} s")
    database = Database(f"sqlite:///{file}")
    try:
        waits: list[float] = []
        writer = asyncio.create_task(_write(database, waits))
        began = time.perf_counter()
        status = await refitting.fit(database, now=lambda: made.NOW)
        seconds = time.perf_counter() - began
        writer.cancel()
        if status.purchases != purchases or not status.products:
            raise ContestError(f"The recommender was to learn from {purchases} purchases: {status}.")
        times = [await _served(database, 1 + place * 7919 % customers) for place in range(SERVED + 1)][1:]
    finally:
        database.close()
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
    return {
        "made_customers": customers,
        "made_products": status.products,
        "made_fit_s": round(seconds, 1),
        "made_peak_mb": round(peaks[0]),
        "made_wait_p95_ms": round(1_000 * quantiles(waits, n=20)[-1], 2),
        "served_ms": round(median(times), 2),
        "served_p95_ms": round(quantiles(times, n=20)[-1], 2),
    }


async def _write(database: Database, waits: list[float]) -> None:
    """Write a little every now and then, as turns do."""
    while True:
        await asyncio.sleep(EVERY)
        began = time.perf_counter()
        await database.transact(_mark)
        waits.append(time.perf_counter() - began)


def _mark(connection: Connection) -> None:
    _at, row_id = marks.lock(connection, "bench", made.NOW)
    marks.move(connection, "bench", made.NOW, row_id + 1)


async def _served(database: Database, contact_id: int) -> float:
    """Milliseconds until a customer's list is there."""

    def listed(connection: Connection) -> float:
        began = time.perf_counter()
        found = recommend(connection, contact_id, size=SIZE, now=made.NOW)
        taken = 1_000 * (time.perf_counter() - began)
        if len(found) != SIZE:
            raise ContestError(f"Customer {contact_id} was to get {SIZE} products; there were {len(found)}.")
        return taken

    return await database.read(listed)


def main() -> None:
    """Measure what the arguments say, and print it as JSON."""
    what, *given = sys.argv[1:]
    if what == "public":
        pin()
        found = public(Path(given[0]))
    else:
        with tempfile.TemporaryDirectory(prefix="sapa-bench-") as folder:
            found = asyncio.run(grown(Path(folder), int(given[0]), int(given[1])))
    print(msgspec.json.encode(found).decode())


if __name__ == "__main__":
    main()
