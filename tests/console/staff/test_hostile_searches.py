"""What people type into a search is words to look for, whatever a database would take it for."""

from __future__ import annotations

import pytest

from tests.browser.hostile import WORDS
from tests.console.staff.clientele import add_customer
from tests.console.staff.team import Team

pytestmark = pytest.mark.slow

SEARCHES = ("/staff/inbox", "/staff/customers", "/staff/audit", "/staff/settings/wordings", "/staff/why")


@pytest.mark.parametrize("path", SEARCHES)
async def test_every_search_takes_hostile_wishes_for_words(team: Team, path: str) -> None:
    owner = await team.browser("owner")
    await team.database.transact(lambda c: add_customer(c, "x"))
    for words in WORDS:
        answer = await owner.get(path, params={"q": words[:1000]})
        assert answer.status_code == (422 if "\x00" in words else 200), words[:60]
        assert "<script data-hostile" not in answer.text, words[:60]
    assert (await owner.get("/staff/people/a%00b")).status_code == 404
