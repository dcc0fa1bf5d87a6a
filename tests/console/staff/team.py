"""People who work here, each with a browser, and what tests do with the pages."""

from __future__ import annotations

import base64
import datetime as dt
import re
from itertools import count
from typing import Any

import httpx
import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from starlette.applications import Starlette

from console.hub import Hub
from handlers.turn import Committed
from store import staff, staff_sessions, tables
from store.database import Database
from store.staff import Account, Role
from tests.console.fake_bot import FakeBot, application
from tests.handlers.house import TestHouse

PASSWORD = "four words nobody guesses"
HOME = "http://shop.test"
_numbers = count(1)


class Browser(httpx.AsyncClient):
    """A browser of somebody who works here; `csrf` is what its pages' forms carry."""

    account: Account
    csrf: str

    async def submit(self, address: str, **fields: str) -> httpx.Response:
        """Send a form of ours."""
        return await self.post(address, data={"csrf": self.csrf, **fields})


class Team:
    """The staff pages with everything behind them."""

    def __init__(self, database: Database, public_url: str = HOME) -> None:
        self.database = database
        self.house = TestHouse(database)
        self.url = public_url
        self.app: Starlette = self.application(public_url)
        self.house.moved = self._moved
        self.mails: list[tuple[str, str, str]] = []  # to whom, the subject, the words
        self._browsers: list[httpx.AsyncClient] = []

    def application(self, public_url: str = HOME, **more: Any) -> Starlette:
        """The whole web application, its staff acting in the real turn."""
        fixed: dict[str, Any] = {
            "act": self.house.turn.act,
            "now": lambda: self.house.now,
            "public_url": public_url,
        }
        return application(self.database, Hub(), FakeBot(self.database), **fixed | more)

    async def mail(self, to: str, subject: str, text: str) -> None:
        """The mail server of a house that has one: `team.application(mail=team.mail)`."""
        self.mails.append((to, subject, text))

    def _moved(self, committed: Committed) -> None:
        if committed.held:
            self.app.state.office.desk.changed(committed.contact_id)

    def stranger(self, address: str = "192.0.2.1", app: Starlette | None = None, url: str = "") -> Browser:
        """A browser that is not logged in, at an address."""
        transport = httpx.ASGITransport(app or self.app, client=(address, 5000))
        browser = Browser(transport=transport, base_url=url or self.url)
        self._browsers.append(browser)
        return browser

    async def account(self, role: Role, password: str = "", **more: Any) -> Account:
        """Somebody who works here; with a password only where a test logs in by it, for hashing takes time."""
        number = next(_numbers)
        kept = await self.app.state.office.passwords.hash(password) if password else "x"

        def add(connection: sa.Connection) -> Account:
            email, name = (
                more.get("email", f"{role}{number}@shop.test"),
                more.get("name", f"{role.title()} {number}"),
            )
            made = staff.add(connection, email, name, role, more.get("language", "en"), self.house.now)
            assert made is not None
            staff.change(connection, made.id, password=kept)
            found = staff.by_id(connection, made.id)
            assert found is not None
            return found

        return await self.database.transact(add)

    async def browser(self, role: Role, **more: Any) -> Browser:
        """A browser in which somebody of this role is logged in."""
        return await self.of(await self.account(role, **more))

    async def of(self, account: Account, url: str = "", app: Starlette | None = None) -> Browser:
        """A browser in which this person is logged in."""
        token = await self.database.transact(lambda c: staff_sessions.begin(c, account.id, self.house.now))
        found = await self.database.read(lambda c: staff_sessions.find(c, token, self.house.now))
        assert found is not None
        browser = self.stranger(url=url, app=app)
        browser.cookies.set("sapa_staff", token)
        browser.account, browser.csrf = account, found.csrf
        return browser

    async def rows(self, statement: sa.Select[Any]) -> list[Any]:
        return list(await self.house.rows(statement))

    async def audited(self) -> list[tuple[str, str]]:
        """Who did what, in order."""
        rows = await self.rows(sa.select(tables.audit.c.actor, tables.audit.c.action).order_by(tables.audit.c.id))
        return [(row.actor, row.action) for row in rows]

    async def leave(self) -> None:
        """Close every browser."""
        for browser in self._browsers:
            await browser.aclose()


def field(page: httpx.Response, name: str) -> str:
    """The value of a hidden field of a page's first form that has it."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]


def app_code(key: str, now: dt.datetime, steps: int = 0) -> str:
    """What an app shows for the key of a set-up page, so many half minutes from now."""
    secret = base64.b32decode(key.replace(" ", ""))
    made = TOTP(secret, 6, SHA1(), 30, enforce_key_length=False)
    return made.generate(int(now.timestamp()) + 30 * steps).decode()


async def set_up_second(team: Team, browser: Browser, password: str = "") -> tuple[str, list[str]]:
    """Set the code from an app up on one's account page: the key, and the recovery codes."""
    begun = await browser.submit("/staff/account/second", current=password)
    assert begun.status_code == 303, begun.text
    page = await browser.get("/staff/account/second")
    found = re.search(r'id="key"[^>]*>([A-Z2-7 ]+)<', page.text)
    assert found, page.text
    shown = await browser.submit("/staff/account/second/confirm", code=app_code(found[1], team.house.now))
    codes = re.search(r"<textarea[^>]*>([^<]+)</textarea>", shown.text)
    assert codes, shown.text
    return found[1], codes[1].split("\n")


async def log_in(browser: Browser, email: str, password: str, **more: str) -> httpx.Response:
    """Fill the log-in in, as a person does."""
    page = await browser.get("/staff/login")
    return await browser.post(
        "/staff/login", data={"csrf": field(page, "csrf"), "email": email, "password": password, **more}
    )
