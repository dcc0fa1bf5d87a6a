"""Whether the process lives, whether it can serve, and its figures."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from store.database import Database
from talk.errors import SapaError

Ready: TypeAlias = Callable[[], Awaitable[None]]
"""Returns when the process can serve. Raises SapaError that says what is missing."""

ANSWER_SECONDS = 3


def routes(ready: Ready, registry: CollectorRegistry) -> list[Route]:
    """`/healthz`, `/readyz` and `/metrics`."""

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def readyz(_request: Request) -> Response:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await ready()
        except SapaError as problem:
            return JSONResponse({"ready": False, "problem": str(problem)}, 503)
        except TimeoutError:
            return JSONResponse({"ready": False, "problem": "The database does not answer."}, 503)
        return JSONResponse({"ready": True})

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def store_ready(database: Database) -> Ready:
    """Ready when the database answers and its migrations are this code's."""

    async def ready() -> None:
        from store import schema

        found, expected = await database.read(schema.current), schema.newest()
        if found != expected:
            raise SapaError(f"The database is at revision {found}, this code needs {expected}; run `sapa migrate`.")

    return ready
