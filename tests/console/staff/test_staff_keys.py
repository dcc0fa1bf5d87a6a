"""The page of the API's keys: a key is shown once, and nothing gets in with it once it is revoked."""

from __future__ import annotations

import re

import pytest

from store import api_keys
from tests.console.staff.team import Team


async def test_a_key_is_made_shown_once_used_and_revoked(team: Team) -> None:
    admin = await team.browser("admin")
    made = await admin.submit("/staff/api-keys", **{"system": " web shop ", "points:read": "on"})
    key = re.search(r'value="(sapa_[^"]+)"', made.text)
    assert key
    proven = await team.database.read(lambda c: api_keys.proven(c, key[1]))
    assert proven is not None
    assert (proven.name, proven.scopes) == ("web shop", ("points:read",))
    shown = await admin.get("/staff/api-keys")
    assert "web shop" in shown.text
    assert key[1] not in shown.text
    address = f"/staff/api-keys/{proven.public_id}/revoke"
    assert (await admin.submit(address)).headers["location"] == "/staff/api-keys?said=revoked"
    assert await team.database.read(lambda c: api_keys.proven(c, key[1])) is None
    assert (await admin.submit(address)).status_code == 404
    who = f"staff:{admin.account.public_id}"
    assert await team.audited() == [(who, "apikey.added"), (who, "apikey.revoked")]


@pytest.mark.parametrize(
    "fields",
    [
        {"points:read": "on"},
        {"system": "web shop"},
        {"system": "web shop", "everything": "on"},
        {"system": "x" * 101},
    ],
)
async def test_a_key_needs_a_name_and_something_it_may_do(sqlite_team: Team, fields: dict[str, str]) -> None:
    owner = await sqlite_team.browser("owner")
    answer = await owner.submit("/staff/api-keys", **fields)
    assert answer.status_code == 422
    assert "Please name the system and choose what it may do." in answer.text
    assert await sqlite_team.database.read(api_keys.all_keys) == []
