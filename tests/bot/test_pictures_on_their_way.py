"""A card or a voucher that is sent reaches its customer as a picture, in Telegram and in the web chat."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from pydantic import SecretStr
from sqlalchemy.engine import Connection

from bot.app import compose
from bot.settings import Settings
from channels.telegram.fake import FakeTelegram
from loyalty import pictures, vouchers
from store import contacts
from store.database import Database
from talk.messages import Media, Outgoing, Sent
from tests.conftest import NOON, SECRET
from tests.loyalty.shop import code_of, open_shop

TOKEN = "100000001:a-token-of-the-tests"
ANH = 1001


def settings(sqlite_url: str, data: Path, **more: Any) -> Settings:
    key = SecretStr(SECRET.decode())
    return Settings(_env_file=None, database_url=sqlite_url, secret_key=key, data_dir=data, **more)


def buy(connection: Connection) -> tuple[str, str]:
    """A voucher's picture and its code."""
    open_shop(connection)
    contact = contacts.make(connection, "telegram", "shop", str(ANH), name="", language="en", at=NOON)
    voucher = vouchers.issue(connection, SECRET, contact.id, "coffee", key="gift", now=NOON)
    return pictures.voucher_ref(voucher.public_id), code_of(connection, voucher)


async def test_a_voucher_is_drawn_as_telegram_sends_it(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    ref, code = await database.transact(buy)
    async with FakeTelegram(TOKEN, limits=False) as fake:
        customer = fake.customer(ANH)
        customer.types("hello")
        token = SecretStr(TOKEN)
        app = await compose(settings(sqlite_url, tmp_path, telegram_token=token, telegram_api=fake.url), database)
        assert app.telegram is not None
        sent = await app.telegram.channel.send(str(ANH), Outgoing(text="Here it is.", media=Media(ref=ref)))
        assert isinstance(sent, Sent)
        (shown,) = customer.inbox
        address = f"{fake.url}/file/bot{TOKEN}/"
        async with httpx.AsyncClient() as client:
            found = (await client.get(f"{fake.url}/bot{TOKEN}/getFile", params={"file_id": largest(shown)})).json()
            content = (await client.get(address + found["result"]["file_path"])).content
        assert content == pictures.draw(f"V:{code}", code)
        await app.telegram.channel.close()
    database.close()


def largest(message: Any) -> str:
    return str(message["photo"][-1]["file_id"])


async def test_a_card_that_is_asked_for_in_the_web_chat_is_seen_there(sqlite_url: str, tmp_path: Path) -> None:
    database = Database(sqlite_url)
    app = await compose(settings(sqlite_url, tmp_path), database)
    transport = httpx.ASGITransport(app.web)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        await client.get("/chat")
        await post(client, text="hello")
        await post(client, text="my card")
        asked = (await lines(client))[-1]
        new = next(reply for row in asked["buttons"] for reply in row if reply["label"] == "Get a card")
        await post(client, button=new["data"], message=asked["id"])
        shown = next(line for line in reversed(await lines(client)) if "picture" in line)
        assert "Your member card" in shown["text"]
        assert (await client.get(f"/media/{shown['picture']['id']}")).content.startswith(b"\x89PNG")
    database.close()


async def post(client: httpx.AsyncClient, **said: str) -> None:
    sent = await client.post("/chat/messages", json={"id": str(uuid4()), **said})
    assert sent.status_code == 202


async def lines(client: httpx.AsyncClient) -> Any:
    return (await client.get("/chat/history")).json()["messages"]
