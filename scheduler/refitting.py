"""Learning anew, every night, what goes with what (`insights.ease`), while the model before goes on serving.

The computing is done by a process of its own (`scheduler.fitting`); here its progress and then its rows come into
the store, in short transactions. One model is fitted at a time, over all replicas. One that was killed is given up
after `recommenders.STALE` and begun anew: a million customers take a minute or two, and half a matrix is no use.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import msgspec
import structlog
from sqlalchemy.engine import Connection

from scheduler.fitting import ENVIRONMENT, HEAD, ROWS, Head, Order, Progress
from scheduler.nightly import LOOKS, Nightly, is_due
from scheduler.tick import Job
from store import baskets, recommenders
from store.database import Database, StoreUnavailable
from store.recommenders import Row
from talk.errors import SapaError

log = structlog.get_logger()

NIGHT = dt.time(3)  # on the business's clock
AT_ONCE = 200_000  # bytes of rows in one transaction
TOLD_EVERY = 1.0  # seconds

Told = Callable[[Progress], None]


class NotFitted(SapaError):
    """The recommender could not be fitted; the model before goes on serving. The log says why."""


class AlreadyFitting(SapaError):
    """A recommender is being fitted; `sapa recommend status` says how far it is."""


class Refitting(Nightly):
    """Looks whether the night has come, and fits; `stop` leaves off, and the model before goes on serving."""

    def jobs(self) -> dict[str, Job]:
        """The jobs by their names."""
        return {"refit_recommender": Job(LOOKS, self.look), "forget_recommenders": Job(LOOKS, forget)}

    def _is_wanted(self, connection: Connection, now: dt.datetime) -> bool:
        last = recommenders.attempts(connection, now)
        due = is_due(last.begun, last.failed, now, night=NIGHT, zone=self._zone)
        return due and baskets.last_line(connection) > 0

    async def _work(self) -> None:
        try:
            await fit(self._database, now=self._now)
        except AlreadyFitting:
            return  # another replica does
        except (NotFitted, StoreUnavailable) as error:
            log.warning("recommender_not_fitted", reason=str(error))
        except Exception:
            log.exception("recommender_not_fitted")


async def forget(database: Database, _now: dt.datetime) -> bool:
    """Forget rows of models that serve no more; whether there may be more."""
    return await database.transact(recommenders.forget)


async def fit(
    database: Database, *, now: Callable[[], dt.datetime], told: Told = lambda _progress: None
) -> recommenders.Status:
    """Fit a model and let it serve; what came of it. Raises AlreadyFitting, NotFitted and StoreUnavailable."""
    model_id = await database.transact(lambda connection: recommenders.begin(connection, now()))
    if model_id is None:
        raise AlreadyFitting("A recommender is being fitted; `sapa recommend status` says how far it is.")
    try:
        with tempfile.TemporaryDirectory(prefix="sapa-recommender-") as folder:
            await _learn(database, model_id, Path(folder), now, told)
            await _store(database, model_id, Path(folder), now, told)
    except BaseException as error:
        reason = str(error) if isinstance(error, SapaError) else f"It was stopped ({type(error).__name__})."
        with suppress(StoreUnavailable):
            await database.transact(lambda connection: recommenders.fail(connection, model_id, reason))
        raise
    return (await database.read(partial(recommenders.statuses, size=1)))[0]


async def _learn(
    database: Database, model_id: int, folder: Path, now: Callable[[], dt.datetime], told: Told
) -> None:
    """Have it learnt by a process of its own, and keep how far it is."""
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "scheduler.fitting"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        env=os.environ | ENVIRONMENT,
        start_new_session=True,  # Ctrl+C is for this process, which ends the other
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    errors = asyncio.create_task(child.stderr.read())
    try:
        child.stdin.write(msgspec.json.encode(Order(url=database.url, folder=str(folder))) + b"\n")
        child.stdin.close()
        kept = 0.0
        async for line in child.stdout:
            progress = msgspec.json.decode(line, type=Progress)
            told(progress)
            if time.monotonic() - kept >= TOLD_EVERY:
                await _move(database, model_id, progress, now)
                kept = time.monotonic()
        if await child.wait():
            log.error("recommender_failed", error=(await errors).decode(errors="replace")[-2_000:])
            raise NotFitted(
                "The recommender could not be fitted; the log says why. The one before goes on serving."
            )
    finally:
        await _end(child)
        errors.cancel()


async def _end(child: Process) -> None:
    if child.returncode is None:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def _move(database: Database, model_id: int, progress: Progress, now: Callable[[], dt.datetime]) -> None:
    step, done, total = progress.step, progress.done, progress.total
    moved = await database.transact(
        lambda connection: recommenders.move(connection, model_id, step, done, total, now())
    )
    if not moved:
        raise _given_up()


async def _store(
    database: Database, model_id: int, folder: Path, now: Callable[[], dt.datetime], told: Told
) -> None:
    """Bring what was learnt into the store, some rows in each transaction, and let it serve."""
    head = msgspec.json.decode(await asyncio.to_thread((folder / HEAD).read_bytes), type=Head)
    done, total = 0, len(head.items)
    pages = _pages(head, folder / ROWS)
    while rows := await asyncio.to_thread(next, pages, None):
        done += len(rows)
        kept = await database.transact(
            lambda connection: recommenders.store(connection, model_id, rows, done, total, now())  # noqa: B023
        )
        if not kept:
            raise _given_up()
        told(Progress(step="storing", done=done, total=total))
    serving = await database.transact(
        lambda connection: recommenders.ready(
            connection,
            model_id,
            items=head.items,
            popular=head.popular,
            customers=head.customers,
            purchases=head.purchases,
            now=now(),
        )
    )
    if not serving:
        raise _given_up()


def _pages(head: Head, file: Path) -> Iterator[list[Row]]:
    width = 2 * len(head.items)
    most = max(1, AT_ONCE // max(1, width))
    with file.open("rb") as opened:
        for start in range(0, len(head.items), most):
            page = head.items[start : start + most]
            yield [Row(product_id, opened.read(width), head.gaps.get(product_id)) for product_id in page]


def _given_up() -> NotFitted:
    return NotFitted("It stood still for too long and was given up; another one is fitted, or will be.")
