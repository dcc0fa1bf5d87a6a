"""Customers, products and events as a shop's system gives and asks for them."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from store import tables
from store.suppressions import Address, suppress
from tests.conftest import NOON, SECRET
from tests.console.api.shop import Shop, kind, where

AMINAH = {
    "number": "C-1",
    "name": "Aminah binti Yusof",
    "call_me": "Kak Aminah",
    "phone": "012-345 6789",
    "email": "Aminah@Example.com",
    "language": "ms",
    "timezone": "Asia/Kuala_Lumpur",
    "birthday": "02-29",
}


async def test_a_customer_is_made_once_and_kept_up_to_date(shop: Shop) -> None:
    made = await shop.post("/customers", AMINAH)
    assert made.status_code == 201
    aminah = made.json()
    assert (aminah["phone"], aminah["email"], aminah["birthday"]) == ("+60123456789", "Aminah@example.com", "02-29")
    again = await shop.post("/customers", AMINAH)
    assert (again.status_code, again.json()) == (200, aminah)
    changed = await shop.customer("C-1", name="Aminah", phone=None)
    assert changed == {**aminah, "name": "Aminah", "phone": None}
    assert (await shop.get(f"/customers/{aminah['id']}")).json() == {
        k: v for k, v in changed.items() if k != "left"
    }


async def test_changes_stand_in_the_audit_log_without_personal_details(shop: Shop) -> None:
    await shop.post("/customers", AMINAH)
    await shop.post("/customers", AMINAH)
    (row,) = await shop.database.read(lambda c: c.execute(sa.select(tables.audit)).all())
    assert row.actor.startswith("api:")
    assert row.action == "customer.made"
    assert "Aminah" not in str(row.after)


async def test_what_the_customer_chose_stays(shop: Shop) -> None:
    aminah = await shop.customer(**AMINAH)
    chosen = sa.update(tables.contacts).values(language_chosen=True)
    await shop.database.transact(lambda c: c.execute(chosen).rowcount)
    kept = await shop.customer("C-1", language="zh", birthday="1990-03-01", city="Ipoh")
    assert kept["left"] == ["language", "birthday"]
    assert (kept["language"], kept["birthday"], kept["city"]) == ("ms", "02-29", "Ipoh")
    shop.now += dt.timedelta(days=366)
    assert (await shop.customer("C-1", birthday="1990-03-01"))["birthday"] == "1990-03-01"
    assert aminah["left"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "two\nlines"),
        ("name", "nul\x00"),
        ("name", " "),
        ("name", "x" * 201),
        ("name", 7),
        ("phone", "12345"),
        ("email", "aminah"),
        ("timezone", "Asia/Nowhere"),
        ("language", "fr"),
        ("kind", "friend"),
        ("birthday", "1990-02-29"),
        ("birthday", "2027-01-01"),
        ("birthday", "1899-12-31"),
        ("number", ""),
        ("tags", ["vip"]),
    ],
)
async def test_a_field_that_does_not_fit_is_named(shop: Shop, field: str, value: object) -> None:
    assert where(await shop.post("/customers", {"number": "C-1", field: value})) == [f"body.{field}"]
    assert (await shop.get("/customers")).json() == {"customers": [], "next": None}


async def test_customers_are_found_by_what_they_show(shop: Shop) -> None:
    aminah = await shop.customer(**AMINAH)
    await shop.customer("C-2", phone="+60123456789")
    for query in ({"number": "C-1"}, {"email": "Aminah@EXAMPLE.com"}, {"phone": "+60123456789", "number": "C-1"}):
        found = (await shop.get("/customers", **query)).json()["customers"]
        assert [each["id"] for each in found] == [aminah["id"]]
    assert len((await shop.get("/customers", phone="0123456789")).json()["customers"]) == 2
    assert (await shop.get("/customers", number="C-3")).json()["customers"] == []
    assert where(await shop.get("/customers", nmuber="C-1")) == ["query.nmuber"]


async def test_customers_are_listed_in_pages(shop: Shop) -> None:
    numbers = [f"C-{number}" for number in range(5)]
    for number in numbers:
        await shop.customer(number)
    seen, after = [], None
    while True:
        page = (await shop.get("/customers", limit=2, **({"after": after} if after else {}))).json()
        seen += [each["number"] for each in page["customers"]]
        if not (after := page["next"]):
            break
    assert seen == numbers
    assert kind(await shop.get("/customers", after="nobody")) == "not-found"


async def test_who_was_merged_stands_for_another_and_who_was_erased_is_unknown(shop: Shop) -> None:
    one, other, gone = [await shop.customer(f"C-{number}") for number in range(3)]
    contacts = tables.contacts
    found = sa.select(contacts.c.id).where(contacts.c.number == "C-1").scalar_subquery()
    merged = sa.update(contacts).where(contacts.c.number == "C-0").values(merged_into=found)
    erased = sa.update(contacts).where(contacts.c.number == "C-2").values(erased_at=shop.now)
    await shop.database.transact(lambda c: [c.execute(each).rowcount for each in (merged, erased)])
    assert (await shop.get(f"/customers/{one['id']}")).json()["id"] == other["id"]
    assert (await shop.customer("C-0", city="Ipoh"))["id"] == other["id"]
    unknown = await shop.get("/customers/nobody")
    erased_too = await shop.get(f"/customers/{gone['id']}")
    assert kind(unknown) == kind(erased_too) == "not-found"
    assert unknown.json()["detail"] == erased_too.json()["detail"]
    assert kind(await shop.post("/customers", {"number": "C-2"})) == "not-found"
    assert [each["number"] for each in (await shop.get("/customers")).json()["customers"]] == ["C-1"]


async def test_consents_are_told_with_the_newest_word_first(shop: Shop) -> None:
    aminah = await shop.customer("C-1")
    await shop.agree("C-1", "marketing")
    await shop.agree("C-1", "marketing", granted=False)
    told = (await shop.get(f"/customers/{aminah['id']}/consents")).json()["consents"]
    assert [each["granted"] for each in told] == [False, True]
    assert told[0]["wording"] == "2026-11"
    assert kind(await shop.get("/customers/nobody/consents")) == "not-found"


async def test_products_are_added_and_brought_up_to_date(shop: Shop) -> None:
    beans = {
        "sku": "BEAN",
        "name": "Beans",
        "price": "32.50",
        "names": {"ms": "Biji kopi"},
        "category": "coffee",
        "cost": "21.00",
        "stock": 12,
        "refill_days": 21,
        "address": "https://shop.example/bean",
    }
    cup = {"sku": "CUP", "name": "Cup", "price": "125000", "currency": "VND"}
    told = await shop.post("/products", {"products": [beans, cup]})
    assert told.json() == {"added": 2, "changed": 0, "same": 0}
    dearer = {"sku": "BEAN", "name": "Beans", "price": "33", "names": {"zh": "咖啡豆"}}
    assert (await shop.post("/products", {"products": [dearer, cup]})).json() == {
        "added": 0,
        "changed": 1,
        "same": 1,
    }
    first = (await shop.get("/products", limit=1)).json()
    plain = {"about": "", "abouts": {}, "active": True, "repeatable": True}
    kept = {**plain, **beans, "price": "33.00", "currency": "MYR", "names": {"ms": "Biji kopi", "zh": "咖啡豆"}}
    assert first == {"products": [kept], "next": "BEAN"}
    unsaid: dict[str, object] = {
        "names": {},
        "category": "",
        "cost": None,
        "stock": None,
        "refill_days": None,
        "address": "",
    }
    assert (await shop.get("/products", after="BEAN")).json()["products"] == [{**plain, **cup, **unsaid}]
    dong = {**cup, "price": "12.50"}
    assert where(await shop.post("/products", {"products": [beans, dong]})) == ["body.products.1.price"]
    assert where(await shop.post("/products", {"products": [beans, beans]})) == ["body.products.1.sku"]


async def test_an_event_is_kept_once_of_a_customer_who_agreed(shop: Shop) -> None:
    aminah = await shop.customer("C-1")
    seen = {
        "key": "w-1",
        "customer": aminah["id"],
        "name": "product.viewed",
        "details": {"sku": "BEAN", "seconds": 4},
    }
    assert kind(await shop.post("/events", seen)) == "consent-missing"
    await shop.agree("C-1")
    first = await shop.post("/events", seen)
    assert first.status_code == 201
    shop.now += dt.timedelta(minutes=1)
    again = await shop.post("/events", seen)
    assert (again.status_code, again.json()) == (200, first.json())
    assert kind(await shop.post("/events", {**seen, "name": "product.bought"})) == "event-differs"
    assert kind(await shop.post("/events", {**seen, "customer": "nobody"})) == "not-found"
    assert where(await shop.post("/events", {**seen, "details": {"deep": {}}}))
    await shop.agree("C-1", granted=False)
    assert kind(await shop.post("/events", {**seen, "key": "w-2"})) == "consent-missing"


async def test_an_event_of_a_customer_who_wants_nothing_personalised_is_refused(shop: Shop) -> None:
    aminah = await shop.customer("C-1")
    await shop.agree("C-1")
    wish = sa.insert(tables.preferences).from_select(
        ["contact_id", "personalised", "changed_at"],
        sa.select(tables.contacts.c.id, sa.false(), tables.contacts.c.created_at),
    )
    await shop.database.transact(lambda c: c.execute(wish).rowcount)
    answer = await shop.post("/events", {"key": "w-1", "customer": aminah["id"], "name": "visited"})
    assert kind(answer) == "consent-missing"


@pytest.mark.parametrize("named", [("number", "C-1"), ("phone", "+60123456789"), ("email", "aminah@example.com")])
async def test_who_asked_to_be_forgotten_is_not_brought_back(shop: Shop, named: Address) -> None:
    await shop.database.transact(lambda connection: suppress(connection, SECRET, [named], NOON))
    refused = await shop.post("/customers", AMINAH)
    assert (refused.status_code, kind(refused)) == (409, "customer-forgotten")
    assert not await shop.database.read(lambda c: c.execute(sa.select(tables.contacts.c.id)).all())
