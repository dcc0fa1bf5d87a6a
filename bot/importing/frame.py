"""The frame of an import: reads a file in chunks and keeps each in a short transaction of its own.

A chunk's purchases, points and progress commit together, so a killed import goes on where it stopped. Chunks are
as long as fits into CHUNK_SECONDS, because replies to customers wait behind them (law 8).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias, cast

import msgspec
from sqlalchemy.engine import Connection

from bot.importing.columns import Layout
from bot.importing.kind import Kind, Outcome, context_of
from bot.importing.kinds import KINDS, ImportKind
from bot.importing.purchases import Purchases
from bot.importing.refusals import Refusal, RefusedFile
from bot.importing.source import CannotImport, LineRefused, Record, Source, survey
from bot.importing.tally import Tally
from store import imports
from store.database import Database
from store.imports import Begun, Counts

Progress: TypeAlias = Callable[[int, int], None]

CHUNK_SECONDS = 0.02
FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_CHUNK = 20, 50, 2_000  # rows
LISTED_REFUSALS = 1_000


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came, or in a dry run would come, of a file.

    `lines` are all of the file's lines; `resumed_after` were done by an import that had been stopped, and are
    counted too. `refused` lists the first 1,000 of `refused_total`; all are in `refused_file`.
    """

    kind: str
    dry_run: bool
    lines: int
    resumed_after: int
    added: int
    changed: int
    known: int
    contacts: int
    points: int
    refused_total: int
    refused: tuple[Refusal, ...]
    refused_file: Path | None
    ignored_columns: tuple[str, ...]


class ImportedElsewhere(CannotImport):
    """Another process is importing this file; wait for it, then import again to see that all is in."""


async def import_file(
    database: Database,
    kind: ImportKind,
    path: Path,
    *,
    dry_run: bool = False,
    now: dt.datetime | None = None,
    zone: dt.tzinfo = dt.UTC,
    language: str = "en",
    region: str = "MY",
    secret: bytes = b"",
    progress: Progress | None = None,
) -> Report:
    """Import a file of customers, products or purchases; in a dry run only say what would come of it.

    `zone` is where dates without an offset belong, `language` what customers nobody knows are written to in,
    `region` the country of phone numbers without a country code. `secret` is the house's key, by which customers
    who asked to be forgotten are known: their lines are refused. `progress` is called with the lines done and all
    lines. Raises CannotImport for a file that cannot be imported at all, and StoreUnavailable when the database
    went away: what was done is kept, and importing again goes on.
    """
    now = now or dt.datetime.now(dt.UTC)
    found = await asyncio.to_thread(survey, path)
    context = await database.read(
        lambda connection: context_of(
            connection, zone=zone, language=language, region=region, now=now, secret=secret
        )
    )
    source, tally = Source(path), Tally()
    try:
        reading = _Reading(source, KINDS[kind](context, tally))
        run: _Run = _DryRun(database, reading) if dry_run else _RealRun(database, reading, path)
        await run.begin(kind, found.digest, now)
        await _go_through(run, reading, found.lines, progress)
        await run.finish(now)
    finally:
        source.close()
        tally.close()
    return run.report(kind, found.lines)


async def _go_through(run: _Run, reading: _Reading, lines: int, progress: Progress | None) -> None:
    pace = _Pace()
    while not reading.at_end:
        chunk = await asyncio.to_thread(reading.chunk, pace.rows)
        pace.learn(await run.take(chunk))
        if progress:
            progress(chunk.last_line, lines)


class _Chunk(NamedTuple):
    read: list[tuple[Record, Any]]
    repeated: int
    refused: list[Refusal]
    last_line: int


class _Pace:
    """How many rows a chunk may have, learnt from the slowest of the last few."""

    def __init__(self) -> None:
        self.rows = FIRST_CHUNK
        self._a_row: deque[float] = deque(maxlen=5)

    def learn(self, seconds: float) -> None:
        self._a_row.append(max(seconds, 1e-6) / self.rows)
        fitting = int(CHUNK_SECONDS / max(self._a_row))
        self.rows = max(SMALLEST_CHUNK, min(fitting, 2 * self.rows, LARGEST_CHUNK))


class _Reading:
    """Reads the file's records into what they say."""

    def __init__(self, source: Source, kind: Kind[Any]) -> None:
        if source.form == "words" and not isinstance(kind, Purchases):
            raise CannotImport("The file has no header; only purchases may come without one.")
        self.kind = kind
        self.layout = Layout(source.header, kind.columns)
        self.source = source
        self.at_end = False
        self._records = source.records()

    def chunk(self, size: int) -> _Chunk:
        """What the next `size` records say."""
        return self._read(lambda count: count < size)

    def skip(self, lines: int) -> None:
        """Read up to a line again, only to remember what was said."""
        while not self.at_end and self.source.line < lines:
            self._read(lambda count: count < LARGEST_CHUNK and self.source.line < lines)

    def _read(self, wants_more: Callable[[int], bool]) -> _Chunk:
        read: list[tuple[Record, Any]] = []
        refused: list[Refusal] = []
        count = 0
        while wants_more(count):
            record = next(self._records, None)
            if record is None:
                self.at_end = True
                break
            count += 1
            try:
                said = self._said(record)
            except LineRefused as reason:
                refused.append(Refusal(record.line, str(reason), tuple(record.fields)))
                continue
            if said is not None:
                read.append((record, said))
        return _Chunk(read, count - len(read) - len(refused), refused, self.source.line)

    def _said(self, record: Record) -> Any:
        if record.refusal:
            raise LineRefused(record.refusal)
        return self.kind.read(self.layout.row(record.fields), record.line)


