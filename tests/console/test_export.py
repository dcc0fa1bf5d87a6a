"""A customer downloads everything that is kept of them: once, within a day, and nobody else's."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import json
import re
import zipfile
from typing import Any

import httpx
import pytest
from sqlalchemy.engine import Connection

from console.export_page import WORDS
from loyalty import ledger
from loyalty.ledger import Earning
from outreach.occasions import GREETED
from store import consents, erasures, exports, forgetting, ledger_kinds, links, media, outbox
from store.absorption import absorb
from store.database import Database
from store.media import File
from store.tables import contacts
from tests.console.conftest import Connect
from tests.console.fake_bot import SECRET
from tests.store.rows import add_contact, message

NOW = dt.datetime.now(dt.UTC)
PICTURE = b"\x89PNG" + bytes(3 * 1024 * 1024)  # in pieces


def furnish(connection: Connection) -> str:
    """A customer with an old chat, a picture, and more messages than one page holds; their public id."""
    contact_id = add_contact(connection, "new", NOW, name="Ona <Lee>", language="ms", timezone="Asia/Tokyo")
    old = add_contact(connection, "old", NOW)
    outbox.put(connection, [message(old, "old", NOW, "told before")])
    absorb(connection, old, contact_id)
    outbox.put(connection, [message(contact_id, "new", NOW, f"line {place}") for place in range(exports.PAGE + 1)])
    words = {"purpose": "marketing", "channel": "all", "wording": "news-1", "locale": "ms", "evidence": "chat"}
    consents.record(connection, contact_id, granted=True, at=NOW, **words)
    ledger.earn(connection, [Earning("e", contact_id, 120, NOW)])
    kept = {"channel": "telegram", "account": "shop", "ref": "r", "contact_id": contact_id}
    media.keep_new(connection, File.of("image/png", PICTURE), NOW, public_id="picture", **kept)
    stranger = add_contact(connection, "stranger", NOW, name="Somebody Else")
    outbox.put(connection, [message(stranger, "stranger", NOW, "not yours")])
    found = connection.execute(contacts.select().where(contacts.c.id == contact_id)).one()
    return str(found.public_id)


def address(public_id: str, *, hours: float = 24) -> str:
    token = links.sign(SECRET, public_id, dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours), salt=exports.SALT)
    return f"{exports.PATH}/{token}"


async def downloaded(browser: httpx.AsyncClient, link: str) -> zipfile.ZipFile:
    answer = await browser.post(link)
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.content))


@pytest.fixture
async def public_id(store: Database) -> str:
    return await store.transact(furnish)


async def test_the_file_holds_everything_in_the_customers_language_and_nothing_of_others(
    connect: Connect, public_id: str
) -> None:
    link = address(public_id)
    page = await connect().get(link)
    assert "Muat turun" in page.text
    archive = await downloaded(connect(), link)
    assert archive.testzip() is None
    data: dict[str, list[dict[str, Any]]] = json.loads(archive.read("data.json"))
    said = [row["payload"]["text"] for row in data["said"]]
    assert len(said) == exports.PAGE + 2
    assert {"told before", "line 0", f"line {exports.PAGE}"} <= set(said)
    assert {row["name"] for row in data["profile"]} == {"Ona <Lee>", ""}
    assert [row["points"] for row in data["points"]] == [120]
    assert archive.read("files/picture.png") == PICTURE
    html = archive.read("index.html").decode()
    assert '<html lang="ms"' in html
    assert "Ona &lt;Lee&gt;" in html
    assert "not yours" not in html + json.dumps(data)
    assert {"<td>Berita dan tawaran</td>", "<td>Diperoleh</td>"} <= set(re.findall("<td>[^<]*</td>", html))


def test_what_stands_as_a_code_is_told_in_words() -> None:
    codes = (*ledger_kinds.KINDS, *GREETED, consents.MARKETING, consents.PROFILING)
    assert set(codes) <= set(WORDS)


async def test_opening_the_page_changes_nothing_and_downloading_uses_the_link_up(
    connect: Connect, public_id: str
) -> None:
    link, browser = address(public_id), connect()
    assert [(await browser.get(link)).status_code for _ in range(2)] == [200, 200]
    answers = await asyncio.gather(*(connect().post(link) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 410, 410]
    assert (await browser.get(link)).status_code == 410


@pytest.mark.parametrize("hours", [-1.0, 24.0])
async def test_an_old_a_forged_and_a_strangers_link_open_nothing(
    connect: Connect, public_id: str, hours: float
) -> None:
    link = address(public_id, hours=hours) if hours < 0 else address(public_id) + "x"
    assert (await connect().post(link)).status_code == 410
    assert (await connect().post(address("nobody"))).status_code == 410


async def test_who_is_forgotten_has_nothing_to_download(connect: Connect, store: Database, public_id: str) -> None:
    def forget(connection: Connection) -> None:
        found = connection.execute(contacts.select().where(contacts.c.public_id == public_id)).one()
        erasures.ask(connection, found.id, NOW - dt.timedelta(days=2))
        forgetting.begin(connection, SECRET.encode(), found.id, NOW)

    await store.transact(forget)
    assert (await connect().post(address(public_id))).status_code == 410


async def test_another_website_cannot_start_the_download(connect: Connect, public_id: str) -> None:
    answer = await connect().post(address(public_id), headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
