"""Rounds of DuckDB and Sapa in turn, while customers of Sapa's chat ask for their points once a second."""

from __future__ import annotations

import asyncio
import csv
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import duckdb
import msgspec
import sqlalchemy as sa

from bench.contest import ContestError, play
from bench.importing.chat import Customer, entered, held_port, talk
from bench.segments.asked import SEGMENTS
from store.tables import customer_scores

LONGEST_LINE = 2**20
COLUMNS = [column.name for column in customer_scores.columns if column.name != "computed_at"]


class Sapa:
    """The server, and the customers who talk to it while it works."""

    def __init__(self, server: Process, customers: Sequence[Customer]) -> None:
        self.waits: list[float] = []
        self._server = server
        self._customers = customers

    async def told(self, order: str, *, talking: bool = False) -> Any:
        """Give an order, and return the answer."""
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        answer = asyncio.create_task(self._server.stdout.readline())
        self._server.stdin.write(f"{order}\n".encode())
        if talking:
            self.waits += await talk(self._customers, answer)
        line = await answer
        if not line:
            raise ContestError("The server ended.")
        return msgspec.json.decode(line)


async def rounds(folder: Path, shop: Path, url: str, times: int) -> dict[str, float]:
    """Play so many rounds; what the last line of the benchmark says."""
    holder = socket.socket()
    command = (sys.executable, "-m", "bench.segments.server", str(folder), str(held_port(holder)), url)
    server = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE)
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        async with AsyncExitStack() as stack:
            line = await server.stdout.readline()
            if not line:
                raise ContestError("The server did not begin.")
            links = msgspec.json.decode(line, type=list[str])
            customers = [await stack.enter_async_context(entered(link)) for link in links]
            await asyncio.gather(*(customer.ask() for customer in customers))
            return await _played(Sapa(server, customers), shop, url, times)
    finally:
        if server.returncode is None:
            server.terminate()
        server.stdin.close()  # it waits for orders
        await server.wait()
        holder.close()


async def _played(sapa: Sapa, shop: Path, url: str, times: int) -> dict[str, float]:
    theirs, ours, again, counted, their_counts = [], [], [], [], []
    for number in range(times):
        duck = await asyncio.to_thread(play, ("bench.segments.duck", str(shop)))
        await sapa.told("empty")
        first = await sapa.told("score", talking=True)
        second = await sapa.told("score", talking=True)
        found = await sapa.told("count", talking=True)
        _check_counts(duck["counts"], found["counts"])
        if number == 0:
            await asyncio.to_thread(_check_scores, shop, url)
        theirs.append(duck["seconds"])
        ours.append(first["seconds"])
        again.append(second["seconds"])
        counted.append(found["times"])
        their_counts.append(duck["times"])
        print(
            f"DuckDB {theirs[-1]:.2f} s; Sapa {ours[-1]:.2f} s from nothing, {again[-1]:.2f} s when nothing moved"
        )
    slowest = []
    for place, each in enumerate(SEGMENTS):
        mine, duck_s = (median(one[place] for one in all_) for all_ in (counted, their_counts))
        slowest.append(mine)
        print(f"{mine:7.3f} s (DuckDB {duck_s:.3f} s)  {each.name}")
    return {
        "vs_duckdb": round(median(ours) / median(theirs), 2),
        "again_vs_duckdb": round(median(again) / median(theirs), 2),
        "recompute_s": round(median(ours), 2),
        "duckdb_s": round(median(theirs), 2),
        "slowest_count_s": round(max(slowest), 3),
        "peak_mb": round(await sapa.told("peak")),
        "reply_p95_ms": round(1_000 * quantiles(sapa.waits, n=20)[-1], 1),
        "replies": len(sapa.waits),
    }


def _check_counts(theirs: Sequence[Any], ours: Sequence[Any]) -> None:
    for asked, their, mine in zip(SEGMENTS, theirs, ours, strict=True):
        if their != mine:
            raise ContestError(f"“{asked.name}” has {mine} by Sapa, and {their} by DuckDB.")


def _check_scores(shop: Path, url: str) -> None:
    """Every customer has the same row in both."""
    written = shop.with_name("scores.csv")
    engine = sa.create_engine(url)
    with engine.connect() as store, written.open("w", newline="") as file:
        rows = store.execution_options(yield_per=10_000).execute(
            sa.select(*(customer_scores.c[name] for name in COLUMNS))
        )
        csv.writer(file).writerows(
            [value.strftime("%Y-%m-%d %H:%M:%S.%f") if hasattr(value, "strftime") else value for value in row]
            for row in rows
        )
    engine.dispose()
    with duckdb.connect(shop) as both:
        both.execute("CREATE OR REPLACE TEMP TABLE ours AS SELECT * FROM scores LIMIT 0")
        names = ", ".join(COLUMNS)
        both.execute(f"INSERT INTO ours ({names}) SELECT * FROM read_csv('{written}', header=false, nullstr='')")
        found = both.execute(
            f"SELECT (SELECT count(*) FROM scores), (SELECT count(*) FROM ours), (SELECT count(*) FROM "
            f"(SELECT {names} FROM scores EXCEPT SELECT {names} FROM ours))"
        ).fetchone()
    written.unlink()
    assert found is not None
    theirs, ours, different = found
    if theirs != ours or different:
        raise ContestError(f"Sapa scored {ours} customers, DuckDB {theirs}; {different} rows differ.")
