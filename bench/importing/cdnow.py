"""What is imported, CDNOW's purchase histories, and what is then in the store."""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.util
from pathlib import Path

import sqlalchemy as sa

from store import schema
from store.database import Database
from store.tables import metadata

NOW = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
"""When the contestants import."""
RANDOM = {"public_id"}


def write(path: Path, purchases: int | None = None) -> Path:
    """Write the first so many purchases, or all, with the header before them."""
    found = importlib.util.find_spec("lifetimes")
    assert found is not None
    assert found.submodule_search_locations is not None
    whole = Path(found.submodule_search_locations[0]) / "datasets" / "CDNOW_master.txt"
    lines = whole.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines if purchases is None else lines[: purchases + 1]), encoding="utf-8")
    return path


def make(path: Path) -> Path:
    """A store with nothing in it."""
    database = Database(f"sqlite:///{path}")
    try:
        with database.engine.execution_options(sapa_writes=True).begin() as connection:
            schema.upgrade(connection)
    finally:
        database.close()
    return path


def digests(store: Path) -> dict[str, str]:
    """How many rows each table has, and a digest of everything in them but what is random."""
    engine = sa.create_engine(f"sqlite:///{store}")
    with engine.connect() as connection:
        found = {table.name: _digest(connection, table) for table in metadata.sorted_tables}
    engine.dispose()
    return found


def _digest(connection: sa.Connection, table: sa.Table) -> str:
    columns = [column for column in table.columns if column.name not in RANDOM]
    rows = connection.execute(sa.select(*columns).order_by(*table.primary_key.columns)).all()
    digest = hashlib.sha256("\n".join(repr(tuple(row)) for row in rows).encode()).hexdigest()
    return f"{len(rows)} rows, {digest}"
