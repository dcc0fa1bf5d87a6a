"""A shop with a till: two branches, staff, members, a voucher, and a server in front of it."""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import uvicorn
from sqlalchemy.engine import Connection
from starlette.applications import Starlette

from console.hub import Hub
from console.serve import StreamingServer
from locales import Language
from loyalty import ledger, programme, vouchers
from loyalty.programme import Earn, ProductRule, Programme
from store import cards, staff, staff_sessions
from store.database import Database
from store.staff import Role
from store.tables import branches, contacts, products, rewards
from tests.console.fake_bot import SECRET, FakeBot, application

RULES = Programme(business="Kopi & Co", earn=Earn(products=(ProductRule(category="tea", multiplier=Decimal(3)),)))


class TillShop:
    """What stands in the shop's database, and how a test reaches it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.address = ""
        self.card = ""
        self.member = 0

    async def open(self) -> None:
        """Fill the database."""
        await self.database.transact(self._fill)

    def _fill(self, connection: Connection) -> None:
        programme.keep(connection, RULES, text="", by="owner", at=now())
        connection.execute(
            branches.insert(), [{"code": "KL", "name": "KLCC"}, {"code": "GT", "name": "George Town"}]
        )
        connection.execute(
            products.insert(),
            [
                {"sku": "T1", "name": "Pulled tea", "category": "tea", "price": 500, "currency": "MYR"},
                {"sku": "C1", "name": "Coffee", "category": "coffee", "price": 700, "currency": "MYR"},
            ],
        )
        connection.execute(
            rewards.insert(),
            [
                {"code": "coffee", "name": "Free coffee", "points": 10, "kind": "voucher"},
                {"code": "tenth", "name": "10% off", "points": 10, "kind": "card"},
            ],
        )
        self.member = self.add_member(connection, "Aisyah", "+60123456789")
        self.card = cards.card_of(connection, self.member)

    def add_member(self, connection: Connection, name: str, phone: str) -> int:
        """A member; the id."""
        values = {"public_id": secrets.token_urlsafe(12), "name": name, "phone": phone, "language": "en"}
        made = connection.execute(contacts.insert().values(**values, created_at=now()).returning(contacts.c.id))
        member = int(made.scalar_one())
        ledger.open_accounts(connection, {member: now()})
        return member

    async def session(self, role: Role = "cashier", language: Language = "en") -> str:
        """The cookie of a new member of staff who is logged in."""

        def begin(connection: Connection) -> str:
            name = secrets.token_hex(4)
            account = staff.add(connection, f"{name}@shop.example", f"Staff {name}", role, language, now())
            assert account is not None
            return staff_sessions.begin(connection, account.id, now())

        return await self.database.transact(begin)

    async def csrf(self, session: str) -> str:
        """The token that a session's requests must carry."""
        found = await self.database.read(lambda connection: staff_sessions.find(connection, session, now()))
        assert found is not None
        return found.csrf

    async def voucher(self, reward: str = "coffee") -> str:
        """The code of a new voucher of the member."""

        def issue(connection: Connection) -> str:
            key = secrets.token_hex(8)
            issued = vouchers.issue(connection, SECRET.encode(), self.member, reward, key=key, now=now())
            return vouchers.code_of(connection, SECRET.encode(), issued.public_id) or ""

        return await self.database.transact(issue)

    async def balance(self) -> int:
        """The member's points."""
        account = await self.database.read(lambda connection: ledger.account_of(connection, self.member, now()))
        return account.balance


def now() -> dt.datetime:
    """The moment: the till's server has the real clock."""
    return dt.datetime.now(dt.UTC)


def web(database: Database, address: str) -> Starlette:
    """The web application in front of the shop."""
    hub = Hub()
    return application(database, hub, FakeBot(database), public_url=address)


@asynccontextmanager
async def serving(database: Database) -> AsyncIterator[TillShop]:
    """The shop, open, with its web application on a port of its own."""
    shop = TillShop(database)
    await shop.open()
    listener = socket.create_server(("127.0.0.1", 0))
    shop.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(web(database, shop.address), log_level="warning", lifespan="off")
    server = StreamingServer(config, Hub())
    task = asyncio.create_task(server.serve([listener]))
    await server.up.wait()
    yield shop
    server.should_exit = True
    await task
