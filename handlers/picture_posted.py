"""A visitor of the web chat posted a picture: it is cleaned, and kept before the message that shows it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

from handlers.scene import House
from store import media, visitors
from store.database import Database
from store.media import File
from talk.pictures import clean


class PicturePosted:
    """Keeps pictures: `await posted(visitor, content)`. `now` gives the time."""

    def __init__(self, database: Database, house: House, now: Callable[[], dt.datetime]) -> None:
        self._database = database
        self._language = house.language
        self._now = now
        self._cleaning = asyncio.Lock()  # one at a time: a large picture fills 200 MB while it is decoded

    async def __call__(self, visitor: str, content: bytes) -> str:
        """Keep the picture for the visitor alone; its public id.

        Raises UnreadablePicture, NoRoom when too much is kept of this visitor, and StoreUnavailable.
        """
        async with self._cleaning:
            file = await asyncio.to_thread(_cleaned, content)
        identity, now = (visitors.CHANNEL, visitors.ACCOUNT, visitor), self._now()
        return await self._database.transact(
            lambda connection: media.keep_visitor_picture(
                connection, identity, file, language=self._language, now=now
            )
        )


def _cleaned(content: bytes) -> File:
    return File.of(*clean(content))
