"""Keeps what a process says in step with the sentences that the business has published in its own words."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial

import structlog
from sqlalchemy.engine import Connection

from locales import own_words
from store import wordings
from store.database import Database, StoreUnavailable

log = structlog.get_logger()


class OwnWords:
    """The business's own words in this process; `refresh` is called from one event loop, as often as one likes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._version = -1
        self._refreshing = asyncio.Lock()

    async def refresh(self) -> None:
        """Say what is published now; while the database is away, what was said before."""
        async with self._refreshing:
            with suppress(StoreUnavailable):
                self._version = await self._database.read(partial(_say, known=self._version))


def _say(connection: Connection, known: int) -> int:
    # The number first: words that are newer than it are read once more.
    version = wordings.version(connection)
    if version != known:
        for misfit in own_words.use(wordings.current(connection)):
            log.warning(
                "own_words_do_not_fit",
                sentence=misfit.sentence,
                language=misfit.language,
                reason=misfit.fault.kind,
                detail=misfit.fault.detail,
            )
    return version
