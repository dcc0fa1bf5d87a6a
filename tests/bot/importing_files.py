"""Files to import, and what is in the store afterwards."""

from __future__ import annotations

import importlib.util
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from bot.importing import ImportKind, Report, import_file
from store import catalog
from store.database import Database
from tests.conftest import NOON

T = TypeVar("T")


class Killed(Exception):
    """The process ends here."""


class Interfered:
    """A database whose n-th transaction is killed before its commit, or whose second waits for `first`."""

    def __init__(
        self, database: Database, *, killed: int = 0, first: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        self.read = database.read
        self._database = database
        self._killed = killed
        self._first = first
        self._count = 0

    async def transact(self, work: Callable[[Connection], T], *, repeatable: bool = False) -> T:
        self._count += 1
        if self._first and self._count == 2:
            await self._first()
        return await self._database.transact(self._killing(work) if self._count == self._killed else work)

    def _killing(self, work: Callable[[Connection], T]) -> Callable[[Connection], T]:
        def die(connection: Connection) -> T:
            work(connection)
            raise Killed

        return die


def cdnow() -> Path:
    """CDNOW's purchase histories, found without importing the package that carries them."""
    found = importlib.util.find_spec("lifetimes")
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0]) / "datasets" / "CDNOW_master.txt"


def written(path: Path, *lines: str) -> Path:
    """A file of these lines."""
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


async def bring_in(database: Database | Interfered, kind: ImportKind, path: Path, **options: Any) -> Report:
    """An import at noon of the tests' day."""
    return await import_file(cast(Database, database), kind, path, **{"now": NOON, **options})


async def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    return await database.read(lambda connection: [tuple(row) for row in connection.execute(sa.text(query))])


async def sell(database: Database, *skus: str) -> None:
    """Products with these skus."""
    products = [catalog.Product(sku, sku.title(), {}, "", 100, "MYR") for sku in skus]
    await database.transact(lambda connection: catalog.save_products(connection, products))
