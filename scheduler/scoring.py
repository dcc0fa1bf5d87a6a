"""Scoring all customers every night, in short transactions, so that nobody waits for it.

One run at a time, over all replicas. One that was killed is given up after `score_runs.STALE` and begun anew: what
was swapped in by then is the same or written again. While a run is on its way nobody is scored by a purchase
(`scheduler.rhythms`): it happens right afterwards, by the new cuts, so that no older sum ever replaces a newer one.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar

import structlog
from sqlalchemy.engine import Connection

from insights import scoring
from loyalty import programme
from loyalty.programme import Programme
from scheduler.nightly import LOOKS, Nightly, is_due
from scheduler.tick import Job
from store import score_runs, score_sums
from store.database import Database, StoreUnavailable
from store.score_runs import Run
from store.score_sums import Range
from talk.errors import SapaError

log = structlog.get_logger()
T = TypeVar("T")

NIGHT = dt.time(2)  # on the business's clock
FIRST_WIDTH, WIDEST = 500, 100_000  # contacts in a chunk
TOLD_EVERY = 1.0  # seconds


class Pace(NamedTuple):
    """So many chunks side by side, each of which is to take so many seconds."""

    lanes: int
    seconds: float


# SQLite has one writer: law 8 allows 50 ms, and people differ in how much they bought. PostgreSQL lets others write
# meanwhile, and each of its chunks costs it some milliseconds of planning.
PACES = {"sqlite": Pace(1, 0.03), "postgresql": Pace(2, 0.2)}


class Progress(NamedTuple):
    """How far it is: `done` of `total` contacts in a step."""

    step: str
    done: int
    total: int


Told = Callable[[Progress], None]
Chunk = Callable[[Connection, Range], int]


class NotScored(SapaError):
    """The customers could not be scored; the scores before hold. The log says why."""


class AlreadyScoring(SapaError):
    """All customers are being scored; `sapa scores status` says how far it is."""


class Scoring(Nightly):
    """Looks whether the night has come, and scores; `stop` leaves off."""

    def jobs(self) -> dict[str, Job]:
        """The job by its name."""
        return {"score_customers": Job(LOOKS, self.look)}

    def _is_wanted(self, connection: Connection, now: dt.datetime) -> bool:
        last = score_runs.attempts(connection, now)
        due = is_due(last.begun, last.failed, now, night=NIGHT, zone=self._zone)
        return due and score_sums.any_bought(connection)

    async def _work(self) -> None:
        try:
            await score(self._database, now=self._now)
        except AlreadyScoring:
            return  # another replica does
        except (NotScored, StoreUnavailable) as error:
            log.warning("customers_not_scored", reason=str(error))
        except Exception:
            log.exception("customers_not_scored")


async def score(database: Database, *, now: Callable[[], dt.datetime], told: Told = lambda _progress: None) -> Run:
    """Score all customers as of now; how it went. Raises AlreadyScoring, NotScored and StoreUnavailable."""
    at = now()
    run_id = await database.transact(lambda connection: score_runs.begin(connection, at))
    if run_id is None:
        raise AlreadyScoring("All customers are being scored; `sapa scores status` says how far it is.")
    try:
        await _Work(database, run_id, at, now, told).do()
    except BaseException as error:
        reason = str(error) if isinstance(error, SapaError) else f"It was stopped ({type(error).__name__})."
        with suppress(StoreUnavailable):
            await database.transact(lambda connection: score_runs.fail(connection, run_id, reason))
        raise
    return (await database.read(partial(score_runs.every, size=1)))[0]


@dataclass(slots=True)
class _Work:
    database: Database
    run_id: int
    at: dt.datetime
    now: Callable[[], dt.datetime]
    told: Told
    changed: int = 0
    kept: float = field(default_factory=time.monotonic)

    async def do(self) -> None:
        rules, first, last = await self.database.read(_before)
        await self._clear()

        def sum_up(connection: Connection, part: Range) -> int:
            scoring.sum_up(connection, part, rules)
            return 0

        await self._sweep("summing", last, sum_up)
        await self._move(Progress("ranking", 0, last))
        cuts, customers = await self.database.read(scoring.cuts)
        await self._still(lambda connection: score_runs.rank(connection, self.run_id, cuts, customers, self.now()))

        def swap(connection: Connection, part: Range) -> int:
            return scoring.swap(connection, part, cuts, rules, self.at, newcomers=not first)

        await self._sweep("swapping", last, swap)
        await self._clear()
        await self._still(lambda connection: score_runs.end(connection, self.run_id, self.changed, self.now()))

    async def _clear(self) -> None:
        while await self.database.transact(self._wanted(score_sums.clear)):
            pass

    async def _sweep(self, step: str, last: int, chunk: Chunk) -> None:
        """Go through all contacts, a chunk of them in each transaction, as wide as the one before was quick."""
        pace, done, after, width = PACES[self.database.dialect], 0, 0, FIRST_WIDTH

        async def lane() -> None:
            nonlocal done, after, width
            while after < last:
                part = Range(after, min(after + width, last))
                after = part.until
                changed, seconds = await self.database.transact(self._wanted(partial(_timed, chunk, part)))
                # A first chunk compiles its statements, so it says little.
                width = max(1, min(WIDEST, 2 * width, int(width * pace.seconds / max(seconds, 1e-4))))
                done += part.until - part.after
                self.changed += changed
                await self._tell(Progress(step, done, last))

        try:
            async with asyncio.TaskGroup() as lanes:
                for _lane in range(pace.lanes):
                    lanes.create_task(lane())
        except ExceptionGroup as failed:
            raise failed.exceptions[0] from None

    def _wanted(self, work: Callable[[Connection], T]) -> Callable[[Connection], T]:
        def checked(connection: Connection) -> T:
            if not score_runs.hold(connection, self.run_id, self.now()):
                raise _given_up()
            return work(connection)

        return checked

    async def _tell(self, progress: Progress) -> None:
        self.told(progress)
        if time.monotonic() - self.kept >= TOLD_EVERY:
            await self._move(progress)

    async def _move(self, progress: Progress) -> None:
        self.kept = time.monotonic()
        await self._still(
            lambda connection: score_runs.move(connection, self.run_id, *progress, self.changed, self.now())
        )

    async def _still(self, work: Callable[[Connection], bool]) -> None:
        if not await self.database.transact(work):
            raise _given_up()


def _timed(chunk: Chunk, part: Range, connection: Connection) -> tuple[int, float]:
    begun = time.perf_counter()
    return chunk(connection, part), time.perf_counter() - begun


def _before(connection: Connection) -> tuple[Programme, bool, int]:
    """The rules, whether this is the first run that ends, and the last contact."""
    return programme.read(connection), score_runs.last(connection) is None, score_sums.last_contact(connection)


def _given_up() -> NotScored:
    return NotScored("It stood still for too long and was given up; customers are scored again, or will be.")
