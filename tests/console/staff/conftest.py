"""A team over a store of its own, the real turn behind it, and a clock that stands still."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from store.database import Database
from tests.console.staff.team import Team


@pytest.fixture
async def team(database: Database) -> AsyncIterator[Team]:
    """A team without anybody in it, on either database."""
    made = Team(database)
    yield made
    await made.leave()


@pytest.fixture
async def sqlite_team(sqlite_url: str) -> AsyncIterator[Team]:
    """The same on SQLite alone, for what the database has no part in."""
    opened = Database(sqlite_url)
    made = Team(opened)
    yield made
    await made.leave()
    opened.close()
