"""The addresses that machines ask."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
from prometheus_client import CollectorRegistry, Counter
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from console.health import store_ready
from console.hub import Hub
from store import schema
from store.database import Database
from talk.errors import SapaError
from tests.console.conftest import Connect
from tests.console.fake_bot import FakeBot, application


async def test_a_living_process_says_ok(client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


async def test_a_migrated_store_is_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/readyz")).json() == {"ready": True}


async def test_a_store_without_its_migrations_is_not_ready(client: httpx.AsyncClient, store: Database) -> None:
    await store.transact(lambda connection: schema.downgrade(connection, "base"))
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert "sapa migrate" in answer.json()["problem"]


async def test_what_else_must_be_ready_can_be_asked(
    store: Database, hub: Hub, bot: FakeBot, connect: Connect
) -> None:
    async def ready() -> None:
        await store_ready(store)()
        raise SapaError("The sender has stopped; look at its log.")

    answer = await connect(application(store, hub, bot, ready=ready)).get("/readyz")
    assert answer.json() == {"ready": False, "problem": "The sender has stopped; look at its log."}


async def test_figures_are_served(store: Database, hub: Hub, bot: FakeBot, connect: Connect) -> None:
    registry = CollectorRegistry()
    Counter("turns", "Turns.", registry=registry).inc()
    answer = await connect(application(store, hub, bot, registry=registry)).get("/metrics")
    assert "turns_total 1.0" in answer.text


async def test_routes_of_others_come_first(store: Database, hub: Hub, bot: FakeBot, connect: Connect) -> None:
    async def webhook(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("taken")

    app = application(store, hub, bot, extra_routes=[Route("/telegram", webhook, methods=["POST"])])
    assert (await connect(app).post("/telegram")).text == "taken"


def test_the_console_imports_no_platform_and_no_picture_library() -> None:
    heavy = "{'aiogram', 'telegram', 'PIL', 'alembic', 'babel'}"
    code = f"import sys, console.app; print({heavy} & set(sys.modules))"
    root = Path(__file__).parent.parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
