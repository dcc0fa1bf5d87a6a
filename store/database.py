"""The database behind one door: `transact` writes, `read` reads, both off the event loop.

SQLite has one writer thread, which may commit several waiting transactions together, and readers beside it.
PostgreSQL has a pool of threads, one transaction each.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from store.lock import WriterLock
from store.prepared import Prepared
from store.writer import GroupWriter
from talk.errors import SapaError

T = TypeVar("T")
BUSY_SECONDS = 5
READERS = 4
WORKERS = 8
WRITE_AHEAD_LOG = "journal_mode=WAL"  # the file remembers it
PRAGMAS = (
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-32000",
    "wal_autocheckpoint=4000",  # 16 MB of log, so that a page many turns write is copied to the file less often
    "temp_store=MEMORY",  # effects' savepoints keep the pages they may restore, for which a file would be slow
)

_SAVEPOINT = Prepared(sa.text("SAVEPOINT effect"))
_ROLL_BACK = Prepared(sa.text("ROLLBACK TO SAVEPOINT effect"))
_RELEASE = Prepared(sa.text("RELEASE SAVEPOINT effect"))


class StoreUnavailable(SapaError):
    """The database cannot be used now (locked, restarting, disk full); nothing was written. Try again shortly."""


class NotADatabase(SapaError):
    """The file that SAPA_DATABASE_URL names is something else; name another, or move that file away."""


class Database:
    """A database and the threads that talk to it.

    `writes=False` opens SQLite without taking the writer's lock, for commands that only read. Raises NotADatabase,
    and StoreUnavailable when a SQLite file could not be prepared for writing.
    """

    def __init__(self, url: str, *, writes: bool = True) -> None:
        self.url = url
        parsed = make_url(url)
        self.dialect = parsed.get_backend_name()
        self.path = Path(parsed.database) if self.dialect == "sqlite" and parsed.database else None
        if self.path and not _may_be_sqlite(self.path):
            raise NotADatabase(f"{self.path} is no SQLite database; name another file, or move that one away.")
        self._lock = WriterLock(self.path) if self.path and writes else None
        self.engine = _sqlite_engine(url) if self.path else _postgres_engine(url)
        self._threads = ThreadPoolExecutor(READERS if self.path else WORKERS, thread_name_prefix="store")
        if self._lock:
            self._keep_a_log()
        self._writer = GroupWriter(self.engine) if self._lock else None
        self._careful = False

    async def transact(self, work: Callable[[Connection], T], *, repeatable: bool = False) -> T:
        """Run `work` in one transaction that commits when it returns and rolls back when it raises.

        `work` runs on a database thread and must not touch the event loop. `repeatable` says that it changes the
        database alone: it may then share its transaction with others, and run again if one of them fails. Raises
        StoreUnavailable when the database could not be reached, was locked for too long, or could not commit.
        """
        if self.path is None:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._transact_here, work)
        if self._writer is None:
            raise SapaError("This command opened the database for reading only.")
        try:
            return await self._writer.submit(work, repeatable=repeatable)
        except (OperationalError, InterfaceError) as error:
            raise StoreUnavailable(str(error.orig)) from error

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run `work` on a reading connection; it sees everything committed before it began."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read_here, work)

    @property
    def careful(self) -> bool:
        """Whether events run singly and are counted before they run: for a while after an unclean stop."""
        return self._careful

    @careful.setter
    def careful(self, careful: bool) -> None:
        self._careful = careful
        if self._writer:
            self._writer.singly = careful

    def close(self) -> None:
        """Finish what was submitted and let go of the file; safe to call twice."""
        if self._writer:
            self._writer.close()
        self._threads.shutdown()
        self.engine.dispose()
        if self._lock:
            self._lock.release()

    def _keep_a_log(self) -> None:
        """Turn SQLite's write-ahead log on.

        Only the process that writes does it, before it opens anything else: of two connections that turn it on at
        once, SQLite refuses one without waiting.
        """
        try:
            with _named_errors(), self.engine.connect() as connection:
                connection.connection.cursor().execute(f"PRAGMA {WRITE_AHEAD_LOG}")
        except BaseException:
            self.engine.dispose()
            if self._lock:
                self._lock.release()
            raise

    def _transact_here(self, work: Callable[[Connection], T]) -> T:
        with _named_errors(), self.engine.begin() as connection:
            return work(connection)

    def _read_here(self, work: Callable[[Connection], T]) -> T:
        with _named_errors(), self.engine.connect() as connection:
            if self.path:
                connection.execution_options(sapa_reads=True)
            return work(connection)


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise StoreUnavailable(str(error.orig)) from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable(str(error.orig)) from error
        raise


@contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """What happens inside is undone when it raises, and the transaction goes on."""
    _SAVEPOINT.run(connection)
    try:
        yield
    except BaseException:
        _ROLL_BACK.run(connection)
        _RELEASE.run(connection)
        raise
    _RELEASE.run(connection)


def _may_be_sqlite(path: Path) -> bool:
    """Whether a database is there, or could be made there."""
    if not path.is_file() or path.stat().st_size == 0:
        return True
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"


def _sqlite_engine(url: str) -> Engine:
    Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        pool_size=READERS + 1,
        hide_parameters=True,  # errors reach the log, and the values are people's
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver must not begin or commit on its own
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns to writing can fail or lose an update; the writer says so at once.
        immediate = connection.get_execution_options().get("sapa_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _postgres_engine(url: str) -> Engine:
    # Compiling a statement takes longer than it spares: up to half a second of counting a segment of a million.
    # Of two workers and their leader each goes through the index of whom a channel reaches: on two cores that takes
    # a quarter longer than with one, and leaves nothing to customers who write meanwhile.
    settings = {
        "timezone": "utc",
        "jit": "off",
        "max_parallel_workers_per_gather": 1,
        "lock_timeout": BUSY_SECONDS * 1000,
    }
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return sa.create_engine(
        url,
        pool_size=WORKERS,
        max_overflow=2,
        hide_parameters=True,
        connect_args={"options": options, "connect_timeout": 5},
    )
