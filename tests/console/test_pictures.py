"""Pictures: taken within limits, and shown to nobody but those who may see them."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any

import httpx
from PIL import Image

from console.hub import Hub
from console.limits import Pace, Paces
from store.database import Database
from tests.console.conftest import Connect
from tests.console.fake_bot import FakeBot, application, put_picture

ID = "0b6bc3d8-8f4c-4c2f-9a51-3b1f4f1d8a10"


def png() -> bytes:
    file = BytesIO()
    Image.new("RGB", (4, 4), "teal").save(file, "PNG")
    return file.getvalue()


async def send(client: httpx.AsyncClient, content: bytes, name: str = ID, **fields: str) -> httpx.Response:
    return await client.post("/chat/pictures", data={"id": name, **fields}, files={"picture": ("a.png", content)})


async def own_picture(client: httpx.AsyncClient) -> str:
    """Send a picture; the id under which the conversation shows it."""
    assert (await send(client, png())).status_code == 202
    lines: list[dict[str, Any]] = (await client.get("/chat/history")).json()["messages"]
    return str(lines[0]["picture"]["id"])


async def test_a_picture_becomes_part_of_the_conversation(client: httpx.AsyncClient, bot: FakeBot) -> None:
    answer = await send(client, png(), text="My receipt")
    assert (answer.status_code, answer.json()) == (202, {"id": ID})
    assert (bot.received[0].kind, bot.received[0].text) == ("photo", "My receipt")
    assert bot.received[0].media[0].type == "image/png"


async def test_a_customer_sees_their_own_picture(client: httpx.AsyncClient) -> None:
    shown = await client.get(f"/media/{await own_picture(client)}")
    assert shown.content == png()
    assert shown.headers["Content-Type"] == "image/png"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert shown.headers["Cache-Control"].startswith("private")


async def test_a_stranger_cannot_tell_a_picture_from_none(client: httpx.AsyncClient, connect: Connect) -> None:
    picture = await own_picture(client)
    other_customer, nobody = connect(), connect()
    await other_customer.get("/chat")
    await own_picture(other_customer)
    for stranger in (other_customer, nobody):
        theirs, unknown = await stranger.get(f"/media/{picture}"), await stranger.get("/media/AAAAAAAAAAAAAAAA")
        assert (theirs.status_code, theirs.content) == (404, unknown.content)
        assert dict(theirs.headers) == dict(unknown.headers)


async def test_a_token_opens_a_picture_too(client: httpx.AsyncClient, connect: Connect) -> None:
    frame = connect()
    headers = {"Authorization": f"Bearer {(await frame.get('/chat/session')).json()['token']}"}
    frame.cookies.clear()
    files = {"picture": ("a.png", png())}
    await frame.post("/chat/pictures", data={"id": ID}, files=files, headers=headers)
    lines = (await frame.get("/chat/history", headers=headers)).json()["messages"]
    address = f"/media/{lines[0]['picture']['id']}"
    assert (await frame.get(address, headers=headers)).status_code == 200
    assert (await frame.get(address)).status_code == 404


async def test_pictures_of_the_business_are_for_everybody(store: Database, connect: Connect) -> None:
    name = await store.transact(partial(put_picture, content=png(), channel="", account=""))
    shown = await connect().get(f"/media/{name}")
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"].startswith("public")
    again = await connect().get(f"/media/{name}", headers={"If-None-Match": shown.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_what_is_not_kept_is_not_shown(store: Database, connect: Connect) -> None:
    put = partial(put_picture, content=png(), channel="", account="")
    for state in ("pending", "refused"):
        name = await store.transact(partial(put, state=state, public_id=f"picture-{state}"))
        assert (await connect().get(f"/media/{name}")).status_code == 404


async def test_a_file_that_is_no_picture_is_handed_over_to_be_saved(store: Database, connect: Connect) -> None:
    name = await store.transact(partial(put_picture, content=b"<script>", kind="text/html", channel="", account=""))
    assert (await connect().get(f"/media/{name}")).headers["Content-Disposition"] == "attachment"


async def test_what_is_no_picture_is_refused_with_a_reason(client: httpx.AsyncClient, bot: FakeBot) -> None:
    answer = await send(client, b"<svg onload=alert(1)>")
    assert answer.status_code == 422
    assert "JPEG" in answer.json()["error"]
    assert bot.received == []


async def test_a_form_without_a_picture_or_an_id_is_refused(client: httpx.AsyncClient) -> None:
    files = {"other": ("a.png", png())}
    assert (await client.post("/chat/pictures", data={"id": ID}, files=files)).status_code == 422
    assert (await send(client, png(), name="x")).status_code == 422
    assert (await client.post("/chat/pictures", json={"id": ID})).status_code == 422
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await client.post("/chat/pictures", content=b"--x\r\nrubbish", headers=headers)).status_code == 422


async def test_a_picture_over_the_limit_is_refused(client: httpx.AsyncClient) -> None:
    answer = await send(client, bytes(10 * 1024 * 1024 + 1))
    assert (answer.status_code, "10 MB" in answer.json()["error"]) == (413, True)
    answer = await send(client, bytes(11 * 1024 * 1024))
    assert (answer.status_code, "10 MB" in answer.json()["error"]) == (413, True)


async def test_pictures_have_a_pace_of_their_own(store: Database, hub: Hub, bot: FakeBot, connect: Connect) -> None:
    browser = connect(application(store, hub, bot, paces=Paces(pictures=Pace(1, 0.1)), clock=lambda: 0.0))
    await browser.get("/chat")
    assert [(await send(browser, png())).status_code for _ in range(2)] == [202, 429]


async def test_another_website_cannot_send_a_picture(client: httpx.AsyncClient, bot: FakeBot) -> None:
    files = {"picture": ("a.png", png())}
    headers = {"Origin": "https://evil.example"}
    answer = await client.post("/chat/pictures", data={"id": ID}, files=files, headers=headers)
    assert answer.status_code == 403
    assert bot.received == []