class _Run(ABC):
    """What is done with the chunks: `take` returns how long the database was busy with one, in seconds."""

    dry_run: bool
    refused_file: RefusedFile | None = None

    def __init__(self, database: Database, reading: _Reading) -> None:
        self.database = database
        self.reading = reading
        self.counts = Counts()
        self.refused: list[Refusal] = []
        self.resumed_after = 0

    async def begin(self, kind: str, digest: str, now: dt.datetime) -> None:
        """Make ready for the first chunk."""
        return

    @abstractmethod
    async def take(self, chunk: _Chunk) -> float:
        """Do what is to be done with a chunk."""

    async def finish(self, now: dt.datetime) -> None:
        """The last chunk was taken."""
        return

    def list_refusals(self, refused: Sequence[Refusal]) -> None:
        """Remember the first ones."""
        self.refused += refused[: max(0, LISTED_REFUSALS - len(self.refused))]

    def report(self, kind: str, lines: int) -> Report:
        """What came of the file."""
        counts = self.counts._asdict()
        file = self.refused_file.path if self.refused_file and self.counts.refused else None
        return Report(
            kind=kind,
            dry_run=self.dry_run,
            lines=lines,
            resumed_after=self.resumed_after,
            refused_total=counts.pop("refused"),
            refused=tuple(self.refused),
            refused_file=file,
            ignored_columns=self.reading.layout.ignored,
            **counts,
        )


class _DryRun(_Run):
    dry_run = True

    async def take(self, chunk: _Chunk) -> float:
        started = time.perf_counter()
        outcome = await self.database.read(lambda connection: self._preview(connection, chunk))
        refused = _all_refused(chunk, outcome)
        self.counts = self.counts.plus(_counted(chunk, outcome, refused))
        self.list_refusals(refused)
        return time.perf_counter() - started

    def _preview(self, connection: Connection, chunk: _Chunk) -> Outcome:
        imports.plan_afresh(connection)
        read, forgotten = self.reading.kind.leave_out_forgotten(connection, chunk.read)
        outcome = self.reading.kind.preview(connection, read)
        return outcome._replace(refused=[*outcome.refused, *forgotten])


class _RealRun(_Run):
    dry_run = False

    def __init__(self, database: Database, reading: _Reading, path: Path) -> None:
        super().__init__(database, reading)
        self._path = path
        self._begun = Begun(0, 0, Counts())

    async def begin(self, kind: str, digest: str, now: dt.datetime) -> None:
        self._begun = await self.database.transact(lambda connection: imports.begin(connection, kind, digest, now))
        self.counts, self.resumed_after = self._begun.counts, self._begun.lines_done
        self.refused_file = RefusedFile(self._path, self.reading.source.header, self.resumed_after)
        if self.resumed_after:
            self.refused = self.refused_file.kept(LISTED_REFUSALS)
            await asyncio.to_thread(self.reading.skip, self.resumed_after)

    async def take(self, chunk: _Chunk) -> float:
        self._begun, refused, seconds = await self.database.transact(
            lambda connection: self._keep(connection, chunk)
        )
        self.counts = self._begun.counts
        self.list_refusals(refused)
        return seconds

    async def finish(self, now: dt.datetime) -> None:
        await self.database.transact(lambda connection: imports.finish(connection, self._begun, now))

    def _keep(self, connection: Connection, chunk: _Chunk) -> tuple[Begun, list[Refusal], float]:
        started = time.perf_counter()
        imports.plan_afresh(connection)
        read, forgotten = self.reading.kind.leave_out_forgotten(connection, chunk.read)
        outcome = self.reading.kind.keep(connection, read)
        outcome = outcome._replace(refused=[*outcome.refused, *forgotten])
        refused = _all_refused(chunk, outcome)
        begun = imports.advance(connection, self._begun, chunk.last_line, _counted(chunk, outcome, refused))
        if begun is None:
            raise ImportedElsewhere("Another process is importing this file. Wait until it is done.")
        # Before the commit: a line that counts as refused is in the file, whenever the process is killed.
        cast(RefusedFile, self.refused_file).write(refused)
        return begun, refused, time.perf_counter() - started


def _all_refused(chunk: _Chunk, outcome: Outcome) -> list[Refusal]:
    return sorted([*chunk.refused, *outcome.refused])


def _counted(chunk: _Chunk, outcome: Outcome, refused: Sequence[Refusal]) -> Counts:
    return outcome.counts.plus(Counts(known=chunk.repeated, refused=len(refused)))
