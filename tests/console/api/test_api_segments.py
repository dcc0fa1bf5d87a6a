"""Segments as another system writes, counts and fills them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from store import tables
from tests.console.api.shop import Shop, kind, where
from tests.store.rows import add_contact

IPOH = {"all": [{"fact": "city", "op": "is", "value": "Ipoh"}]}


async def customers(shop: Shop) -> None:
    """Three customers, two of them in Ipoh, one of whom agreed to news."""

    def fill(connection: sa.Connection) -> None:
        add_contact(connection, "1", shop.now, number="C-1", city="Ipoh", public_id="one")
        add_contact(connection, "2", shop.now, number="C-2", city="ipoh", public_id="two", marketing="unasked")
        add_contact(connection, "3", shop.now, number="C-3", city="Melaka", public_id="three")

    await shop.database.transact(fill)


async def made(shop: Shop, name: str, condition: Any) -> dict[str, Any]:
    answer = await shop.post("/segments", {"name": name, "condition": condition}, key=name)
    assert answer.status_code == 201, answer.text
    segment: dict[str, Any] = answer.json()
    return segment


async def test_a_segment_is_made_counted_looked_into_and_put_away(shop: Shop) -> None:
    await customers(shop)
    segment = await made(shop, "Ipoh", IPOH)
    assert (segment["kind"], segment["condition"], segment["edit"]) == ("condition", IPOH, 0)
    page = f"/segments/{segment['id']}"
    assert (await shop.get(page)).json() == segment
    assert (await shop.get("/segments")).json() == {"segments": [segment], "next": None}
    counted = (await shop.get(f"{page}/count")).json()
    assert counted == {"everybody": 2, "agreed": 1, "by_channel": {"telegram": 1}}
    (first, second) = (await shop.get(f"{page}/sample")).json()["customers"]
    assert (first["id"], first["stage"], first["orders"], second["number"]) == ("one", "prospect", 0, "C-2")
    (first_page, last_page) = [
        (await shop.get(f"{page}/customers", limit=1, **more)).json() for more in ({}, {"after": "one"})
    ]
    assert first_page == {"customers": [{"id": "one", "number": "C-1"}], "next": "one"}
    assert last_page == {"customers": [{"id": "two", "number": "C-2"}], "next": None}

    changed = {"name": "Not Ipoh", "condition": {"not": IPOH}, "edit": 0}
    assert (await shop.call("PUT", page, json=changed)).json()["edit"] == 1
    assert (await shop.get(f"{page}/count")).json()["everybody"] == 1
    stale = await shop.call("PUT", page, json=changed)
    assert kind(stale) == "segment-refused"
    assert (await shop.call("DELETE", page)).json()["name"] == "Not Ipoh"
    for again in (await shop.call("DELETE", page), await shop.get(page), await shop.get(f"{page}/count")):
        assert kind(again) == "not-found"
    actions = await shop.database.read(lambda c: c.scalars(sa.select(tables.audit.c.action)).all())
    assert actions == ["segment.added", "segment.changed", "segment.removed"]


async def test_a_condition_that_cannot_be_read_is_told_field_by_field(shop: Shop) -> None:
    wrong = {"all": [{"fact": "recency", "op": "is", "value": 9}, {"not": {"fact": "tagz", "op": "has"}}]}
    answer = await shop.post("/segments", {"name": "x", "condition": wrong}, key="1")
    assert where(answer) == ["body.condition.all.0.value", "body.condition.all.1.not.fact"]
    assert answer.json()["errors"][0]["problem"] == "A whole number from 1 to 5 is expected."
    nobody = {"fact": "tier", "op": "is", "value": "gold"}
    assert where(await shop.post("/segments", {"name": "x", "condition": nobody}, key="2")) == [
        "body.condition.value"
    ]


async def test_customers_are_put_on_a_list_and_taken_off_it_any_number_of_times(shop: Shop) -> None:
    await customers(shop)
    page = f"/segments/{(await made(shop, 'Fair', None))['id']}/customers"
    put = await shop.post(page, {"add": ["one", "three", "nobody"]})
    assert put.json() == {"added": 2, "removed": 0, "unknown": ["nobody"]}
    assert (await shop.post(page, {"add": ["one"], "remove": ["two"]})).json()["added"] == 0
    assert (await shop.post(page, {"remove": ["three"]})).json() == {"added": 0, "removed": 1, "unknown": []}
    assert [each["id"] for each in (await shop.get(page)).json()["customers"]] == ["one"]

    condition = await made(shop, "Ipoh", IPOH)
    assert kind(await shop.post(f"/segments/{condition['id']}/customers", {"add": ["one"]})) == "segment-refused"
    to_list = {"name": "Ipoh", "condition": None, "edit": 0}
    assert kind(await shop.call("PUT", f"/segments/{condition['id']}", json=to_list)) == "segment-refused"
    taken = await shop.post("/segments", {"name": "Fair", "condition": None}, key="again")
    assert kind(taken) == "segment-refused"


async def test_segments_come_in_pages_by_name(shop: Shop) -> None:
    names = ["a", "b", "c"]
    ids = [(await made(shop, name, None))["id"] for name in names]
    first = (await shop.get("/segments", limit=2)).json()
    assert ([each["name"] for each in first["segments"]], first["next"]) == (["a", "b"], ids[1])
    rest = (await shop.get("/segments", limit=2, after=ids[1])).json()
    assert ([each["name"] for each in rest["segments"]], rest["next"]) == (["c"], None)
    assert kind(await shop.get("/segments", after="nobody")) == "not-found"
