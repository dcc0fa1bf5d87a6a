"""Today in a real browser: readable by everybody, on a phone, by day and by night; and its first button works."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.async_api import expect
from sqlalchemy.engine import Connection

from service import promises
from store import imports
from store.imports import Counts
from tests.browser.colleagues import OpenPage
from tests.browser.test_staff_pages import visit
from tests.console.staff import talks
from tests.console.staff.team import Team
from tests.console.staff.test_today import TODAY, bought, expiring

__all__ = ["visit"]
pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def a_full_day(team: Team) -> None:
    """Something of every kind."""
    for number, name in enumerate(("Nguyễn Diệu Linh", "Tan Mei Ling", "محمد العتيبي")):
        await bought(team, name, 200 + number, 180, 161)
        await expiring(team, f"Siti {number}", 120, 10 + number)
    await talks.waiting(team, "1")
    await talks.taken(team, await talks.waiting(team, "2"))
    keeper, now = await team.account("support", name="Wei"), team.house.now

    def more(connection: Connection) -> None:
        promises.make(connection, 1, keeper.id, "We call you with the price", now - dt.timedelta(days=1), now)
        begun = imports.begin(connection, "purchases", "list", now)
        begun = imports.advance(connection, begun, 9, Counts(added=69_659, contacts=23_570)) or begun
        imports.finish(connection, begun, now)

    await team.database.transact(more)


async def test_the_next_one_is_taken_from_here(visit: OpenPage, team: Team) -> None:
    await talks.waiting(team)
    page = await visit(TODAY)
    await page.get_by_role("button", name="Take the next one").click()
    await expect(page.get_by_role("status").first).to_contain_text("The conversation is yours.")
