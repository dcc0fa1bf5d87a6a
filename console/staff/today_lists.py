"""What the lists behind Today have in common: where a page begins, and doing something for many in chunks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from sqlalchemy.engine import Connection

from store.database import Database

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)
PLACE = re.compile(r"(\d{1,17})\.(\d{1,18})", re.ASCII)


def token_of(at: dt.datetime, one: int) -> str:
    """The place after a row."""
    return f"{(at - EPOCH) // MICROSECOND}.{one}"


def place_of(token: str) -> tuple[dt.datetime, int] | None:
    """The place that an address names; None, the beginning, for what is none of ours."""
    found = PLACE.fullmatch(token)
    if found is None:
        return None
    try:
        return EPOCH + int(found[1]) * MICROSECOND, int(found[2])
    except OverflowError:
        return None


async def in_chunks(
    database: Database, chunks: Iterable[Callable[[Connection], int]], note_it: Callable[[Connection], None]
) -> int:
    """Do the chunks, each in a transaction of its own, and note it with the first; how many rows they touched.

    Each may be done again, so whoever is cut off in the middle presses again.
    """
    count, noted = 0, False
    for chunk in chunks:

        def work(
            connection: Connection, chunk: Callable[[Connection], int] = chunk, first: bool = not noted
        ) -> int:
            if first:
                note_it(connection)
            return chunk(connection)

        count += await database.transact(work)
        noted = True
    return count
