"""Alerts reach the operator, once in a while, and never fail what they are about."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from aiohttp import web

from bot.alerts import QUIET, SENTENCES, Alerts
from handlers.scene import Notice
from locales import LANGUAGES, render
from store.database import Database
from store.tables import outbox
from tests.conftest import NOON


class Pager:
    """A web address that alerts are posted to."""

    def __init__(self) -> None:
        self.posted: list[Any] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.posted.append(await request.json())
        return web.Response()


@pytest.fixture
async def pager() -> AsyncIterator[Pager]:
    pager = Pager()
    app = web.Application()
    app.router.add_post("/", pager.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    pager.url = f"http://{host}:{port}/"
    yield pager
    await runner.cleanup()


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> dt.datetime:
        return self.now


def _alerts(database: Database, clock: Clock, url: str, woken: asyncio.Event) -> Alerts:
    chat = ("telegram", "1", "42")
    return Alerts(database, url=url, chat=chat, language="ms", now=clock, wake=woken.set)


async def _told(database: Database) -> list[str]:
    rows = await database.read(lambda connection: connection.scalars(sa.select(outbox.c.payload)).all())
    return [row["text"] for row in rows]


async def test_an_alert_is_posted_and_told_without_phone_numbers(database: Database, pager: Pager) -> None:
    woken = asyncio.Event()
    notice = Notice("event_parked", "", {"external_id": "700000123", "error": "failed for +60123456789"})
    await _alerts(database, Clock(), pager.url, woken)(notice)
    (posted,) = pager.posted
    assert posted["kind"] == "event_parked"
    assert posted["details"] == {"external_id": "700000123", "error": "failed for [phone]"}
    (text,) = await _told(database)
    assert "700000123" in text
    assert "60123456789" not in text
    assert woken.is_set()


async def test_the_same_alert_is_not_repeated_for_a_while(database: Database, pager: Pager) -> None:
    clock = Clock()
    alerts = _alerts(database, clock, pager.url, asyncio.Event())
    for contact in ("a", "a", "b"):
        await alerts(Notice("customer_waits", contact))
    assert len(pager.posted) == 2
    clock.now += QUIET
    await alerts(Notice("customer_waits", "a"))
    assert len(await _told(database)) == len(pager.posted) == 3


async def test_an_address_that_does_not_answer_fails_nothing(database: Database) -> None:
    await _alerts(database, Clock(), "http://127.0.0.1:1/", asyncio.Event())(Notice("person_wanted", "x"))
    assert len(await _told(database)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_alert_can_be_said(language: str) -> None:
    assert all(render(text, language, {"details": "x"}) for text in SENTENCES.values())
