"""A file that the team sends to a customer: checked, cleaned, and kept for that customer alone."""

from __future__ import annotations

import asyncio
import datetime as dt
from functools import partial

from store import media_sent
from store.database import Database
from store.media import File
from talk.filetypes import type_of
from talk.pictures import UnreadablePicture, clean

PDF = "application/pdf"
FILE_BYTES = 10 * 1024 * 1024
_CLEANING = asyncio.Lock()  # one at a time: a large picture fills 200 MB while it is decoded


async def keep(
    database: Database, contact_id: int, sender: str, content: bytes, name: str, now: dt.datetime
) -> str:
    """Keep a picture or a PDF of at most 10 MB; its public id. `sender` is who of the team sends it.

    Raises UnreadablePicture for what is neither, NoRoom when too much is kept of the customer, StoreUnavailable.
    """
    file = await _cleaned(content)
    title = name.rpartition("/")[2].rpartition("\\")[2] if file.type == PDF else ""
    begin = partial(media_sent.begin, contact_id=contact_id, sender=sender, file=file, name=title, now=now)
    media_id, public_id = await database.transact(begin)
    if media_id is not None:
        for number, piece in enumerate(file.pieces):
            await database.transact(partial(media_sent.lay, media_id=media_id, number=number, piece=piece))
        await database.transact(partial(media_sent.finish, media_id=media_id, digest=file.digest))
    return public_id


async def _cleaned(content: bytes) -> File:
    """A PDF as it is, a picture with nothing in it but what is seen."""
    if len(content) > FILE_BYTES:
        raise UnreadablePicture("The file is too large.")
    if type_of(content) == PDF:
        return await asyncio.to_thread(File.of, PDF, content)
    async with _CLEANING:
        kind, cleaned = await asyncio.to_thread(clean, content)
    return await asyncio.to_thread(File.of, kind, cleaned)
