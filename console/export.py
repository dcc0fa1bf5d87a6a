"""A customer's own data to take along: the link that opens it, once."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from console import headers, language, texts
from console.chat import Chat
from console.export_archive import Archive
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
        archive = Archive(self._chat.database, self._chat.look.business, self._zone, self._chat.now())
        return StreamingResponse(archive.zip(found), media_type="application/zip", headers=kept)

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
