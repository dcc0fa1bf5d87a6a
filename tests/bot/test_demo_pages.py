"""The demo's addresses: only our own page may use them, and nobody but the demo has them."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest

from bot.app import App, compose
from bot.demo.board import Board
from bot.demo.clock import DemoClock
from bot.demo.pages import routes
from bot.demo.stage import Process, Stage
from bot.demo.sweep import Sweep
from bot.settings import load
from store.database import Database
from tests.conftest import SECRET

HOME = "http://127.0.0.1:8000"


@pytest.fixture
async def app(sqlite_url: str) -> AsyncIterator[App]:
    database = Database(sqlite_url)
    clock = await DemoClock.kept(database)
    yield await compose(load(secret_key=SECRET.decode()), database, now=clock.now)
    database.close()


@asynccontextmanager
async def demo(app: App) -> AsyncIterator[tuple[httpx.AsyncClient, Stage]]:
    """The demo of a business without customers."""
    clock, board = await DemoClock.kept(app.database), Board()
    sweep = Sweep(clock, app.database, app.tick, app.sender.wake, board)
    stage = Stage(app, clock, sweep, board, Process(os.getpid()), "kabo-tidu-mesa-lofi")
    app.web.router.routes[:0] = routes(stage, app.web.state.chat, "/static/x")
    async with client(app) as asking:
        yield asking, stage
    await sweep.stop()


def client(app: App) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app.web), base_url=HOME)


async def test_only_the_demo_has_its_page(app: App) -> None:
    async with client(app) as asking:
        assert (await asking.get("/demo")).status_code == 404
    async with demo(app) as (asking, _stage):
        page = await asking.get("/demo", headers={"Accept-Language": "ar"})
        assert page.status_code == 200
        assert '<html lang="ar" dir="rtl">' in page.text
        assert "kabo-tidu-mesa-lofi" in page.text
        policy = page.headers["content-security-policy"]
        assert "frame-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert (await asking.get("/demo/phone/en")).status_code == 404, "nobody has a phone yet"


async def test_other_websites_change_nothing_here(app: App) -> None:
    async with demo(app) as (asking, stage):
        ahead = stage.clock.ahead
        for headers in ({"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}):
            refused = await asking.post("/demo/time", json={"to": "hour"}, headers=headers)
            assert refused.status_code == 403
        form = await asking.post("/demo/time", content='{"to": "hour"}', headers={"Content-Type": "text/plain"})
        assert form.status_code == 415
        assert (await asking.post("/demo/time", json={"to": "yesterday"})).status_code == 422
        assert stage.clock.ahead == ahead


async def test_a_request_to_kill_that_comes_again_kills_no_other_process(app: App) -> None:
    async with demo(app) as (asking, stage):
        answer = await asking.post("/demo/kill", json={"pid": stage.process.pid + 1})
        assert answer.json() == {"killed": False}


async def test_time_passes_once_at_a_time_and_can_be_stopped(app: App) -> None:
    async with demo(app) as (asking, stage):
        assert (await asking.post("/demo/time", json={"to": "greetings"})).status_code == 409
        assert (await asking.post("/demo/time", json={"to": "day"})).status_code == 200
        assert (await asking.post("/demo/time", json={"to": "hour"})).status_code == 423
        assert (await asking.post("/demo/time", json={"to": "stop"})).status_code == 200
        assert not stage.sweep.running
