"""The pages: what they allow, in which language they speak, who may put them in a frame, the personal link."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy.engine import Connection

from console.chat import Look
from console.hub import Hub
from locales import LANGUAGES, direction
from store import contacts, links
from store.contacts import Contact
from store.database import Database, StoreUnavailable
from tests.conftest import NOON
from tests.console.conftest import Connect
from tests.console.fake_bot import SECRET, FakeBot, application

SHOP = "https://shop.example"


@pytest.fixture
def framed(store: Database, hub: Hub, bot: FakeBot, connect: Connect) -> httpx.AsyncClient:
    """A browser of a chat that one other site may frame."""
    look = Look("Kopi & Co", origins=[SHOP])
    return connect(application(store, hub, bot, look=look, public_url="https://chat.test"), "https://chat.test")


async def test_the_bare_address_leads_to_the_chat(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (307, "/chat")


async def test_the_page_runs_nothing_but_our_own_files(client: httpx.AsyncClient) -> None:
    page = await client.get("/chat")
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "<style" not in page.text
    assert " style=" not in page.text
    assert "onclick" not in page.text


@pytest.mark.parametrize("path", ["/chat", "/chat/session", "/healthz", "/media/nothing", "/nowhere", "/widget.js"])
async def test_every_answer_carries_the_safe_headers(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_scripts_and_styles_of_the_page_are_there_and_kept_by_browsers(client: httpx.AsyncClient) -> None:
    page = (await client.get("/chat")).text
    addresses = {part.split('"')[0] for part in page.split('href="')[1:] + page.split('src="')[1:]}
    for address in addresses - {"#text"}:
        file = await client.get(address)
        assert file.status_code == 200, address
        assert "immutable" in file.headers["Cache-Control"] or address == "/chat/colours.css"


async def test_a_page_of_another_version_still_finds_its_files(client: httpx.AsyncClient) -> None:
    file = await client.get("/static/0123456789/chat/main.js")
    assert (file.status_code, file.headers["Cache-Control"]) == (200, "no-cache")


async def test_files_outside_the_folder_are_not_there(client: httpx.AsyncClient) -> None:
    for path in ("/static/v/../app.py", "/static/v/..%2fapp.py", "/static/v", "/static/"):
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_page_speaks_every_language(connect: Connect, language: str) -> None:
    page = (await connect().get("/chat", params={"lang": language})).text
    assert f'<html lang="{language}" dir="{direction(language)}">' in page


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr,zh-CN;q=0.4", "zh"),
        ("fr", "en"),
        ("en;q=0.1,ar", "ar"),
        ("x;q=y", "en"),
    ],
)
async def test_the_browsers_wish_is_heard(connect: Connect, accepted: str, spoken: str) -> None:
    page = (await connect().get("/chat", headers={"Accept-Language": accepted})).text
    assert f'<html lang="{spoken}"' in page


async def test_a_language_once_switched_to_stays(client: httpx.AsyncClient) -> None:
    words = (await client.get("/chat/texts", params={"lang": "ar"})).json()
    assert (words["language"], words["direction"]) == ("ar", "rtl")
    assert '<html lang="ar"' in (await client.get("/chat", headers={"Accept-Language": "en"})).text


async def test_the_language_chosen_in_the_chat_wins(client: httpx.AsyncClient) -> None:
    await client.get("/chat/texts", params={"lang": "ar"})
    await client.post("/chat/messages", json={"id": "press-000001", "button": "!.language-ms"})
    assert '<html lang="ms"' in (await client.get("/chat")).text


async def test_a_business_name_is_text(store: Database, hub: Hub, bot: FakeBot, connect: Connect) -> None:
    look = Look("<script>alert(1)</script>")
    page = (await connect(application(store, hub, bot, look=look)).get("/chat")).text
    assert "<script>alert" not in page


async def test_the_page_opens_while_the_store_is_away(
    client: httpx.AsyncClient, store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(_self: Database, _work: Any) -> Any:
        raise StoreUnavailable("restarting")

    monkeypatch.setattr(Database, "read", read)
    assert (await client.get("/chat")).status_code == 200


# Cookies and frames


async def test_the_visitor_is_kept_in_a_cookie_that_scripts_cannot_read(connect: Connect) -> None:
    cookie = (await connect().get("/chat")).headers["set-cookie"]
    assert cookie.startswith("sapa_visitor=")
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    assert "Secure" not in cookie


async def test_a_visitor_stays_the_same_on_the_next_visit(client: httpx.AsyncClient) -> None:
    before = (await client.get("/chat/session")).json()["visitor"]
    await client.get("/chat")
    assert (await client.get("/chat/session")).json()["visitor"] == before


async def test_only_listed_sites_may_frame_the_chat(framed: httpx.AsyncClient) -> None:
    page = await framed.get("/chat", params={"embed": "1", "host": SHOP})
    assert f"frame-ancestors {SHOP}" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
    assert f'data-host="{SHOP}"' in page.text
    assert "SameSite=None; Secure; Partitioned" in page.headers["set-cookie"]


async def test_the_page_itself_is_never_framed(framed: httpx.AsyncClient) -> None:
    page = await framed.get("/chat")
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "SameSite=Lax; Secure" in page.headers["set-cookie"]


async def test_a_host_that_is_not_listed_is_not_spoken_to(framed: httpx.AsyncClient) -> None:
    page = await framed.get("/chat", params={"embed": "1", "host": "https://evil.example"})
    assert "evil.example" not in page.text


async def test_without_a_list_nothing_may_frame_the_chat(client: httpx.AsyncClient) -> None:
    page = await client.get("/chat", params={"embed": "1", "host": SHOP})
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert (await client.get("/widget.js")).status_code == 404


async def test_the_widget_speaks_the_five_languages(framed: httpx.AsyncClient) -> None:
    script = await framed.get("/widget.js")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert all(f'"{language}":' in script.text for language in LANGUAGES)


@pytest.mark.parametrize(
    "origin", ["*", "shop.example", "https://shop.example/path", "javascript:alert(1)", "https://*.x"]
)
def test_an_allow_list_holds_origins_only(store: Database, hub: Hub, bot: FakeBot, origin: str) -> None:
    with pytest.raises(ValueError, match="no origin"):
        application(store, hub, bot, look=Look("Kopi & Co", origins=[origin]))


# Personal links


@pytest.fixture
async def aisyah(store: Database) -> Contact:
    """A customer whom we know from another channel."""
    work = partial(contacts.make, name="Aisyah", language="ms", at=NOON)
    return await store.transact(lambda connection: work(connection, "telegram", "1", "42"))


@pytest.fixture
def today(store: Database, hub: Hub, bot: FakeBot, connect: Connect) -> Any:
    """Makes browsers of a chat in which it is the 21 November 2026."""
    return partial(connect, application(store, hub, bot, now=lambda: NOON))


def token(contact: Contact, days: int = 7) -> str:
    return links.sign(SECRET, contact.public_id, NOON + dt.timedelta(days=days))


async def enter(browser: httpx.AsyncClient, link: str) -> httpx.Response:
    page = await browser.get("/chat", params={"as": link})
    assert page.status_code == 200
    return await browser.post("/chat/enter", data={"as": link})


async def test_a_personal_link_opens_the_chat_as_its_customer(today: Any, store: Database, aisyah: Contact) -> None:
    browser = today()
    entered = await enter(browser, token(aisyah))
    assert (entered.status_code, entered.headers["Location"]) == (303, "/chat")
    assert "as=" not in entered.headers["Location"]

    await browser.post("/chat/messages", json={"id": "message-1", "text": "Hello"})
    assert await store.read(partial(_seq, contact_id=aisyah.id)) == 3


def _seq(connection: Connection, contact_id: int) -> int:
    found = connection.exec_driver_sql(f"SELECT seq FROM contacts WHERE id = {contact_id}").scalar_one()
    return int(found)


async def test_looking_at_a_personal_link_does_not_use_it_up(today: Any, aisyah: Contact) -> None:
    link = token(aisyah)
    for _preview in range(3):
        await today().get("/chat", params={"as": link})
    assert (await enter(today(), link)).status_code == 303


async def test_a_personal_link_is_good_once(today: Any, aisyah: Contact) -> None:
    link = token(aisyah)
    await enter(today(), link)
    again = await enter(today(), link)
    assert again.status_code == 410
    assert "already been used" in again.text


async def test_its_own_browser_simply_goes_on(today: Any, aisyah: Contact) -> None:
    browser, link = today(), token(aisyah)
    await enter(browser, link)
    for known in (link, token(aisyah, days=-1)):
        again = await browser.get("/chat", params={"as": known})
        assert (again.status_code, again.headers["Location"]) == (303, "/chat")


async def test_a_browser_of_somebody_else_asks_first(today: Any, aisyah: Contact) -> None:
    browser = today()
    await browser.get("/chat")
    await browser.post("/chat/messages", json={"id": "message-1", "text": "Hello"})
    page = await browser.get("/chat", params={"as": token(aisyah)})
    assert "data-ask" in page.text


async def test_an_old_or_forged_link_is_answered_kindly(today: Any, aisyah: Contact) -> None:
    expired = await today().get("/chat", params={"as": token(aisyah, days=-1)})
    assert (expired.status_code, "expired" in expired.text) == (410, True)
    forged = await today().get("/chat", params={"as": token(aisyah)[:-3] + "xxx"})
    assert (forged.status_code, "work" in forged.text) == (410, True)
    gone = await enter(today(), links.sign(SECRET, "nobody", NOON + dt.timedelta(days=1)))
    assert gone.status_code == 410


async def test_a_script_gets_the_token_for_browsers_without_cookies(today: Any, aisyah: Contact) -> None:
    browser = today()
    wants = {"Accept": "application/json"}
    answer = await browser.post("/chat/enter", data={"as": token(aisyah)}, headers=wants)
    browser.cookies.clear()
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    session = (await browser.get("/chat/session", headers=headers)).json()
    assert session == {"visitor": answer.json()["visitor"], "token": None}
    again = await browser.post("/chat/enter", data={"as": token(aisyah)[:-1]}, headers=wants)
    assert (again.status_code, "error" in again.json()) == (410, True)


async def test_another_website_cannot_use_a_link(today: Any, aisyah: Contact) -> None:
    headers = {"Origin": "https://evil.example"}
    answer = await today().post("/chat/enter", data={"as": token(aisyah)}, headers=headers)
    assert answer.status_code == 403


def test_the_address_of_a_link_is_the_chats() -> None:
    from channels.webchat.links import personal_link

    address = urlsplit(personal_link(SECRET, "https://chat.test", "contact", NOON))
    assert list(parse_qs(address.query)) == ["as"]
