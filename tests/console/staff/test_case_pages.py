"""Requests as the team reads and settles them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from service import cases as service
from store import case_lists, cases, customers
from store.cases import Case
from tests.conftest import NOON
from tests.console.staff.clientele import add_customer
from tests.console.staff.team import Browser, Team, field
from tests.service.saying import tell

PAGE = "/staff/requests"
DAY = dt.timedelta(days=1)


def mei_tells(connection: Connection, text: str = "The coffee was cold", **more: Any) -> Case:
    """What Mei tells, who is a customer by then."""
    found = customers.find(connection, "public_id", "mei")
    contact_id = found[0].id if found else add_customer(connection, "mei")
    return tell(connection, contact_id, text, more.pop("at", NOON), **more)


async def told(team: Team, text: str = "The coffee was cold", **more: Any) -> Case:
    return await team.database.transact(lambda c: mei_tells(c, text, **more))


async def now_of(team: Team, case: Case) -> Case:
    return await team.database.read(lambda c: cases.by_id(c, case.id))


async def answered(browser: Browser, case: Case, text: str = "We are sorry.") -> Any:
    page = await browser.get(f"{PAGE}/{case.public_id}")
    return await browser.submit(f"{PAGE}/{case.public_id}/answer", text=text, key=field(page, "key"))


async def test_a_request_is_taken_answered_closed_and_opened_again(sqlite_team: Team) -> None:
    team, case = sqlite_team, await told(sqlite_team)
    agent = await team.browser("support", name="Siti")
    home = f"{PAGE}/{case.public_id}"
    assert (await agent.submit(f"{home}/take")).headers["Location"] == f"{home}?said=taken"
    assert (await now_of(team, case)).staff_name == "Siti"

    assert (await agent.submit(f"{home}/answer", text=" ", key="12345678")).status_code == 422
    assert (await answered(agent, case)).headers["Location"] == f"{home}?said=answered"
    assert (await agent.submit(f"{home}/close", outcome="")).status_code == 422
    assert (await agent.submit(f"{home}/close", outcome="A new cup")).headers["Location"] == f"{home}?said=closed"
    page = await agent.get(home)
    assert "We are sorry." in page.text
    assert "A new cup" in page.text
    assert (await now_of(team, case)).state == "closed"

    late = await answered(agent, case, "one more word")
    assert (late.status_code, "one more word" in late.text) == (409, False)  # a closed one has no field for it
    assert (await agent.submit(f"{home}/reopen")).status_code == 303
    assert (await now_of(team, case)).reopened == 1
    done = [action for _actor, action in await team.audited() if action.startswith("case.")]
    assert done == ["case.assigned", "case.answered", "case.closed", "case.reopened"]


async def test_it_is_given_on_noted_in_and_put_right(sqlite_team: Team) -> None:
    team, case = sqlite_team, await told(sqlite_team, touchpoint="delivery")
    agent, other = await team.browser("support"), await team.account("support", name="Aina")
    home = f"{PAGE}/{case.public_id}"
    assert (await agent.submit(f"{home}/assign", to=other.public_id)).status_code == 303
    assert (await agent.submit(f"{home}/assign", to="nobody-here")).status_code == 422
    await agent.submit(f"{home}/note", note="called her", key="note-key-1")
    wanted = {"kind": "suggestion", "urgent": "injury", "touchpoint": "shop", "department": "delivery"}
    await agent.submit(f"{home}/change", **wanted)
    now = await now_of(team, case)
    assert (now.kind, now.urgent, now.touchpoint, now.department) == ("suggestion", "injury", "shop", "shop")
    assert now.staff_name == "Aina"
    page = (await agent.get(home)).text
    assert "called her" in page
    assert re.search(r"Where it happened: <del>Delivery</del> <ins>In the shop</ins>", page)
    assert "said=nothing" in (await agent.submit(f"{home}/change", kind="suggestion")).headers["Location"]


async def test_lists_are_in_order_filtered_found_and_paged(
    sqlite_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    team = sqlite_team

    def tell_all(connection: Connection) -> list[Case]:
        return [
            mei_tells(connection, "late one", at=NOON - 30 * DAY, touchpoint="delivery"),
            mei_tells(connection, "second", at=NOON - DAY, kind="question"),
            mei_tells(connection, "a robbery", urgent="theft"),
            mei_tells(connection, "100% lovely", kind="praise"),
        ]

    every = await team.database.transact(tell_all)
    agent = await team.browser("support")

    async def shown(query: str) -> list[str]:
        page = (await agent.get(f"{PAGE}?{query}")).text
        return re.findall(r'<span class="words" dir="auto">([^<]*)</span>', page)

    assert await shown("") == ["late one", "second", "a robbery"] or await shown("") == [
        "late one",
        "a robbery",
        "second",
    ]
    assert await shown("view=late") == ["late one"]
    assert await shown("view=urgent") == ["a robbery"]
    assert await shown("view=noted") == ["100% lovely"]
    assert await shown("kind=question") == ["second"]
    assert await shown("department=delivery") == ["late one"]
    assert await shown(f"q=%23{every[1].number.lower()}") == ["second"]
    assert await shown("q=0%25+lov&view=noted") == ["100% lovely"]
    assert await shown("q=ROBB") == ["a robbery"]
    assert len(await shown("q=mei")) == 3
    assert await shown("view=mine") == []
    assert await shown("view=free&after=rubbish") == await shown("")

    monkeypatch.setattr("console.staff.case_list.SIZE", 2)
    page = (await agent.get(PAGE)).text
    following = re.search(r'href="/staff/requests\?([^"]*after=[^"]*)"', page)
    assert following
    assert len(await shown("")) + len(await shown(following[1].replace("&amp;", "&"))) == 3


async def test_praise_reaches_whom_it_is_of_and_an_owner_reads_all(sqlite_team: Team) -> None:
    team = sqlite_team
    cashier, owner, viewer = [await team.browser(role) for role in ("cashier", "owner", "viewer")]
    await told(team, "Siti was lovely", kind="praise", praised="Siti", praised_id=cashier.account.id)
    await told(team, "Everybody was kind", kind="praise")
    of_cashier, of_owner, of_viewer = [(await one.get("/staff/praise")).text for one in (cashier, owner, viewer)]
    assert ("Siti was lovely" in of_cashier, "Everybody was kind" in of_cashier) == (True, False)
    assert ("Siti was lovely" in of_owner, "Everybody was kind" in of_owner) == (True, True)
    assert "Siti was lovely" not in of_viewer
    assert "Siti was lovely" not in (await owner.get("/staff/praise?of=me")).text


async def test_what_was_asked_and_answered_stands_there_and_whether_it_was_solved(sqlite_team: Team) -> None:
    team = sqlite_team

    def low(connection: Connection) -> Case:
        contact = add_customer(connection, "mei")
        asked = [service.Asked("How happy are you?", "1 of 5")]
        opened = service.from_survey(connection, contact, None, asked, key="s", now=NOON, language="en")
        found = cases.find(connection, opened.public_id)
        assert found is not None
        return found

    case = await team.database.transact(low)
    page = (await (await team.browser("admin")).get(f"{PAGE}/{case.public_id}")).text
    assert "Question: How happy are you?" in page
    assert "1 of 5" in page

    def solve(connection: Connection) -> None:
        service.close(connection, case, "Sorted", by="staff:x", staff_id=None, now=NOON)
        service.say_solved(connection, cases.by_id(connection, case.id), NOON)

    await team.database.transact(solve)
    assert (
        "The customer says it is solved."
        in (await (await team.browser("admin")).get(f"{PAGE}/{case.public_id}")).text
    )


async def test_whoever_serves_is_told_how_many_requests_press(sqlite_team: Team) -> None:
    team = sqlite_team
    mine, other = await team.account("support"), await team.account("support")
    await told(team, urgent="theft")
    case = await told(team, "second")

    def give(connection: Connection) -> dict[int, int]:
        service.assign(connection, case, mine.id, "Mine", by="staff:x", now=NOON)
        return case_lists.pressing(connection, [mine.id, other.id], NOON)

    assert await team.database.transact(give) == {mine.id: 2, other.id: 1}
    await told(team, "Lovely", kind="praise", praised_id=mine.id)
    today = (await (await team.of(mine)).get("/staff/today")).text
    assert re.search(r'class="figure">2</span> <span>Requests to look at', today)
    assert re.search(r'class="figure">1</span> <span>Praise for you this week', today)
