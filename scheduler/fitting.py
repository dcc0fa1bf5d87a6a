"""The process that learns what goes with what: `python -m scheduler.fitting`, for `scheduler.refitting` alone.

A process of its own, so that neither memory nor the interpreter's lock of those who serve customers is used: an
`Order` comes in on standard input, `Progress` goes out on standard output, a line each, and what was learnt into
the order's folder. It only reads the database, and its one thread is less urgent than others.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from store import baskets
from store.database import Database

if TYPE_CHECKING:
    from insights.learning import Learnt

PAGE = 20_000  # rows of one look
LEAST_URGENT = 10
# Libraries that count on several threads are held to one, before they are imported.
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
HEAD, ROWS = "learnt.json", "rows"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Learn from the database at `url`, and write what was learnt into `folder`."""

    url: str
    folder: str


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far it is: `done` of `total`; reading counts purchases, solving its steps."""

    step: str
    done: int
    total: int


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What was learnt but the rows: those are in a file beside it, each of two bytes for each of `items`."""

    items: Sequence[int]
    gaps: Mapping[int, int]
    popular: Mapping[str, Sequence[int]]
    customers: int
    purchases: int


async def learnt(database: Database, progress: Callable[[Progress], None]) -> Learnt:
    """Read everybody's purchases and learn from them."""
    from insights.baskets import Baskets
    from insights.learning import learn

    last = await database.read(baskets.last_line)
    gathered = Baskets(await database.read(baskets.goods))
    after = 0
    while people := await database.read(partial(baskets.people_after, after=after, size=PAGE)):
        gathered.add_people(people)
        after = people[-1].id
        progress(Progress(step="reading", done=0, total=last))
    after = 0
    while lines := await database.read(partial(baskets.lines_after, after=after, size=PAGE)):
        gathered.add_lines(lines)
        after = lines[-1].id
        progress(Progress(step="reading", done=min(after, last), total=last))
    return learn(gathered, lambda done, total: progress(Progress(step="solving", done=done, total=total)))


def write(made: Learnt, folder: Path) -> None:
    """Write what was learnt into a folder."""
    from insights.weights import packed

    with (folder / ROWS).open("wb") as file:
        for row in made.weights:
            file.write(packed(row))
    head = Head(
        items=made.items,
        gaps=made.gaps,
        popular=made.popular,
        customers=made.customers,
        purchases=made.purchases,
    )
    (folder / HEAD).write_bytes(msgspec.json.encode(head))


async def _serve(order: Order) -> None:
    def tell(progress: Progress) -> None:
        # Raises when nobody listens any more: the process that asked is gone, and this one ends with it.
        sys.stdout.buffer.write(msgspec.json.encode(progress) + b"\n")
        sys.stdout.buffer.flush()

    database = Database(order.url, writes=False)
    try:
        made = await learnt(database, tell)
    finally:
        database.close()
    write(made, Path(order.folder))


def main() -> None:
    """Do what the order on standard input says."""
    os.nice(LEAST_URGENT)
    asyncio.run(_serve(msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)))


if __name__ == "__main__":
    main()
