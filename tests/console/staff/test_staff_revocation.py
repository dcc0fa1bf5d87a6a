"""Whoever is closed, demoted or logged out by somebody is out at once: pages, streams, and the work they had."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import pytest
import sqlalchemy as sa

from console import desk_hub
from store import tables
from store.contacts import QUEUE
from tests.console.staff.consoles import served
from tests.console.staff.talks import owner, taken, waiting
from tests.console.staff.team import PASSWORD, Browser, Team, log_in, set_up_second

pytestmark = pytest.mark.slow

OTHER = "another long and good one"
End: TypeAlias = Callable[[Team, Browser, str], Awaitable[object]]


def by_owner(path: str, **fields: str) -> End:
    """What an owner does to the account of the page."""

    async def end(team: Team, _agent: Browser, page: str) -> object:
        return await (await team.browser("owner")).submit(f"{page}{path}", **fields)

    return end


async def _elsewhere(team: Team, agent: Browser, _page: str) -> object:
    fields = {"current": PASSWORD, "password": OTHER, "repeat": OTHER}
    return await (await team.of(agent.account)).submit("/staff/account/password", **fields)


async def _other_sessions(team: Team, agent: Browser, _page: str) -> object:
    return await (await team.of(agent.account)).submit("/staff/account/sessions")


async def _second_elsewhere(team: Team, agent: Browser, _page: str) -> object:
    return await set_up_second(team, await team.of(agent.account), PASSWORD)


async def _logs_out(_team: Team, agent: Browser, _page: str) -> object:
    return await agent.submit("/staff/logout")


ENDS: dict[str, End] = {
    "demoted": by_owner("", name="Siti", role="viewer", branch=""),
    "promoted": by_owner("", name="Siti", role="admin", branch=""),
    "closed": by_owner("/close"),
    "logged out by a manager": by_owner("/sessions"),
    "another password": _elsewhere,
    "logged out elsewhere": _other_sessions,
    "a code from an app": _second_elsewhere,
    "logging out": _logs_out,
}


@pytest.mark.parametrize("how", ENDS)
async def test_pages_and_the_stream_end_with_the_session(
    sqlite_team: Team, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(desk_hub, "COUNT_SECONDS", 0.01)
    monkeypatch.setattr(desk_hub, "LOOK_SECONDS", 0.0)
    account = await sqlite_team.account("support", PASSWORD, name="Siti")
    agent = await sqlite_team.of(account)
    async with served(sqlite_team) as house, house.listens(agent) as console:
        await ENDS[how](sqlite_team, agent, f"/staff/people/{account.public_id}")
        assert (await console.next("bye")).type == "bye"
        assert (await console.next("moved")).type == "end"
    for path in ("/staff/inbox", "/staff/events", "/staff/account"):
        assert (await agent.get(path)).headers["Location"].startswith("/staff/login"), path


def test_the_look_at_who_still_may_listen_comes_every_few_seconds() -> None:
    assert desk_hub.LOOK_SECONDS + desk_hub.COUNT_SECONDS <= 10


@pytest.mark.parametrize("how", ["demoted", "closed"])
async def test_what_they_had_goes_back_to_the_queue_and_their_promises_to_an_owner(team: Team, how: str) -> None:
    agent, home = await taken(team, await waiting(team))
    contact = home.rpartition("/")[2]
    await agent.submit(f"{home}/promise", promise="We call you", due="hour")
    manager = await team.browser("owner")
    await ENDS[how](team, agent, f"/staff/people/{agent.account.public_id}")
    assert await owner(team, contact) == QUEUE
    promised = (await team.rows(sa.select(tables.promises.c.staff_id)))[0]
    assert promised.staff_id == manager.account.id
    last = (await team.rows(sa.select(tables.owner_changes).order_by(tables.owner_changes.c.id.desc())))[0]
    assert (last.before, last.after) == (agent.account.public_id, QUEUE)


async def test_another_name_takes_nothing_from_anybody(sqlite_team: Team) -> None:
    agent, home = await taken(sqlite_team, await waiting(sqlite_team))
    admin = await sqlite_team.browser("admin")
    page = f"/staff/people/{agent.account.public_id}"
    await admin.submit(page, name="Siti A.", role="support", branch="")
    assert await owner(sqlite_team, home.rpartition("/")[2]) == agent.account.public_id
    assert (await agent.get("/staff/account")).status_code == 200


async def test_a_closed_account_stays_out_with_every_proof_it_has(sqlite_team: Team) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    browser = sqlite_team.stranger()
    await log_in(browser, account.email, PASSWORD)
    await (await sqlite_team.browser("owner")).submit(f"/staff/people/{account.public_id}/close")
    assert (await browser.get("/staff/account")).status_code == 303
    assert (await log_in(sqlite_team.stranger(), account.email, PASSWORD)).status_code == 401
