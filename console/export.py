"""A customer's own data to take along: a ZIP that is made while it is sent, a page of rows at a time."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator
from functools import partial
from mimetypes import guess_extension
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from console import export_page, headers, language, texts
from console.chat import Chat
from locales import Text, _, direction, render
from store import exports, links
from store.exports import Holder
from store.links import Link

TITLE = _("Your data")
READY = _("This file holds everything we keep about you. It can be downloaded once.")
DOWNLOAD = _("Download")
GONE = _("This link has been used, or its time is over. Please ask for a new one in the chat.")


class Export:
    """`/my-data/{token}`: a page that says what it is, and the file itself, once."""

    def __init__(self, chat: Chat, version: str, zone: ZoneInfo) -> None:
        self._chat = chat
        self._zone = zone
        self._static = f"/static/{version}"
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(default=True),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def page(self, request: Request) -> Response:
        """`GET`: what the link is for. Opening it changes nothing: apps fetch addresses to draw a preview."""
        self._chat.limits.reading(request)
        link = self._link(request)
        found = None
        if link is not None:
            look = partial(exports.holder, link=link, now=self._chat.now())
            found = await self._chat.database.read(look)
        return self._page(request, found)

    async def file(self, request: Request) -> Response:
        """`POST`: use the link up and send the file."""
        self._chat.visits.same_site(request)
        self._chat.limits.reading(request)
        link = self._link(request)
        found = None
        if link is not None:
            use = partial(exports.use, link=link, now=self._chat.now())
            found = await self._chat.database.transact(use)
        if found is None:
            return self._page(request, None)
        kept = {"Content-Disposition": 'attachment; filename="my-data.zip"', "Cache-Control": "no-store"}
        return StreamingResponse(self._zip(found), media_type="application/zip", headers=kept)

    def _link(self, request: Request) -> Link | None:
        return links.read(self._chat.secret, request.path_params["token"], salt=exports.SALT)

    def _page(self, request: Request, found: Holder | None) -> HTMLResponse:
        spoken: Any = found.language if found else language.of_page(request)
        said: dict[str, Text] = {"title": TITLE, "words": READY if found else GONE}
        said |= {"download": DOWNLOAD, "go_on": texts.CONTINUE}
        html = self._templates.get_template("export.html").render(
            language=spoken,
            direction=direction(spoken),
            business=self._chat.look.business,
            static=self._static,
            ready=found is not None,
            **{name: render(text, spoken) for name, text in said.items()},
        )
        policy = {"Content-Security-Policy": headers.page_policy(), "Cache-Control": "no-store"}
        return HTMLResponse(html, 200 if found else 410, policy)

    async def _zip(self, found: Holder) -> AsyncIterator[bytes]:
        pipe = _Pipe()
        now = self._chat.now().timetuple()[:6]
        with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, write in (("data.json", self._json), ("index.html", self._html)):
                entry = zipfile.ZipInfo(name, now)
                entry.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(entry, "w", force_zip64=True) as file:
                    async for _done in write(file, found):
                        yield pipe.take()
            for kept in await self._chat.database.read(partial(exports.files, contact_id=found.id)):
                name = f"files/{kept.public_id}{guess_extension(kept.type) or ''}"
                with archive.open(zipfile.ZipInfo(name, now), "w", force_zip64=True) as file:
                    for place in range(kept.pieces):
                        look = partial(exports.piece, media_id=kept.id, place=place)
                        file.write(await self._chat.database.read(look))
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
        writer = export_page.Writer(found.language, self._clock(found), self._chat.look.business)
        file.write(writer.head(self._chat.now()).encode())
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
            rows, after = await self._chat.database.read(partial(exports.page, section=section, after=after))
            yield rows

    def _clock(self, found: Holder) -> ZoneInfo:
        return ZoneInfo(found.timezone) if found.timezone else self._zone


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
