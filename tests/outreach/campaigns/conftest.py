"""A database for what has nothing to do with which kind it is."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from store.database import Database


@pytest.fixture
async def sqlite_database(sqlite_url: str) -> AsyncIterator[Database]:
    """An open, migrated, empty SQLite database."""
    opened = Database(sqlite_url)
    yield opened
    opened.close()
