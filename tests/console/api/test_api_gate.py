"""Who gets in, how fast, and what the API says when it does not do what it was asked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import httpx
import pytest

from console.api.application import framework
from console.api.gate import BODY_BYTES, ApiPaces
from console.limits import Pace
from store import api_keys
from store.api_keys import SCOPES, Scope
from store.database import Database, StoreUnavailable
from tests.console.api.shop import BASE, Shop, kind

DOCUMENT = framework().openapi()
OPERATIONS = [
    (method.upper(), path, operation["security"][0]["apiKey"][0])
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
]


@pytest.fixture
async def small(sqlite_url: str) -> Any:
    """A shop over SQLite alone, for what no database decides."""
    database = Database(sqlite_url)
    yield await Shop(database).open()
    database.close()


@pytest.mark.parametrize(("method", "path", "needed"), OPERATIONS)
async def test_an_operation_is_done_for_its_scope_alone(small: Shop, method: str, path: str, needed: str) -> None:
    others: list[Scope] = [scope for scope in SCOPES if scope != needed]
    small.key = await small.new_key(*others)
    refused = await small.call(method, path.replace("{id}", "x"), json={})
    assert kind(refused) == "scope-missing"
    assert needed in refused.headers["www-authenticate"]
    small.key = await small.new_key(needed)  # type: ignore[arg-type]
    assert (await small.call(method, path.replace("{id}", "x"), json={})).status_code not in (401, 403, 500)


@pytest.mark.parametrize(("method", "path", "needed"), OPERATIONS)
async def test_nothing_is_told_without_a_key(small: Shop, method: str, path: str, needed: str) -> None:
    assert needed in SCOPES
    for shown in (
        "",
        "Bearer",
        "Basic c2FwYQ==",
        f"Bearer {small.key}x",
        f"Bearer {small.key[:-1]}",
        "Bearer ключ",
    ):
        answer = await small.call(method, path, headers={"Authorization": shown.encode()}, content=b"{")
        assert kind(answer) == "key-unknown"
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_is_kept_as_a_digest_and_ends_when_it_is_revoked(shop: Shop) -> None:
    (kept,) = await shop.database.read(api_keys.all_keys)
    assert (await shop.get("/customers")).status_code == 200
    stored = await shop.database.read(lambda c: c.exec_driver_sql("SELECT * FROM api_keys").all())
    assert shop.key.split("_", 2)[2] not in str(stored)
    assert await shop.database.transact(lambda c: api_keys.revoke(c, kept.public_id, shop.now))
    assert not await shop.database.transact(lambda c: api_keys.revoke(c, kept.public_id, shop.now))
    assert kind(await shop.get("/customers")) == "key-unknown"


async def test_a_use_is_noted_at_most_once_a_minute(shop: Shop) -> None:
    async def used() -> dt.datetime | None:
        return (await shop.database.read(api_keys.all_keys))[0].used_at

    began = shop.now
    assert await used() is None
    await shop.get("/customers")
    shop.now += dt.timedelta(seconds=59)
    await shop.get("/customers")
    assert await used() == began
    shop.now += dt.timedelta(seconds=1)
    await shop.get("/customers")
    assert await used() == shop.now


async def test_a_key_that_asks_too_fast_is_told_when_to_come_again(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    shop = await Shop(database, ApiPaces(Pace(2, 0.5), Pace(1, 1))).open()
    assert [(await shop.get("/customers")).status_code for _ in range(3)] == [200, 200, 429]
    answer = await shop.get("/customers")
    assert kind(answer) == "too-fast"
    assert answer.headers["retry-after"] == "2"
    shop.ticks += 2
    assert (await shop.get("/customers")).status_code == 200
    shop.key = "guessed"
    assert [kind(await shop.get("/customers")) for _ in range(2)] == ["key-unknown", "too-fast"]
    database.close()


async def test_what_is_not_there_or_not_meant_so_is_a_problem_too(small: Shop) -> None:
    assert kind(await small.get("/nothing")) == "not-found"
    assert kind(await small.get("/customers/")) == "not-found"
    deleted = await small.call("DELETE", "/customers")
    assert (kind(deleted), deleted.headers["allow"]) == ("method-not-allowed", "GET, POST")
    assert kind(await small.call("POST", "/customers", content=b"number=1")) == "not-json"
    big = b'{"number":"' + b"x" * BODY_BYTES + b'"}'
    as_json = {"Content-Type": "application/json"}
    assert kind(await small.call("POST", "/customers", content=big, headers=as_json)) == "too-large"


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b"[" * 100_000, b"NaN", b'{"number":"\\ud800"}', b'{"number":' + b"9" * 5_000 + b"}", b"1e999"],
)
async def test_a_body_that_is_no_json_is_refused(small: Shop, body: bytes) -> None:
    answer = await small.call("POST", "/customers", content=body, headers={"Content-Type": "application/json"})
    assert kind(answer) == "unreadable"


async def test_an_error_nobody_foresaw_is_a_problem_that_tells_nothing(small: Shop, caplog: Any) -> None:
    async def broken(_work: object) -> None:
        raise RuntimeError("the secret of the house")

    small.database.read = broken  # type: ignore[method-assign, assignment]
    answer = await small.get("/customers")
    assert kind(answer) == "failed"
    assert "secret" not in answer.text


async def test_a_database_that_is_away_is_a_problem_with_a_time_to_come_again(small: Shop) -> None:
    async def away(_work: object) -> None:
        raise StoreUnavailable("locked")

    small.database.read = away  # type: ignore[method-assign, assignment]
    answer = await small.get("/customers")
    assert kind(answer) == "unavailable"
    assert answer.headers["retry-after"] == "2"


async def test_the_specification_is_open_to_everybody(small: Shop) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(small.app), base_url=BASE) as stranger:
        answer = await stranger.get(BASE + "/openapi.json")
    assert answer.json() == DOCUMENT
