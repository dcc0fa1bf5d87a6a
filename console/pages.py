"""The chat's page, the door for personal links, and the widget for other sites."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from console import colour, headers, language, limits, refusals, texts
from console.chat import Chat
from console.refusals import Refusal
from console.static_files import FOLDER
from locales import Language, Text, direction
from store import joins, links, visitors
from store.database import StoreUnavailable
from store.visitors import Visitor

FORM_BYTES = 4096
REFUSED: dict[links.Opening, Text] = {
    "used": texts.LINK_USED,
    "expired": texts.LINK_EXPIRED,
    "unknown": texts.LINK_UNKNOWN,
}


class Pages:
    """What a browser loads. `version` names the scripts and styles as they are now."""

    def __init__(self, chat: Chat, version: str) -> None:
        self._chat = chat
        self._origins = tuple(headers.origin(address) for address in chat.look.origins)
        self._stylesheet = colour.stylesheet(chat.look.colour)
        self._static = f"/static/{version}"
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=select_autoescape(default=True),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def chat(self, request: Request) -> Response:
        """`GET /chat`: the page. With `as` a personal link is opened, with `embed` it stands in a frame."""
        if "as" in request.query_params:
            return await self._door(request, request.query_params["as"])
        self._chat.limits.reading(request)
        visits = self._chat.visits
        visitor = visits.of(request) or visits.new()
        reader = await self._reader(visitor)
        source = request.query_params.get("from", "")
        poster = joins.poster_of(source)
        chosen = reader.language if reader and reader.language_known else None
        spoken = language.of_page(request, chosen, poster.language if poster else None)
        framed = "embed" in request.query_params
        host = request.query_params.get("host", "")
        page = self._page(
            "chat.html",
            spoken,
            framed=framed,
            host=host if host in self._origins else "",
            source=source if poster else "",
            texts=texts.page(spoken),
            settings=self._settings(spoken),
            names=texts.NAMES,
            no_script=texts.said(texts.NO_SCRIPT, spoken),
        )
        page.headers["Content-Security-Policy"] = headers.page_policy(self._origins if framed else ())
        page.headers.append("set-cookie", visits.cookie(visitor, framed=framed))
        return page

    def phone(self, visitor: str, spoken: Language, zone: ZoneInfo) -> Response:
        """The page as this visitor, in a frame of a page of ours that tells it what happens; on this clock.

        Whoever gets it is taken for the visitor: show it only where everybody may be.
        """
        page = self._page(
            "chat.html",
            spoken,
            token=self._chat.visits.token(visitor),
            zone=zone.key,
            texts=texts.page(spoken),
            settings=self._settings(spoken),
            names=texts.NAMES,
            no_script=texts.said(texts.NO_SCRIPT, spoken),
        )
        page.headers["Content-Security-Policy"] = headers.page_policy(("'self'",))
        return page

    async def enter(self, request: Request) -> Response:
        """`POST /chat/enter`: use up a personal link and make this browser its customer's."""
        self._chat.visits.same_site(request)
        self._chat.limits.reading(request)
        form = parse_qs((await limits.body(request, FORM_BYTES)).decode(errors="replace"))
        link = links.read(self._chat.secret, form.get("as", [""])[0])
        visitor = self._chat.visits.new()
        opening: links.Opening = "unknown"
        if link is not None:
            work = partial(links.open_for, link=link, visitor=visitor, now=self._chat.now())
            opening = await self._chat.database.transact(work)
        if opening != "opened":
            return self._failed(request, opening)
        return self._entered(request, visitor)

    async def texts(self, request: Request) -> Response:
        """`GET /chat/texts?lang=ms`: the page's words in a language, which the browser then remembers."""
        spoken = language.of(request)
        response = JSONResponse(self._settings(spoken), headers={"Cache-Control": "no-store"})
        response.set_cookie(language.COOKIE, spoken, max_age=365 * 24 * 3600, samesite="lax", path="/")
        return response

    async def stylesheet(self, _request: Request) -> Response:
        """`GET /chat/colours.css`: the business's colour."""
        return Response(self._stylesheet, media_type="text/css", headers={"Cache-Control": "public, max-age=300"})

    async def widget(self, request: Request) -> Response:
        """`GET /widget.js`: puts a button and the chat's frame on another site; absent when none is allowed."""
        if not self._origins:
            raise Refusal(404, refusals.NOT_FOUND)
        words = msgspec.json.encode(texts.widget()).decode()
        script = (FOLDER / "widget.js").read_text(encoding="utf-8").replace("__TEXTS__", words)
        kept = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(script, media_type="text/javascript", headers=kept)

    async def _door(self, request: Request, token: str) -> Response:
        # Opening the address must change nothing: apps fetch it to draw a preview. The page posts it back.
        link = links.read(self._chat.secret, token)
        if link is None:
            return self._failed(request, "unknown")
        visitor = self._chat.visits.of(request)
        known = await self._reader(visitor) if visitor else None
        if visitor and known:
            theirs = await self._chat.database.read(partial(links.is_of, link=link, visitor=visitor))
        else:
            theirs = False
        if theirs:
            return RedirectResponse("/chat", 303, {"Cache-Control": "no-store"})
        if link.expires_at <= self._chat.now():
            return self._failed(request, "expired")
        spoken = language.of_page(request)
        words = texts.ANOTHER if known else texts.OPENING
        return self._page("enter.html", spoken, token=token, ask=bool(known), words=texts.said(words, spoken))

    def _entered(self, request: Request, visitor: str) -> Response:
        visits = self._chat.visits
        response: Response
        if "application/json" in request.headers.get("accept", ""):
            answer = {"visitor": visits.key(visitor), "token": visits.token(visitor)}
            response = JSONResponse(answer, headers={"Cache-Control": "no-store"})
        else:
            response = RedirectResponse("/chat", 303, {"Cache-Control": "no-store"})
        response.headers.append("set-cookie", visits.cookie(visitor))
        return response

    def _failed(self, request: Request, opening: links.Opening) -> Response:
        if "application/json" in request.headers.get("accept", ""):
            raise Refusal(410, REFUSED[opening])
        spoken = language.of_page(request)
        return self._page("link.html", spoken, status=410, reason=texts.said(REFUSED[opening], spoken))

    async def _reader(self, visitor: str) -> Visitor | None:
        try:
            return await self._chat.database.read(partial(visitors.find, visitor=visitor))
        except StoreUnavailable:
            return None  # the page itself still opens, and says that it is connecting

    def _settings(self, spoken: Language) -> dict[str, Any]:
        return {
            "language": spoken,
            "direction": direction(spoken),
            "business": self._chat.look.business,
            "texts": texts.page(spoken),
            "suggestions": texts.suggestions(spoken),
        }

    def _page(self, template: str, spoken: Language, *, status: int = 200, **values: Any) -> HTMLResponse:
        html = self._templates.get_template(template).render(
            language=spoken,
            direction=direction(spoken),
            business=self._chat.look.business,
            static=self._static,
            go_on=texts.said(texts.CONTINUE, spoken),
            **values,
        )
        policy = {"Content-Security-Policy": headers.page_policy(), "Cache-Control": "no-store"}
        return HTMLResponse(html, status, policy)
