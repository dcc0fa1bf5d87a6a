"""Customers are found by words and filters, in pages, by whoever may look at them."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy.engine import Connection

from service import ownership
from store import contacts, customer_pages, desk, ledger, people_words, tags
from store.customer_pages import Filters
from store.database import Database
from store.tables import accounts
from store.tables import contacts as table
from tests.conftest import NOON
from tests.console.staff import clientele
from tests.console.staff.team import Team
from tests.store.plans import plans_of

pytestmark = pytest.mark.slow

PAGE = "/staff/customers"
STOPS_SOON = re.compile(r"SCAN (contacts$|fts_people VIRTUAL|conversations USING INDEX uq_conv|\(subquery|anon)")


def add_some(connection: Connection) -> None:
    mei = clientele.add_customer(connection, "mei", joined_from="p_kl_en")
    linh = clientele.add_customer(connection, "linh", name="Nguyễn Diệu Linh", language="vi", phone="+84912345678")
    clientele.add_customer(connection, "ali", name="Ali", language="ms", kind="investor", marketing="withdrawn")
    tags.add(connection, mei, "vip", NOON)
    ledger.lock_accounts(connection, {linh: NOON})
    connection.execute(accounts.update().where(accounts.c.contact_id == linh).values(tier="gold"))
    contact = contacts.lock(connection, "telegram", "shop", "linh")
    assert contact is not None
    queue_id = desk.general_queue(connection)
    ownership.want_person(connection, contact, NOON, why="asked", queue_id=queue_id)
    contacts.save(connection, contact)


def listed(page: httpx.Response) -> list[str]:
    return re.findall(r'class="person" href="/staff/customers/([^"]+)"', page.text)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["ali", "linh", "mei"]),
        ("?q=dieu", ["linh"]),
        ("?q=012-345+6789", ["mei", "ali"]),
        ("?q=zzz", []),
        ("?q=%27%22%2A", []),
        ("?tag=VIP", ["mei"]),
        ("?language=vi", ["linh"]),
        ("?consent=withdrawn", ["ali"]),
        ("?kind=investor", ["ali"]),
        ("?kind=customer", ["linh", "mei"]),
        ("?source=p_kl_en", ["mei"]),
        ("?held=yes", ["linh"]),
        ("?tier=gold", ["linh"]),
        ("?q=a&language=ms&tag=vip", []),
        ("?language=x&tier=%27", []),
    ],
)
async def test_words_and_filters_find_who_is_meant(team: Team, query: str, found: list[str]) -> None:
    await team.database.transact(add_some)
    page = await (await team.browser("support")).get(PAGE + query)
    assert sorted(listed(page)) == sorted(found)
    assert ("Nobody fits." in page.text) == (not found)


async def test_what_changes_is_sent_alone_and_the_address_follows(sqlite_team: Team) -> None:
    await sqlite_team.database.transact(add_some)
    browser = await sqlite_team.browser("admin")
    part = await browser.get(f"{PAGE}?q=mei&tag=&language=&held=yes", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    assert part.headers["HX-Push-Url"] == f"{PAGE}?q=mei&held=yes"
    suggested = await browser.get(f"{PAGE}-tags?tag=v")
    assert re.findall(r'value="([^"]*)"', suggested.text) == ["vip"]


async def test_everybody_is_listed_once_over_all_pages_and_counted(sqlite_team: Team) -> None:
    def add(connection: Connection) -> None:
        rows = [
            {"public_id": f"c{n:03}", "language": "en", "created_at": NOON, "name": f"Mei {n}"} for n in range(120)
        ]
        connection.execute(table.insert(), rows)
        while people_words.fold_some(connection):
            pass

    await sqlite_team.database.transact(add)
    browser = await sqlite_team.browser("marketer")
    for query in ("", "?q=mei"):
        page = await browser.get(PAGE + query)
        assert "120 customers" in page.text
        seen = listed(page)
        while further := re.search(r'href="([^"]+after=[^"]+)" hx-get', page.text):
            page = await browser.get(further[1].replace("&amp;", "&"), headers={"HX-Request": "true"})
            seen += listed(page)
        assert seen == [f"c{n:03}" for n in reversed(range(120))]


async def test_who_only_looks_sees_neither_numbers_nor_words(sqlite_team: Team) -> None:
    def add(connection: Connection) -> None:
        mei = clientele.add_customer(connection, "mei", email="mei@kopi.example")
        clientele.live_a_life(connection, mei, staff.id, staff.public_id)

    staff = await sqlite_team.account("support", name="Aina")
    await sqlite_team.database.transact(add)
    marketer, support = await sqlite_team.browser("marketer"), await sqlite_team.browser("support")
    for path in (PAGE, f"{PAGE}/mei"):
        looked, served = await marketer.get(path), await support.get(path)
        for word in ("+60123456789", "mei@kopi.example"):
            assert word in served.text
            assert word not in looked.text
    one = await marketer.get(f"{PAGE}/mei")
    assert "RM23.50" in one.text
    assert not [
        word for word in ("where is my order", "Lost parcel", "We call tomorrow", "So kind!") if word in one.text
    ]
    assert "where is my order" not in (await marketer.get(f"{PAGE}/mei?show=messages")).text
    assert "Start a conversation" not in one.text


async def test_the_numbers_that_are_just_so_come_first_even_before_they_are_folded(database: Database) -> None:
    def look(connection: Connection) -> list[str]:
        new = {"language": "en", "created_at": NOON}
        connection.execute(table.insert().values(public_id="new", number="77", phone="+6077", **new))
        clientele.add_customer(connection, "older", number="771", name="Older")
        return [each.public_id for each in customer_pages.search_people(connection, "77", 5)]

    assert await database.transact(look) == ["new", "older"]


async def test_lists_and_counts_go_by_indexes(sqlite_url: str) -> None:
    filters = [
        Filters(), Filters(typed="mei"), Filters(tag="vip"), Filters(language="vi"), Filters(consent="granted"),
        Filters(kind="investor"), Filters(source="p"), Filters(held=True), Filters(tier="gold"),
        Filters(typed="mei", tag="vip", tier="gold"),
    ]  # fmt: skip

    def scanned(connection: Connection) -> set[str]:
        def work() -> None:
            for each in filters:
                customer_pages.page(connection, each, "", 50)
                customer_pages.count(connection, each)
            customer_pages.search_people(connection, "mei", 20)
            customer_pages.sources(connection)
            tags.beginning(connection, "v", 5)

        steps = [step for _, plan in plans_of(connection, work) for step in plan]
        scans = {step for step in steps if step.startswith("SCAN")}
        # Everybody from the last on, which stops after a page; the index of words; those the team has, who are few.
        return {step for step in scans if not STOPS_SOON.match(step)}

    database = Database(sqlite_url)
    assert await database.transact(scanned) == set()
    database.close()
