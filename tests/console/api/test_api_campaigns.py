"""Campaigns over the API: written and sent by a program, approved by nobody but people."""

from __future__ import annotations

from typing import Any

import pytest

from scheduler import trying
from store import recipients
from store.database import Database
from store.recipients import Recipient
from tests.conftest import NOON
from tests.console.api.campaign_stage import CAMPAIGN, SEGMENT, TEMPLATE, stage
from tests.console.api.shop import Shop
from tests.outreach.campaigns.drafts import rules
from tests.store.rows import add_contact

GIVEN: dict[str, Any] = {"name": "Weekend", "segment": SEGMENT, "variants": [{"template": TEMPLATE}]}


@pytest.fixture
async def shop(sqlite_url: str) -> Any:
    database = Database(sqlite_url)
    await database.transact(lambda connection: stage(connection, NOON))
    yield await Shop(database).open()
    database.close()


async def test_a_draft_is_made_once_changed_as_it_was_seen_and_checked(shop: Shop) -> None:
    made = await shop.post("/campaigns", GIVEN | {"winner": {"by": "bought"}}, key="first")
    assert made.status_code == 201, made.text
    again = await shop.post("/campaigns", GIVEN | {"winner": {"by": "bought"}}, key="first")
    assert again.json() == made.json()
    page = f"/campaigns/{made.json()['id']}"
    told = (await shop.call("GET", f"{page}/problems")).json()["problems"]
    assert [each["field"] for each in told] == ["winner"]
    refused = await shop.call("POST", f"{page}/start")
    assert (refused.status_code, refused.json()["errors"][0]["at"]) == (409, "winner")

    changed = await shop.call("PUT", page, json=GIVEN | {"edit": 0, "hold_out": 5})
    assert (changed.json()["winner"], changed.json()["hold_out"], changed.json()["edit"]) == (None, 5, 1)
    stale = await shop.call("PUT", page, json=GIVEN | {"edit": 0})
    assert stale.json()["type"] == "urn:sapa:problem:campaign-refused"
    assert (await shop.call("GET", f"{page}/problems")).json() == {"problems": []}
    unknown = await shop.post("/campaigns", GIVEN | {"segment": "nobody"}, key="second")
    assert (unknown.status_code, unknown.json()["errors"][0]["at"]) == (409, "segment")


async def test_what_is_for_many_waits_for_a_person_and_no_key_approves(shop: Shop) -> None:
    def many(connection: Any) -> None:
        rules(connection, approve_above=1)
        add_contact(connection, "1", NOON)
        add_contact(connection, "2", NOON)

    await shop.database.transact(many)
    started = await shop.call("POST", f"/campaigns/{CAMPAIGN}/start")
    assert (started.json()["state"], started.json()["starts_at"]) == ("waiting", None)
    assert (await shop.call("POST", f"/campaigns/{CAMPAIGN}/approve")).status_code == 404
    assert (await shop.call("POST", f"/campaigns/{CAMPAIGN}/take-back")).json()["state"] == "draft"


async def test_a_key_does_only_what_its_scopes_say(shop: Shop) -> None:
    shop.key = await shop.new_key("campaigns:read", "campaigns:write")
    assert (await shop.call("GET", f"/campaigns/{CAMPAIGN}")).status_code == 200
    for deed in ("start", "pause", "cancel"):
        refused = await shop.call("POST", f"/campaigns/{CAMPAIGN}/{deed}")
        assert refused.json()["type"] == "urn:sapa:problem:scope-missing"


async def test_campaigns_and_recipients_come_in_pages(shop: Shop) -> None:
    found, after = [], ""
    while True:
        page = (await shop.call("GET", f"/campaigns?limit=2{after}")).json()
        found += [each["id"] for each in page["campaigns"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(found) == len(set(found)) == 5
    planned = (await shop.call("GET", "/campaigns?state=planned")).json()["campaigns"]
    assert {each["state"] for each in planned} == {"planned"}

    def received(connection: Any) -> None:
        people = [add_contact(connection, str(number), NOON) for number in range(5)]
        recipients.add(connection, 1, [Recipient(each, "A", "waiting", NOON) for each in people[:3]])
        recipients.add(connection, 1, [Recipient(each, "", "held", NOON) for each in people[3:]])

    await shop.database.transact(received)
    states, after = [], ""
    while True:
        rows = (await shop.call("GET", f"/campaigns/{CAMPAIGN}/recipients?limit=2{after}")).json()
        states += [each["state"] for each in rows["recipients"]]
        if rows["next"] is None:
            break
        after = f"&after={rows['next']}"
    assert sorted(states) == ["held", "held", "waiting", "waiting", "waiting"]
    held = (await shop.call("GET", f"/campaigns/{CAMPAIGN}/recipients?state=held")).json()
    assert [each["state"] for each in held["recipients"]] == ["held", "held"]
    lines = (await shop.call("GET", f"/campaigns/{CAMPAIGN}/progress")).json()["lines"]
    assert {line["state"]: line["number"] for line in lines} == {"waiting": 3, "held": 2}
    assert (await shop.call("GET", f"/campaigns/{CAMPAIGN}/recipients?after=nothing")).status_code == 404


async def test_a_trial_is_asked_for_and_then_read(shop: Shop) -> None:
    await shop.database.transact(lambda connection: add_contact(connection, "1", NOON))
    assert (await shop.call("GET", f"/campaigns/{CAMPAIGN}/trial")).status_code == 404
    assert (await shop.call("POST", f"/campaigns/{CAMPAIGN}/trial")).json()["stage"] == "running"
    await trying.try_campaigns(shop.database, NOON, zone="Asia/Kuala_Lumpur")
    told = (await shop.call("GET", f"/campaigns/{CAMPAIGN}/trial")).json()
    assert (told["stage"], told["now"], told["percent"], told["changed"]) == ("done", 1, 100, False)
