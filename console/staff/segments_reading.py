"""A file of customers read onto a list, piece by piece, so that nothing else waits; and how far it is."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import AsyncIterator
from functools import partial
from typing import NamedTuple

from sqlalchemy.engine import Connection

from console.staff.office import Office
from outreach.segments import members
from outreach.segments.members import Missed, Piece, Taken
from store import segments
from store.segments import MOST_AT_ONCE

MOST_MISSED = 10_000  # lines that are kept to be corrected


class MissedLine(NamedTuple):
    """A line that names no customer, and why not."""

    line: int
    value: str
    why: Missed


class Progress(NamedTuple):
    """How far a file is: of so many lines so many are read, and what became of them."""

    total: int
    lines: int = 0
    added: int = 0
    known: int = 0
    taken_off: int = 0
    missed: int = 0
    shown: tuple[MissedLine, ...] = ()
    cut: bool = False

    def after(self, piece: Piece, taken: Taken) -> Progress:
        """How far it is after one more piece."""
        values = {row.line: row.value for row in piece.rows}
        missed = [MissedLine(line, values[line], why) for line, why in taken.missed]
        return self._replace(
            lines=piece.line,
            added=self.added + taken.added,
            known=self.known + taken.known,
            missed=self.missed + len(missed),
            shown=(*self.shown, *missed[: MOST_MISSED - len(self.shown)]),
        )


async def read(
    office: Office, segment_id: int, region: str, content: bytes, *, only: bool
) -> AsyncIterator[Progress]:
    """Put whoever the file names on the list; with `only` everybody else is off it in the end.

    Each piece is a short transaction that may be done again: a file that is read once more adds nobody twice.
    """
    progress = Progress(content.count(b"\n") + (not content.endswith(b"\n")))
    named: set[int] = set()
    try:
        for piece in members.pieces(io.BytesIO(content)):
            take = partial(members.take, segment_id=segment_id, piece=piece, region=region, now=office.now())
            taken = await office.database.transact(take)
            if only:
                named.update(taken.members)
            progress = progress.after(piece, taken)
            yield progress
    except members.TooLong:
        progress = progress._replace(cut=True)
    if only and not progress.cut:
        progress = progress._replace(taken_off=await _take_off_others(office, segment_id, named))
    yield progress


async def _take_off_others(office: Office, segment_id: int, named: set[int]) -> int:
    """Take everybody else off the list; how many they were."""
    count = after = 0
    while True:
        look = partial(segments.members_after, segment_id=segment_id, after=after, most=MOST_AT_ONCE)
        if not (some := await office.database.read(look)):
            return count
        others = [each for each in some if each not in named]
        off = partial(_off, segment_id=segment_id, others=others, now=office.now())
        count, after = count + await office.database.transact(off), some[-1]


def _off(connection: Connection, segment_id: int, others: list[int], now: dt.datetime) -> int:
    off = segments.take_off(connection, segment_id, others)
    if off:
        segments.touch(connection, segment_id, now)
    return off
