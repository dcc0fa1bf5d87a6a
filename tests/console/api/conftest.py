"""A shop that calls the API, on both databases."""

from __future__ import annotations

import pytest

from store.database import Database
from tests.console.api.shop import Shop


@pytest.fixture
async def shop(database: Database) -> Shop:
    """A shop whose key may do everything."""
    return await Shop(database).open()
