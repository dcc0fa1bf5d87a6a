"""Reading server-sent events in tests."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx


class Event(NamedTuple):
    """One event of the stream."""

    name: str
    data: Any
    id: int | None


@asynccontextmanager
async def events(client: httpx.AsyncClient, last: int | None = None) -> AsyncIterator[AsyncIterator[Event]]:
    """The events of the client's conversation, from after the place `last`."""
    headers = {} if last is None else {"Last-Event-ID": str(last)}
    async with client.stream("GET", "/chat/events", headers=headers) as response:
        assert response.status_code == 200, await response.aread()
        yield parsed(response.aiter_lines())


async def parsed(lines: AsyncIterator[str]) -> AsyncIterator[Event]:
    """Events out of lines; comments and the like are passed over."""
    fields: dict[str, str] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif "event" in fields:
            yield Event(fields["event"], json.loads(fields["data"]), int(fields["id"]) if "id" in fields else None)
            fields = {}
        else:
            fields = {}


async def messages(stream: AsyncIterator[Event], count: int) -> list[dict[str, Any]]:
    """The next `count` messages, whatever else happens between them."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        event = await anext(stream)
        if event.name == "message":
            assert event.id == event.data["seq"]
            found.append(event.data)
    return found
