"""Whatever staff change leaves a row, and the rows are found again."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeAlias, get_args

import pytest
import sqlalchemy as sa

from console.staff.audit_log import ACTIONS
from console.staff.rendering import StaffRoute
from console.staff.routes import ROUTES
from loyalty.till.presses import UNDOABLE, Kind
from store import api_keys, audit, invitations, tables
from tests.console.staff.talks import public_id, taken, waiting
from tests.console.staff.team import PASSWORD, Team, field
from tests.console.staff.test_staff_claims import APPROVAL, filed

ROOT = Path(__file__).parents[3]
OTHER = "another long and good one"
Deed: TypeAlias = Callable[[Team], Awaitable[object]]


async def _login(team: Team) -> object:
    account, browser = await team.account("viewer", PASSWORD), team.stranger()
    page = await browser.get("/staff/login")
    fields = {"csrf": field(page, "csrf"), "email": account.email, "password": PASSWORD}
    return await browser.post("/staff/login", data=fields)


async def _welcome(team: Team) -> object:
    account, browser = await team.account("viewer"), team.stranger()
    token = await team.database.transact(lambda c: invitations.invite(c, account.id, team.house.now))
    link = invitations.link("", token)
    fields = {"csrf": field(await browser.get(link), "csrf"), "password": PASSWORD, "repeat": PASSWORD}
    return await browser.post(link, data=fields)


def own(path: str, **fields: str) -> Deed:
    async def deed(team: Team) -> object:
        return await (await team.of(await team.account("viewer", PASSWORD))).submit(path, **fields)

    return deed


def person(path: str, **fields: str) -> Deed:
    async def deed(team: Team) -> object:
        colleague = await team.account("viewer")
        return await (await team.browser("owner")).submit(f"/staff/people/{colleague.public_id}{path}", **fields)

    return deed


def claim(path: str, **fields: str) -> Deed:
    async def deed(team: Team) -> object:
        number = await filed(team)
        return await (await team.browser("admin")).submit(f"/staff/claims/{number}{path}", **fields)

    return deed


def talk(path: str, **fields: str) -> Deed:
    async def deed(team: Team) -> object:
        customer = await waiting(team)
        if path == "/take":
            contact = await public_id(team, customer)
            return await (await team.browser("owner")).submit(f"/staff/inbox/{contact}/take", owner="queue")
        agent, home = await taken(team, customer)
        return await agent.submit(f"{home}{path}", **fields)

    return deed


async def _settle(team: Team) -> object:
    agent, home = await taken(team, await waiting(team))
    await agent.submit(f"{home}/promise", promise="We call you", due="hour")
    made = (await team.rows(sa.select(tables.promises.c.public_id)))[0]
    return await agent.submit(f"{home}/promises/{made.public_id}", how="kept")


async def _transfer(team: Team) -> object:
    colleague = await team.account("support")
    agent, home = await taken(team, await waiting(team))
    return await agent.submit(f"{home}/transfer", to=f"staff:{colleague.public_id}")


async def _label(team: Team) -> object:
    _agent, home = await taken(team, await waiting(team))
    return await (await team.browser("owner")).submit(f"{home}/labels", new="Urgent")


async def _merge(team: Team) -> object:
    agent, home = await taken(team, await waiting(team))
    await agent.submit(f"{home}/close", reason="solved")
    earlier = (await team.rows(sa.select(tables.conversations.c.public_id)))[0]
    await agent.submit(f"{home}/take", owner="bot")
    return await agent.submit(f"{home}/merge", other=earlier.public_id)


async def _invite(team: Team) -> object:
    fields = {"name": "Siti", "email": "siti@shop.test", "role": "cashier", "branch": "", "language": "en"}
    return await (await team.browser("admin")).submit("/staff/people", **fields)


async def _make_key(team: Team) -> object:
    return await (await team.browser("owner")).submit("/staff/api-keys", **{"system": "web", "points:read": "on"})


async def _revoke_key(team: Team) -> object:
    made = await team.database.transact(lambda c: api_keys.add(c, "web", ["points:read"], team.house.now))
    return await (await team.browser("owner")).submit(f"/staff/api-keys/{made.public_id}/revoke")


TALK = "/staff/inbox/{public_id}"
QUIET = {f"{TALK}/look", f"{TALK}/draft"}  # that somebody looks at a page or types there changes nothing of anybody's
DEEDS: dict[str, tuple[str, Deed]] = {
    "/staff/api-keys": ("apikey.added", _make_key),
    "/staff/api-keys/{public_id}/revoke": ("apikey.revoked", _revoke_key),
    "/staff/login": ("staff.logged_in", _login),
    "/staff/welcome/{link}": ("staff.password_chosen", _welcome),
    "/staff/logout": ("staff.logged_out", own("/staff/logout")),
    f"{TALK}/take": ("conversation.taken", talk("/take")),
    f"{TALK}/reply": ("conversation.answered", talk("/reply", nonce="answer-0001", text="Hello")),
    f"{TALK}/note": ("conversation.noted", talk("/note", note="Call back")),
    f"{TALK}/back": ("conversation.given_back", talk("/back", how="drop")),
    f"{TALK}/transfer": ("conversation.transferred", _transfer),
    f"{TALK}/snooze": ("conversation.snoozed", talk("/snooze", until="hour")),
    f"{TALK}/close": ("conversation.closed", talk("/close", reason="solved")),
    f"{TALK}/promise": ("promise.made", talk("/promise", promise="We call you", due="hour")),
    f"{TALK}/promises/{{promise}}": ("promise.settled", _settle),
    f"{TALK}/labels": ("conversation.labelled", _label),
    f"{TALK}/merge": ("conversation.merged", _merge),
    f"{TALK}/spam": ("conversation.spam", talk("/spam", spam="yes")),
    "/staff/claims/{public_id}/approve": ("claim.approved", claim("/approve", **APPROVAL)),
    "/staff/claims/{public_id}/refuse": ("claim.refused", claim("/refuse", reason="Another shop's")),
    "/staff/people": ("staff.invited", _invite),
    "/staff/people/{public_id}": ("staff.changed", person("", name="x", role="cashier", branch="")),
    "/staff/people/{public_id}/link": ("staff.link_made", person("/link")),
    "/staff/people/{public_id}/close": ("staff.closed", person("/close")),
    "/staff/people/{public_id}/open": ("staff.opened", person("/open")),
    "/staff/account/language": ("staff.language_changed", own("/staff/account/language", language="ar")),
    "/staff/account/password": (
        "staff.password_changed",
        own("/staff/account/password", current=PASSWORD, password=OTHER, repeat=OTHER),
    ),
    "/staff/account/sessions": ("staff.sessions_ended", own("/staff/account/sessions")),
}


def changing(route: StaffRoute) -> bool:
    return bool(set(route.methods or ()) - {"GET", "HEAD"})


def test_every_route_that_changes_something_is_walked_here() -> None:
    assert set(DEEDS) | QUIET == {route.path for route in ROUTES if changing(route)}


@pytest.mark.parametrize("path", DEEDS)
async def test_a_change_leaves_a_row_with_who_and_from_where(sqlite_team: Team, path: str) -> None:
    action, deed = DEEDS[path]
    await deed(sqlite_team)
    rows = await sqlite_team.rows(sa.select(tables.audit).where(tables.audit.c.action == action))
    assert len(rows) == 1, await sqlite_team.audited()
    assert rows[0].actor.startswith("staff:")
    assert rows[0].object.partition(":")[2]
    assert rows[0].address == "192.0.2.1"
    assert rows[0].at == sqlite_team.house.now
    assert PASSWORD not in str(rows[0])


async def test_a_change_that_was_refused_leaves_none(sqlite_team: Team) -> None:
    number = await filed(sqlite_team)
    await (await sqlite_team.browser("admin")).submit(f"/staff/claims/{number}/approve", amount="no")
    assert await sqlite_team.audited() == []


async def test_a_row_tells_what_was_and_what_is(team: Team) -> None:
    owner, colleague = await team.browser("owner", name="Mei"), await team.account("viewer", name="Tan")
    await owner.submit(f"/staff/people/{colleague.public_id}", name="Tan Wei", role="cashier", branch="")
    row = (await team.rows(sa.select(tables.audit)))[0]
    assert (row.before["role"], row.after["role"]) == ("viewer", "cashier")
    page = (await owner.get("/staff/audit")).text
    for words in ("Mei", "Account changed", "Tan</bdi> → <bdi>Tan Wei", "viewer</bdi> → <bdi>cashier"):
        assert words in page


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [3, 2, 1]),
        ("MEI", [1]),
        ("points claim", [2]),
        ("claim staff", [1]),
        ("phượng", [3]),
        ("198.51", [3]),
        ("100%", []),
        ("nothing", []),
    ],
)
async def test_rows_are_found_by_every_word_wherever_it_stands(team: Team, words: str, found: list[int]) -> None:
    account = await team.account("owner", name="Mei")

    def note(connection: sa.Connection) -> None:
        now = team.house.now
        audit.note(connection, f"staff:{account.public_id}", "claim.refused", "claim:K1", None, None, "", now)
        audit.note(connection, audit.COMMAND_LINE, "claim.approved", "x", None, {"points": 1007}, "", now)
        audit.note(connection, "api:K", "customer.changed", "x", {"name": "Phượng"}, None, "198.51.100.7", now)

    await team.database.transact(note)
    entries = await team.database.read(lambda c: audit.search(c, audit.Wanted(words), None, 10))
    assert [entry.id for entry in entries] == found


async def test_the_log_comes_in_pages(sqlite_team: Team) -> None:
    now = sqlite_team.house.now

    def note(connection: sa.Connection) -> None:
        for number in range(60):
            audit.note(connection, audit.COMMAND_LINE, "x", f"thing:{number}.", None, None, "", now)

    await sqlite_team.database.transact(note)
    owner = await sqlite_team.browser("owner")
    newest = (await owner.get("/staff/audit?q=thing")).text
    assert "thing:59." in newest
    assert "thing:9." not in newest
    assert "/staff/audit?q=thing&amp;before=11" in newest
    older = (await owner.get("/staff/audit?q=thing&before=11")).text
    assert "thing:9." in older
    assert "thing:10." not in older


def test_every_action_that_the_code_notes_has_words() -> None:
    rooms = ("bot", "console", "handlers", "loyalty")
    source = "".join(file.read_text() for room in rooms for file in (ROOT / room).rglob("*.py"))
    noted = set(re.findall(r'note\((?:[^()]|\([^()]*\))*?"([a-z]+\.[a-z_]+)"', source))
    assert {"staff.logged_in", "programme.applied", "customer.deceased"} <= noted
    till = {f"till.{kind}" for kind in get_args(Kind)} | {f"till.undo.{kind}" for kind in UNDOABLE}
    assert noted | till <= set(ACTIONS)
