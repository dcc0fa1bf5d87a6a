"""The demo's addresses: its page, the phones on it, and what its buttons do. They exist in the demo alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

import msgspec
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.demo import stream
from bot.demo.stage import Stage, To
from bot.demo.texts import BUSY, PAGE, PLANNED, SCRIPT, SHOP
from bot.first_staff import DEMO, DEMO_HOST
from console import headers, language, limits, refusals, static_files
from console import texts as chat_texts
from console.chat import Chat
from console.conversation import EventStream
from console.pages import Pages
from console.refusals import Refusal
from console.staff.rendering import templates
from locales import Language, direction, formats, render
from locales.formats import Money
from loyalty.programme import named
from store import catalog

T = TypeVar("T")
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
BODY_BYTES = 4096
NO_STORE = {"Cache-Control": "no-store"}
POLICY = f"{headers.PAGE}; frame-src 'self'; frame-ancestors 'none'"


class Wanted(msgspec.Struct, frozen=True):
    """The body of `POST /demo/time`: how far time is to pass, or “stop”."""

    to: To


class Code(msgspec.Struct, frozen=True):
    """The body of `POST /demo/scan`: what a QR code says."""

    text: str


class Meant(msgspec.Struct, frozen=True):
    """The body of `POST /demo/kill`: which process."""

    pid: int


def routes(stage: Stage, chat: Chat, static: str) -> list[BaseRoute]:
    """The demo's routes; `static` names the files as they are now."""
    demo = _Demo(stage, chat, static)
    posts = {
        "time": demo.time,
        "scan": demo.scan,
        "broadcast": demo.broadcast,
        "cast": demo.cast,
        "kill": demo.kill,
    }
    return [
        Route("/", RedirectResponse("/demo")),
        Route("/demo", demo.page),
        Route("/demo/events", demo.events),
        Route("/demo/phone/{language}", demo.phone),
        Route("/demo/shop/{sku}", demo.product),
        *(Route(f"/demo/{name}", demo.posted(endpoint), methods=["POST"]) for name, endpoint in posts.items()),
    ]


class _Demo:
    def __init__(self, stage: Stage, chat: Chat, static: str) -> None:
        self._stage = stage
        self._chat = chat
        self._static = static
        self._pages = Pages(chat, static_files.version())
        self._templates = templates()

    async def page(self, request: Request) -> Response:
        """`GET /demo`: the page."""
        spoken = language.of_page(request)
        html = self._templates.get_template("demo.html").render(
            language=spoken,
            direction=direction(spoken),
            business=self._chat.look.business,
            static=self._static,
            t={name: render(text, spoken) for name, text in PAGE.items()},
            names=chat_texts.NAMES,
            actors=self._stage.actors,
            accounts=[f"{role}@{DEMO_HOST}" for role, _name in DEMO],
            password=self._stage.password,
            settings=self._settings(spoken),
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, **NO_STORE})

    async def phone(self, request: Request) -> Response:
        """`GET /demo/phone/{language}`: the chat as the one who has this phone."""
        actor = next((one for one in self._stage.actors if one.language == request.path_params["language"]), None)
        if actor is None:
            raise Refusal(404, refusals.NOT_FOUND)
        return self._pages.phone(actor.visitor, actor.language, actor.zone)

    async def product(self, request: Request) -> Response:
        """`GET /demo/shop/{sku}`: a product's page, where a real shop has its own."""
        spoken, sku = language.of_page(request), request.path_params["sku"]
        read = partial(catalog.find_products, skus=[sku])
        found = (await self._chat.database.read(read)).get(sku)
        if found is None:
            raise Refusal(404, refusals.NOT_FOUND)
        html = self._templates.get_template("demo_product.html").render(
            language=spoken,
            direction=direction(spoken),
            business=self._chat.look.business,
            static=self._static,
            name=named(found.name, found.names, spoken),
            price=formats.money(Money(found.price, found.currency), spoken),
            words=render(SHOP, spoken),
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, **NO_STORE})

    async def events(self, request: Request) -> Response:
        """`GET /demo/events`: everything that happens, as it happens."""
        content = stream.events(self._stage, self._chat, language.of_page(request))
        return EventStream(content, media_type="text/event-stream", headers={**NO_STORE, "X-Accel-Buffering": "no"})

    def posted(self, endpoint: Endpoint) -> Endpoint:
        """The endpoint for requests of our own page alone."""

        async def checked(request: Request) -> Response:
            self._chat.visits.same_site(request)
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                raise Refusal(415, refusals.UNREADABLE)
            return await endpoint(request)

        return checked

    async def time(self, request: Request) -> Response:
        """`POST /demo/time` {to}: let time pass; 409 when nobody has a greeting to wait for, 423 when it passes."""
        wanted = await _read(request, Wanted)
        if self._stage.sweep.running and wanted.to != "stop":
            raise Refusal(423, BUSY)
        done = await self._stage.let_pass(wanted.to)
        return _json({"passes": done}, 200 if done else 409)

    async def scan(self, request: Request) -> Response:
        """`POST /demo/scan` {text}: scan a voucher at the till."""
        code = await _read(request, Code)
        scanned = await self._stage.scan(code.text, language.of_page(request))
        return _json({"accepted": scanned.accepted, "words": scanned.words})

    async def broadcast(self, request: Request) -> Response:
        """`POST /demo/broadcast`: have the team write to the five; 423 when time passes."""
        planned = await self._stage.broadcast()
        if planned is None:
            raise Refusal(423, BUSY)
        words = render(PLANNED, language.of_page(request), {"day": planned.day})
        return _json({"campaign": planned.public_id, "words": words})

    async def cast(self, _request: Request) -> Response:
        """`POST /demo/cast`: give the phones to five others."""
        await self._stage.recast()
        return _json({})

    async def kill(self, request: Request) -> Response:
        """`POST /demo/kill` {pid}: kill this process, if it is the one that is meant.

        The answer goes first, and a browser that sends the request again cannot kill the next process.
        """
        meant = await _read(request, Meant)
        mine = meant.pid == self._stage.process.pid
        background = BackgroundTask(self._stage.kill) if mine else None
        return JSONResponse({"killed": mine}, headers=NO_STORE, background=background)

    def _settings(self, spoken: Language) -> dict[str, Any]:
        """What the page's script needs to know."""
        say = partial(render, language=spoken)
        return {
            "language": spoken,
            "zone": self._stage.app.settings.zone.key,
            "texts": {name: say(text, values=_KEPT) for name, text in SCRIPT.items()},
            "phones": stream.phones(self._stage, self._chat),
        }


_KEPT: dict[str, object] = {name: f"{{{name}}}" for name in ("name", "names", "result")}  # filled in by the script


async def _read(request: Request, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(await limits.body(request, BODY_BYTES), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(422, refusals.UNREADABLE) from error


def _json(answer: dict[str, Any], status: int = 200) -> JSONResponse:
    return JSONResponse(answer, status, NO_STORE)
