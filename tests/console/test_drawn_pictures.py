"""The gate before cards and vouchers: drawn for the one they belong to; to a stranger they do not exist."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from starlette.applications import Starlette

from console.hub import Hub
from loyalty import ledger, pictures
from loyalty.ledger import Earning
from store import cards, tables
from store.database import Database
from tests.conftest import NOON, SECRET
from tests.console.conftest import Connect
from tests.console.fake_bot import FakeBot, application
from tests.console.test_media_gate import refused
from tests.loyalty.shop import bought, code_of, open_shop


@pytest.fixture
def app(store: Database, hub: Hub, bot: FakeBot) -> Starlette:
    """The chat with the secret that vouchers are issued with."""
    return application(store, hub, bot, secret=SECRET.decode())


async def write(client: httpx.AsyncClient) -> None:
    """Become a contact by writing something."""
    await client.get("/chat")
    assert (await client.post("/chat/messages", json={"id": str(uuid4()), "text": "hi"})).status_code == 202


def newest(connection: Connection) -> tuple[int, str]:
    row = connection.execute(sa.select(tables.contacts).order_by(tables.contacts.c.id.desc())).first()
    assert row is not None
    return row.id, row.public_id


async def test_a_card_is_shown_to_its_member_alone_and_kept_by_no_browser(
    client: httpx.AsyncClient, connect: Connect, store: Database
) -> None:
    await write(client)
    contact_id, public_id = await store.read(newest)
    other, nobody = connect(), connect()
    await write(other)
    address = f"/media/{pictures.card_ref(public_id)}"
    assert await refused(address, client, other, nobody)
    card = await store.transact(lambda connection: cards.card_of(connection, contact_id))
    shown = await client.get(address)
    assert (shown.status_code, shown.content) == (200, pictures.draw(f"M:{card}", card))
    assert (shown.headers["Content-Type"], shown.headers["Cache-Control"]) == ("image/png", "private, no-store")
    assert await refused(address, other, nobody)


async def test_a_voucher_is_shown_to_its_owner_alone(
    client: httpx.AsyncClient, connect: Connect, store: Database
) -> None:
    await write(client)

    def buy(connection: Connection) -> tuple[str, str]:
        open_shop(connection)
        member, _public_id = newest(connection)
        ledger.earn(connection, [Earning("earned", member, 100, NOON)])
        voucher = bought(connection, member)
        return f"/media/{pictures.voucher_ref(voucher.public_id)}", code_of(connection, voucher)

    address, code = await store.transact(buy)
    other, nobody = connect(), connect()
    await write(other)
    shown = await client.get(address)
    assert (shown.status_code, shown.content) == (200, pictures.draw(f"V:{code}", code))
    assert code not in f"{shown.headers}"
    assert await refused(address, other, nobody)
