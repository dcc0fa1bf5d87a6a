"""Threads of the system that want the same thing at the same moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from store.database import Database

T = TypeVar("T")
THREADS = 64


def at_once(work: Callable[[int], T]) -> list[T]:
    """What so many threads of the system get, which all begin at the same moment."""
    barrier, found = threading.Barrier(THREADS), list[T]()

    def run(number: int) -> None:
        barrier.wait()
        found.append(work(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@contextmanager
def transactions(database: Database) -> Iterator[Callable[[Callable[[Connection], T]], T]]:
    """Transactions from any thread: through the one writer on SQLite, on connections of their own on PostgreSQL."""
    if database.dialect == "postgresql":
        engine = sa.create_engine(database.url, pool_size=THREADS)

        def transact(work: Callable[[Connection], T]) -> T:
            with engine.begin() as connection:
                return work(connection)

        yield transact
        engine.dispose()
    else:
        yield lambda work: asyncio.run(database.transact(work))
