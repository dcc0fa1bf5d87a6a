"""Before a request reaches its endpoint: whose key, how fast, how big; and whatever goes wrong is a problem."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, NamedTuple

import msgspec
import structlog
from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console import limits, refusals
from console.api.frame import Caller
from console.api.house import House
from console.api.problems import Problem, answer, of_status
from console.api.wording import wrong
from console.limits import Buckets, Pace
from store import api_keys
from store.database import StoreUnavailable

log = structlog.get_logger()

BODY_BYTES = 256 * 1024
BODY_SECONDS = 20
KEY_PACE = Pace(100, 20)
STRANGER_PACE = Pace(20, 1)  # of wrong keys, by address
OPEN = ("/openapi.json",)


class ApiPaces(NamedTuple):
    """How fast one key may ask, and how often one address may show a key that is none."""

    key: Pace = KEY_PACE
    stranger: Pace = STRANGER_PACE


class Gate:
    """Lets requests with a key through to `app`, at the key's pace. `clock` gives seconds that only grow."""

    def __init__(self, app: ASGIApp, house: House, paces: ApiPaces, clock: Callable[[], float]) -> None:
        self._app = app
        self._house = house
        self._known = Buckets(paces.key, clock)
        self._strangers = Buckets(paces.stranger, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; never with anything but JSON. Nobody opens a socket here."""
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        request_id = secrets.token_hex(8)
        scope["sapa.request_id"] = request_id
        begun = False

        async def send_named(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            if scope["path"].removeprefix(scope.get("root_path", "")) not in OPEN:
                scope["sapa.caller"] = await self._admitted(Request(scope, receive))
            await self._app(scope, receive, send_named)
        except Problem as problem:
            await answer(problem, request_id)(scope, receive, send_named)
        except StoreUnavailable:
            await answer(Problem("unavailable", retry_after=2), request_id)(scope, receive, send_named)
        except Exception as error:
            # The framework has answered it, and raises it once more so that it is logged.
            log.error("api_failed", request_id=request_id, path=scope["path"], exc_info=error)
            if not begun:
                await answer(Problem("failed"), request_id)(scope, receive, send_named)

    async def _admitted(self, request: Request) -> Caller:
        address = limits.address(request)
        shown = _bearer(request)
        known = await self._house.database.read(partial(api_keys.proven, key=shown)) if shown else None
        if known is None:
            _take(self._strangers, address)
            raise Problem(
                "key-unknown",
                "Send the header `Authorization: Bearer sapa_…` with a key that `sapa apikey add` made.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        _take(self._known, known.public_id)
        now = self._house.now()
        if api_keys.use_is_old(known, now):
            await self._house.database.transact(partial(api_keys.note_use, key=known, now=now), repeatable=True)
        return Caller(self._house, known, address)


class JsonRoute(APIRoute):
    """A route whose body is one JSON document of at most 256 KB."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The framework's handler, given a request that reads its body our way."""
        handle = super().get_route_handler()

        async def handle_json(request: Request) -> Response:
            return await handle(JsonRequest(request.scope, request.receive))

        return handle_json


class JsonRequest(Request):
    """Reads its body within bounds, and as JSON that is JSON: no NaN, no half of a surrogate pair."""

    _bytes: bytes | None = None

    async def body(self) -> bytes:
        """The bytes. Raises Problem 408, 413 or 415."""
        if self._bytes is None:
            try:
                async with asyncio.timeout(BODY_SECONDS):
                    self._bytes = await limits.body(self, BODY_BYTES)
            except refusals.Refusal as error:
                raise Problem("too-large") from error
            except TimeoutError as error:
                raise Problem("too-slow", f"Send the whole body within {BODY_SECONDS} seconds.") from error
            kind = self.headers.get("content-type", "").partition(";")[0].strip().lower()
            if self._bytes and kind != "application/json":
                raise Problem("not-json", "Send JSON, with the header `Content-Type: application/json`.")
        return self._bytes

    async def json(self) -> Any:
        """The document. Raises Problem 400."""
        try:
            return msgspec.json.decode(await self.body())
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise Problem("unreadable") from error


async def refused(request: Request, error: Exception) -> Response:
    """The answer to what the framework or an endpoint refused."""
    assert isinstance(error, HTTPException)
    problem = of_status(error)
    if problem.kind == "method-not-allowed":
        # The framework names the methods of one of the address's operations.
        methods = request.app.openapi()["paths"].get(request.scope["route"].path, {"get": {}})
        problem.headers = {"Allow": ", ".join(sorted(method.upper() for method in methods))}
    return answer(problem, request.scope["sapa.request_id"])


async def invalid(request: Request, error: Exception) -> Response:
    """The answer to a request that does not fit the specification: which fields, and why."""
    assert isinstance(error, RequestValidationError)
    problem = Problem(
        "invalid", "Correct the fields that `errors` names.", errors=[wrong(e) for e in error.errors()]
    )
    return answer(problem, request.scope["sapa.request_id"])


async def unavailable(request: Request, _error: Exception) -> Response:
    """The answer while the store cannot be used."""
    return answer(Problem("unavailable", retry_after=2), request.scope["sapa.request_id"])


async def failed(request: Request, _error: Exception) -> Response:
    """The answer to what nobody foresaw."""
    return answer(Problem("failed"), request.scope["sapa.request_id"])


def _bearer(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _take(buckets: Buckets, sender: str) -> None:
    try:
        buckets.take(sender)
    except refusals.Refusal as error:
        raise Problem("too-fast", retry_after=error.retry_after) from error
