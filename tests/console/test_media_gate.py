"""The gate before files, with files as they are really kept: the business's for all, one's own for oneself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.engine import Connection
from starlette.applications import Starlette

from channels.webchat.uploads import Uploads
from console.hub import Hub
from handlers.picture_posted import PicturePosted
from handlers.scene import House
from store import catalog, contacts, media, media_claims, tables
from store.database import Database
from store.media import File
from talk.messages import Inbound, Media
from tests.conftest import NOON, SECRET
from tests.console.conftest import Connect
from tests.console.fake_bot import FakeBot, application

T = TypeVar("T")
TELEGRAM = ("telegram", "shop")
RECEIPT = File.of("image/png", b"\x89PNG\r\n\x1a\n and a receipt")


def png() -> bytes:
    file = BytesIO()
    Image.new("RGB", (4, 4), "teal").save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def app(store: Database, hub: Hub, bot: FakeBot) -> Starlette:
    """The chat that keeps pictures as the house does."""
    house = House({}, ZoneInfo("Asia/Kuala_Lumpur"), "MY", "en", SECRET, "http://localhost:8000")
    return application(store, hub, bot, keep_picture=Uploads(PicturePosted(store, house, lambda: NOON)))


async def post(client: httpx.AsyncClient) -> str:
    """Post a picture in the chat; its address."""
    sent = await client.post("/chat/pictures", data={"id": str(uuid4())}, files={"picture": ("a.png", png())})
    assert sent.status_code == 202
    lines = (await client.get("/chat/history")).json()["messages"]
    return next(f"/media/{line['picture']['id']}" for line in reversed(lines) if "picture" in line)


async def refused(address: str, *strangers: httpx.AsyncClient) -> bool:
    """Whether each of these gets for the address exactly what they get for one that never was."""
    for stranger in strangers:
        theirs, unknown = await stranger.get(address), await stranger.get("/media/AAAAAAAAAAAAAAAA")
        if (theirs.status_code, theirs.content, dict(theirs.headers)) != (
            404,
            unknown.content,
            dict(unknown.headers),
        ):
            return False
    return True


async def write(store: Database, work: Callable[[Connection], T]) -> T:
    return await store.transact(work)


def keep_receipt(connection: Connection, ref: str = "f1", now: dt.datetime = NOON) -> tuple[int, str]:
    """A file of a customer in Telegram: the contact, and the file's address."""
    known = contacts.lock(connection, *TELEGRAM, "1")
    contact = known or contacts.make(connection, *TELEGRAM, "1", name="", language="en", at=now)
    sent = Inbound(
        channel="telegram",
        account="shop",
        external_id=ref,
        sender="1",
        kind="photo",
        at=now,
        media=(Media(ref=ref),),
    )
    media.note(connection, sent, contact.id, now)
    (claimed,) = media_claims.claim(connection, [TELEGRAM], limit=1, now=now, leased_until=now)
    assert media_claims.keep(connection, claimed, RECEIPT, now)
    return contact.id, f"/media/{media.public_id_of(connection, *TELEGRAM, ref, contact.id)}"


def join(connection: Connection, contact_id: int) -> None:
    """Make the visitor of the web chat known as this contact, as a personal link does."""
    identities = tables.identities
    connection.execute(identities.update().where(identities.c.channel == "webchat").values(contact_id=contact_id))


async def test_a_posted_picture_is_shown_to_its_sender_alone(client: httpx.AsyncClient, connect: Connect) -> None:
    address = await post(client)
    shown = await client.get(address)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert shown.headers["Cache-Control"].startswith("private")
    other, newcomer, nobody = connect(), connect(), connect()
    await other.get("/chat")
    await post(other)
    await newcomer.get("/chat")
    assert await refused(address, other, newcomer, nobody)


async def test_a_file_from_another_channel_is_shown_to_its_customer_alone(
    client: httpx.AsyncClient, connect: Connect, store: Database
) -> None:
    await post(client)
    contact_id, address = await write(store, keep_receipt)
    assert await refused(address, client, connect())
    await write(store, lambda connection: join(connection, contact_id))
    assert (await client.get(address)).content == RECEIPT.content
    assert await refused(address, connect())


async def test_a_file_whose_bytes_stand_with_another_is_shown_as_well(
    client: httpx.AsyncClient, store: Database
) -> None:
    await post(client)
    contact_id, first = await write(store, keep_receipt)
    _contact, second = await write(store, lambda connection: keep_receipt(connection, "f2"))
    assert first != second
    await write(store, lambda connection: join(connection, contact_id))
    assert [(await client.get(address)).content for address in (first, second)] == [RECEIPT.content] * 2


async def test_equal_bytes_of_somebody_else_open_no_gate(client: httpx.AsyncClient, connect: Connect) -> None:
    other = connect()
    await other.get("/chat")
    mine, theirs = await post(client), await post(other)
    assert mine != theirs
    assert await refused(theirs, client)
    assert await refused(mine, other)


async def test_the_business_shows_its_pictures_to_everybody(
    client: httpx.AsyncClient, connect: Connect, store: Database
) -> None:
    def show(connection: Connection) -> str:
        catalog.save_products(connection, [catalog.Product("cake", "Cake", None, "", 100, "MYR")])
        catalog.set_picture(connection, "cake", png(), NOON)
        return str(connection.scalar(sa.select(tables.media.c.public_id)))

    address = f"/media/{await write(store, show)}"
    for reader in (client, connect()):
        shown = await reader.get(address)
        assert (shown.status_code, shown.content) == (200, png())
        assert shown.headers["Cache-Control"].startswith("public")


async def test_what_is_on_its_way_refused_or_forgotten_is_shown_to_nobody(
    client: httpx.AsyncClient, store: Database
) -> None:
    address = await post(client)
    assert (await client.get(address)).status_code == 200
    await write(store, lambda connection: media.forget(connection, NOON + dt.timedelta(days=1)))
    assert await refused(address, client)
    for state in ("pending", "refused"):
        await write(store, partial(put_all, state=state))
        assert await refused(address, client)


def put_all(connection: Connection, state: str) -> None:
    """Give every file bytes and a state in which they are not to be shown."""
    for media_id in connection.scalars(sa.select(tables.media.c.id)):
        media.write_piece(connection, media_id, 0, png())
    connection.execute(tables.media.update().values(state=state))
