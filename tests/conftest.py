"""What every test may ask for: a database of either kind, migrated and empty."""

from __future__ import annotations

import datetime as dt
import logging
import os
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot import heap
from store import schema
from store.database import Database
from tests.ports import held_port
from tests.postgres import MEMORY, Databases, PostgresServer

# Most tests wait for the disk longer than for anything else.
if MEMORY is not None:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# Plain lines: drawing tracebacks with every local takes seconds where a test provokes errors.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])

# A busy machine is no finding.
settings.register_profile(
    "sapa",
    settings.get_profile(settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("sapa")

SECRET = b"a secret for tests, 32 bytes long"
NOON = dt.datetime(2026, 11, 21, 4, 0, tzinfo=dt.UTC)  # noon in Kuala Lumpur, a Saturday


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no core is left alone with it at the end."""
    items.sort(key=lambda item: "slow" not in item.keywords)


def pytest_collection_finish() -> None:
    """What was imported for all tests stays: going through it again and again took a tenth of their time."""
    heap.settle()


@pytest.fixture(autouse=True)
def _the_log_of_tests() -> Iterator[None]:
    """Undo what a command in a test's own process does to the log: what is said later could not be captured."""
    mine, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.configure(**mine)
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def port() -> Iterator[int]:
    """A port of the test's own, for a process it starts."""
    with held_port() as held:
        yield held


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """The databases of one PostgreSQL server for the whole run."""
    server = PostgresServer()
    made = Databases(server)
    yield made
    made.close()
    server.remove()


@pytest.fixture
def postgres_url(databases: Databases) -> Iterator[str]:
    """A migrated PostgreSQL database of the test's own."""
    name = databases.take()
    yield databases.url(name)
    databases.give_back(name)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("template") / "sapa.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        schema.upgrade(connection)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite database of the test's own."""
    path = tmp_path / "sapa.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The same test on both databases; in `make check` on the one that needs no server."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open, migrated, empty database of either kind."""
    opened = Database(database_url)
    yield opened
    opened.close()
