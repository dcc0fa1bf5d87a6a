"""The API beside the chat: made ready by whoever asks first, and paid for by nobody else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import httpx

from console.hub import Hub
from store.database import Database
from tests.console.api.shop import BASE, kind
from tests.console.fake_bot import FakeBot, application

ROOT = Path(__file__).parents[3]


async def test_the_first_requests_wait_for_the_api_together(sqlite_url: str) -> None:
    database, hub = Database(sqlite_url), Hub()
    app = application(database, hub, FakeBot(database))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
        asked = [client.get(f"{BASE}/openapi.json"), client.get(f"{BASE}/customers"), client.get("/healthz")]
        specification, refused, _health = await asyncio.gather(*asked)
    assert specification.json()["info"]["title"] == "Sapa"
    assert kind(refused) == "key-unknown"
    assert refused.headers["x-content-type-options"] == "nosniff"
    database.close()


def test_the_chat_does_not_pay_for_the_apis_framework() -> None:
    code = "import sys, console.app; sys.exit('fastapi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
