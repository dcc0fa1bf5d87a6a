"""Everything that is kept of a customer in one file: a ZIP that is made while it is sent, page by page."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from mimetypes import guess_extension
from typing import IO, Any
from zoneinfo import ZoneInfo

import msgspec

from console import export_page
from store import exports
from store.database import Database
from store.exports import Holder


@dataclass(frozen=True, slots=True)
class Archive:
    """Makes such a file; `zone` is the clock of customers whose own is not known, `now` the moment it tells of."""

    database: Database
    business: str
    zone: ZoneInfo
    now: dt.datetime

    async def zip(self, found: Holder) -> AsyncIterator[bytes]:
        """The file, piece by piece."""
        pipe = _Pipe()
        now = self.now.timetuple()[:6]
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, write in (("data.json", self._json), ("index.html", self._html)):
                entry = zipfile.ZipInfo(name, now)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(entry, "w", force_zip64=True) as file:
                    async for _done in write(file, found):
                        yield pipe.take()
            for kept in await self.database.read(partial(exports.files, contact_id=found.id)):
                name = f"files/{kept.public_id}{guess_extension(kept.type) or ''}"
                with archive.open(zipfile.ZipInfo(name, now), "w", force_zip64=True) as file:
                    for place in range(kept.pieces):
                        look = partial(exports.piece, media_id=kept.id, place=place)
                        file.write(await self.database.read(look))
                        yield pipe.take()
        yield pipe.take()

    async def _json(self, file: IO[bytes], found: Holder) -> AsyncIterator[None]:
        file.write(b"{")
        for number, name in enumerate(exports.sections(found.id)):
            file.write(f'{"," if number else ""}\n"{name}": ['.encode())
            parted = b"\n"
            async for rows in self._rows(found, name):
                for row in rows:
                    file.write(parted + msgspec.json.encode(row))
                    parted = b",\n"
                yield
            file.write(b"]")
        file.write(b"}\n")

    async def _html(self, file: IO[bytes], found: Holder) -> AsyncIterator[None]:
        writer = export_page.Writer(found.language, self._clock(found), self.business)
        file.write(writer.head(self.now).encode())
        for name, section in export_page.SECTIONS.items():
            begun = False
            async for rows in self._rows(found, name):
                if rows and not begun:
                    begun = True
                    file.write(writer.begin(section).encode())
                file.write("".join(writer.row(section, row) for row in rows).encode())
                yield
            if begun:
                file.write(writer.end().encode())
        file.write(writer.foot().encode())

    async def _rows(self, found: Holder, name: str) -> AsyncIterator[list[dict[str, Any]]]:
        section = exports.sections(found.id)[name]
        after: int | None = 0
        while after is not None:
            rows, after = await self.database.read(partial(exports.page, section=section, after=after))
            yield rows

    def _clock(self, found: Holder) -> ZoneInfo:
        return ZoneInfo(found.timezone) if found.timezone else self.zone


class _Pipe:
    """What a ZIP is written into, and read off again before it grows."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes, /) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Nothing is held."""

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken
