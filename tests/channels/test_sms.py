"""Text messages go to the business's gateway, signed, and every answer has its receipt."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from channels.sms.channel import SIGNATURE, TIMESTAMP, NoFiles, SmsChannel
from talk.messages import Later, Outgoing, Receipt, Refused, Sent, Unknown
from tests.ports import held_port

PATIENCE = 60.0  # seconds for a gateway that answers
CODE = Outgoing(text="Your one-time code is <code>123456</code>. Tea &amp; more.")
SECRET = "a-secret-of-the-gateway"


class Gateway:
    """Keeps what it got and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answer: dict[str, Any] = {"status": 200, "text": '{"id": "m-1"}'}
        self.fault = ""
        self.url = ""

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.got.append((dict(request.headers), await request.read()))
        if self.fault == "silent":
            await asyncio.sleep(30)
        if self.fault == "hang up":
            assert request.transport is not None
            request.transport.abort()
        return web.Response(**self.answer)


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    opened = Gateway()
    app = web.Application()
    app.router.add_post("/sms", opened.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    opened.url = f"http://127.0.0.1:{runner.addresses[0][1]}/sms"
    yield opened
    await runner.cleanup()


def send(gateway: Gateway, seconds: float = PATIENCE) -> Any:
    return SmsChannel(gateway.url, SECRET, seconds=seconds).send("+60123456789", CODE)


async def test_a_message_is_signed_with_its_time_and_says_plain_words(gateway: Gateway) -> None:
    assert await send(gateway) == Sent("m-1")
    headers, body = gateway.got[0]
    assert json.loads(body) == {"to": "+60123456789", "text": "Your one-time code is 123456. Tea & more."}
    moment = headers[TIMESTAMP]
    expected = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers[SIGNATURE] == f"sha256={expected}"
    assert abs(time.time() - int(moment)) < 60


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (204, {}, Sent("")),
        (302, {"Location": "http://127.0.0.1/elsewhere"}, Later("The gateway answered 302.", 60.0, account=True)),
        (401, {}, Later("The gateway answered 401.", 60.0, account=True)),
        (422, {}, Refused("The gateway answered 422.")),
        (429, {"Retry-After": "7"}, Later("The gateway answered 429.", 7.0, account=True)),
        (429, {"Retry-After": "soon"}, Later("The gateway answered 429.", 5.0, account=True)),
        (500, {}, Unknown("The gateway answered 500.")),
        (503, {}, Later("The gateway answered 503.", 5.0)),
    ],
)
async def test_each_answer_has_its_receipt(
    gateway: Gateway, status: int, headers: dict[str, str], expected: Receipt
) -> None:
    gateway.answer = {"status": status, "headers": headers}
    assert await send(gateway) == expected


@pytest.mark.parametrize("words", ["", "taken", "[1]", '{"number": 5}'])
async def test_a_gateway_need_not_name_the_message(gateway: Gateway, words: str) -> None:
    gateway.answer = {"status": 200, "text": words}
    assert await send(gateway) == Sent("")


# The silent one must be reached within half of its time: where nobody was reached, nothing can have arrived.
@pytest.mark.parametrize(("fault", "seconds"), [("silent", 3.0), ("hang up", PATIENCE)])
async def test_what_got_no_answer_may_have_arrived(gateway: Gateway, fault: str, seconds: float) -> None:
    gateway.fault = fault
    assert isinstance(await send(gateway, seconds), Unknown)
    assert len(gateway.got) == 1


async def test_where_nobody_listens_the_message_waits() -> None:
    with held_port() as port:
        receipt = await SmsChannel(f"http://127.0.0.1:{port}/sms", SECRET).send("+60123456789", CODE)
    assert isinstance(receipt, Later)
    assert receipt.account


async def test_nothing_is_fetched(gateway: Gateway) -> None:
    with pytest.raises(NoFiles):
        await SmsChannel(gateway.url, SECRET).fetch("ref", 1)
