"""The web chat opened by a poster's link."""

from __future__ import annotations

import httpx
import pytest

from tests.console.conftest import Connect
from tests.console.fake_bot import FakeBot
from tests.console.test_pictures import png


async def test_a_browser_of_another_language_sees_the_posters(connect: Connect) -> None:
    page = await connect().get("/chat?from=p_KL_ms", headers={"Accept-Language": "de"})
    assert '<html lang="ms"' in page.text
    assert 'data-source="p_KL_ms"' in page.text


async def test_the_browsers_language_goes_before_the_posters(connect: Connect) -> None:
    page = await connect().get("/chat?from=p_KL_ms", headers={"Accept-Language": "vi-VN,de"})
    assert '<html lang="vi"' in page.text


@pytest.mark.parametrize("source", ['"><script>', "p_KL_xx", "p_KL_ms%0a", "x" * 999])
async def test_what_names_no_poster_is_left_out(connect: Connect, source: str) -> None:
    page = await connect().get(f"/chat?from={source}")
    assert page.status_code == 200
    assert "data-source" not in page.text


async def test_a_message_and_a_picture_carry_the_poster(client: httpx.AsyncClient, bot: FakeBot) -> None:
    await client.post("/chat/messages", json={"id": "message-1", "text": "hi", "source": "p_KL_ms"})
    picture = {"picture": ("a.png", png())}
    await client.post("/chat/pictures", data={"id": "message-2", "source": "p_KL_ms"}, files=picture)
    assert [inbound.source for inbound in bot.received] == ["p_KL_ms", "p_KL_ms"]


async def test_a_source_that_is_too_long_is_refused(client: httpx.AsyncClient) -> None:
    long = await client.post("/chat/messages", json={"id": "message-1", "text": "hi", "source": "x" * 65})
    assert long.status_code == 422
