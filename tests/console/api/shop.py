"""A shop's system that calls the API: its key, its customers, and the requests it makes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy.engine import Connection
from starlette.applications import Starlette
from starlette.routing import Mount

from console.api.application import application
from console.api.gate import ApiPaces
from console.api.house import House
from console.limits import Pace
from store import api_keys, consents
from store.api_keys import SCOPES, Scope
from store.database import Database
from tests.conftest import NOON, SECRET

UNHURRIED = ApiPaces(Pace(1e9, 1e9), Pace(1e9, 1e9))
BASE = "http://sapa.test/api/v1"


class Shop:
    """Calls the API over a database of its own; the clock stands still until it is moved."""

    def __init__(self, database: Database, paces: ApiPaces = UNHURRIED) -> None:
        self.database = database
        self.now = NOON
        self.ticks = 0.0
        house = House(database, SECRET, "MY", "en", ZoneInfo("Asia/Kuala_Lumpur"), lambda: self.now)
        api = application(house, clock=lambda: self.ticks, paces=paces)
        self.app = Starlette(routes=[Mount("/api/v1", api)])
        self.key = ""

    async def open(self, *scopes: Scope) -> Shop:
        """Make the key it calls with; every scope unless some are named."""
        self.key = await self.new_key(*(scopes or SCOPES))
        return self

    async def new_key(self, *scopes: Scope) -> str:
        """Another key."""
        return (await self.database.transact(lambda c: api_keys.add(c, "web shop", scopes, self.now))).key

    async def call(self, method: str, path: str, **more: Any) -> httpx.Response:
        """One request with the key; `headers` come on top."""
        headers = {"Authorization": f"Bearer {self.key}", **more.pop("headers", {})}
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=BASE) as client:
            return await client.request(method, BASE + path, headers=headers, **more)

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """Ask for something."""
        return await self.call("GET", path, params=query)

    async def post(self, path: str, content: Any, key: str = "") -> httpx.Response:
        """Give something, with an Idempotency-Key where there is one."""
        return await self.call("POST", path, json=content, headers={"Idempotency-Key": key} if key else {})

    async def customer(self, number: str = "C-1", **more: Any) -> dict[str, Any]:
        """A customer, made or brought up to date."""
        answer = await self.post("/customers", {"number": number, **more})
        assert answer.status_code in (200, 201), answer.text
        kept: dict[str, Any] = answer.json()
        return kept

    async def agree(self, number: str, purpose: str = consents.PROFILING, granted: bool = True) -> None:
        """The customer with this number says yes or no in the chat."""
        await self.database.transact(lambda c: say(c, number, purpose, granted, self.now))


def say(connection: Connection, number: str, purpose: str, granted: bool, now: dt.datetime) -> None:
    """A customer's word on a purpose."""
    from store import contacts_import

    consents.record(
        connection,
        contacts_import.ids_by_number(connection, [number])[number],
        purpose=purpose,
        channel="webchat",
        granted=granted,
        wording="2026-11",
        locale="en",
        evidence="button",
        at=now,
    )


def kind(answer: httpx.Response) -> str:
    """Which problem this is."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["request_id"] == answer.headers["x-request-id"]
    return str(problem["type"]).removeprefix("urn:sapa:problem:")


def where(answer: httpx.Response) -> Sequence[str]:
    """The fields that do not fit."""
    assert kind(answer) == "invalid", answer.text
    return [each["at"] for each in answer.json()["errors"]]
