"""The links of campaigns' messages: they lead to what was sent alone, and count for their recipient."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from outreach.templates.content import Press
from store import campaign_links
from store.campaigns import Campaign
from store.database import Database
from store.tables import campaign_presses, campaign_recipients, contacts
from tests.conftest import NOON
from tests.console.conftest import Connect
from tests.console.fake_bot import SECRET
from tests.outreach.sent_campaigns import CONTENT, LABELS, campaign, recipient
from tests.store.rows import add_contact

PAGE = "https://shop.example/half"
PERSON = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Chrome/126.0"}


@pytest.fixture
async def sent(store: Database) -> Campaign:
    def make(connection: Connection) -> Campaign:
        other = Press(LABELS, "link", "https://shop.example/other")
        contents = {"A": CONTENT, "B": msgspec.structs.replace(CONTENT, buttons=(*CONTENT.buttons[:2], other))}
        made = campaign(connection, NOON, contents=contents)
        for sender, variant in (("1", "A"), ("2", "B"), ("3", "")):
            contact = add_contact(connection, sender, NOON, public_id=f"contact-{sender}")
            if variant:
                recipient(connection, made, contact, NOON, variant=variant)
        return made

    return await store.transact(make)


def link(sent: Campaign, contact: str = "contact-1", place: int = 2, secret: str = SECRET) -> str:
    return campaign_links.link(secret.encode(), "http://chat.test", sent.public_id, contact, place)


async def follow(connect: Connect, address: str, **headers: str) -> httpx.Response:
    return await connect().get(address, headers={**PERSON, **headers})


async def rows(store: Database, statement: sa.Select[Any]) -> list[Any]:
    return await store.read(lambda connection: list(connection.execute(statement)))


async def clicks(store: Database) -> list[tuple[int, int, int]]:
    columns = (campaign_presses.c[name] for name in ("contact_id", "button", "times"))
    return [tuple(row) for row in await rows(store, sa.select(*columns))]


async def test_a_link_leads_on_and_counts_each_time(connect: Connect, store: Database, sent: Campaign) -> None:
    for _time in range(2):
        answer = await follow(connect, link(sent))
        assert answer.status_code == 302
        assert answer.headers["location"] == PAGE
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
    assert await clicks(store) == [(1, 2, 2)]
    first = (await rows(store, sa.select(campaign_recipients.c.clicked_at).order_by(campaign_recipients.c.id)))[0]
    assert first.clicked_at is not None


async def test_each_variant_leads_to_its_own_page(connect: Connect, sent: Campaign) -> None:
    answer = await follow(connect, link(sent, "contact-2"))
    assert answer.headers["location"] == "https://shop.example/other"


async def test_a_platform_that_draws_a_preview_is_led_on_and_not_counted(
    connect: Connect, store: Database, sent: Campaign
) -> None:
    answer = await follow(connect, link(sent), **{"User-Agent": "TelegramBot (like TwitterBot)"})
    head = await connect().head(link(sent), headers=PERSON)
    assert (answer.headers["location"], head.headers["location"]) == (PAGE, PAGE)
    assert await clicks(store) == []


async def test_who_was_sent_nothing_is_led_on_and_not_counted(
    connect: Connect, store: Database, sent: Campaign
) -> None:
    for contact in ("contact-3", "nobody"):
        assert (await follow(connect, link(sent, contact))).headers["location"] == PAGE
    assert await clicks(store) == []


async def test_a_link_of_somebody_who_was_joined_counts_for_their_message(
    connect: Connect, store: Database, sent: Campaign
) -> None:
    gone = contacts.update().where(contacts.c.public_id == "contact-1").values(merged_into=3)
    await store.transact(lambda connection: connection.execute(gone))
    await follow(connect, link(sent))
    assert await clicks(store) == [(1, 2, 1)]


@pytest.mark.parametrize("place", [0, 1, 3, 99])
async def test_only_a_buttons_web_page_can_be_led_to(connect: Connect, sent: Campaign, place: int) -> None:
    assert (await follow(connect, link(sent, place=place))).status_code == 404


async def test_a_link_that_is_not_ours_leads_nowhere(connect: Connect, store: Database, sent: Campaign) -> None:
    good = link(sent)
    bad = [
        link(sent, secret="another house"),
        good.replace(".2.", ".1."),
        good[:-1],
        good.replace("contact-1", "contact-2"),
        "http://chat.test/go/a.b.c",
        "http://chat.test/go/%C3%A9",
    ]
    assert {(await follow(connect, address)).status_code for address in bad} == {404}
    assert await clicks(store) == []


async def test_a_link_to_what_is_no_web_page_leads_nowhere(connect: Connect, store: Database) -> None:
    def make(connection: Connection) -> Campaign:
        press = Press(LABELS, "link", "javascript:alert(1)")
        return campaign(connection, NOON, contents={"A": msgspec.structs.replace(CONTENT, buttons=(press,))})

    assert (await follow(connect, link(await store.transact(make), place=0))).status_code == 404


def test_a_link_says_what_it_was_made_of() -> None:
    address = campaign_links.link(b"secret", "https://sapa.example/", "campaign", "contact", 1)
    assert address.startswith("https://sapa.example/go/")
    assert campaign_links.read_link(b"secret", address.rpartition("/")[2]) == ("campaign", "contact", 1)
