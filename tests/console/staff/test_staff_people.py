"""The team's page: who may invite, change and close whom, and what that does to sessions."""

from __future__ import annotations

import asyncio
import re

import pytest
import sqlalchemy as sa

from store import staff, staff_serving, tables
from store.staff import Account, Role
from tests.console.staff.team import PASSWORD, Team, field, log_in

LOWER = ("marketer", "support", "cashier", "viewer")


async def now_is(team: Team, account: Account) -> Account:
    found = await team.database.read(lambda c: staff.by_id(c, account.id))
    assert found is not None
    return found


async def test_whoever_is_invited_gets_in_by_a_link_that_is_shown_once(team: Team) -> None:
    owner = await team.browser("owner")
    invitation = {"name": "Siti", "email": " Siti@Shop.test ", "role": "support", "branch": "", "language": "ms"}
    answer = await owner.submit("/staff/people", **invitation)
    link = field_link(answer.text)
    newcomer = team.stranger()
    page = await newcomer.get(link)
    assert 'lang="ms"' in page.text
    fields = {"csrf": field(page, "csrf"), "password": PASSWORD, "repeat": PASSWORD}
    assert (await newcomer.post(link, data=fields)).status_code == 303
    assert (await newcomer.get("/staff/inbox")).status_code == 200
    shown = await owner.get(answer.request.url.path)
    assert "/staff/welcome/" not in shown.text
    again = await owner.submit("/staff/people", **invitation)
    assert again.status_code == 409
    assert "There is an account with this e-mail address already." in again.text


def field_link(page: str) -> str:
    found = re.search(r'value="http://shop\.test(/staff/welcome/[^"]+)"', page)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"email": "no address"}, "an e-mail address such as"),
        ({"name": " "}, "a name of at most"),
        ({"role": "emperor"}, "couldn&#39;t be read|couldn't be read"),
        ({"branch": "7"}, "couldn&#39;t be read|couldn't be read"),
    ],
)
async def test_an_invitation_that_cannot_be_read_is_refused(
    sqlite_team: Team, fields: dict[str, str], says: str
) -> None:
    owner = await sqlite_team.browser("owner")
    given = {"name": "Siti", "email": "siti@shop.test", "role": "support", "branch": "", "language": "ms"}
    answer = await owner.submit("/staff/people", **given | fields)
    assert answer.status_code == 422
    assert re.search(says, answer.text)


@pytest.mark.parametrize("role", ["owner", "admin"])
async def test_an_administrator_neither_makes_nor_touches_owners_and_administrators(
    sqlite_team: Team, role: Role
) -> None:
    admin, other = await sqlite_team.browser("admin"), await sqlite_team.account(role)
    given = {"name": "Tan", "email": "tan@shop.test", "role": role, "branch": "", "language": "en"}
    assert (await admin.submit("/staff/people", **given)).status_code == 422
    assert other.public_id not in (await admin.get("/staff/people")).text
    for path, method in (("", "GET"), ("", "POST"), ("/close", "POST"), ("/open", "POST"), ("/link", "POST")):
        data = {"csrf": admin.csrf, "name": "Tan", "role": "viewer", "branch": ""} if method == "POST" else None
        there = await admin.request(method, f"/staff/people/{other.public_id}{path}", data=data)
        absent = await admin.request(method, f"/staff/people/absent-object{path}", data=data)
        assert there.status_code == absent.status_code == 404
        assert there.content == absent.content
    assert (await now_is(sqlite_team, other)).role == role


async def test_an_administrator_cannot_raise_somebody_to_their_own_role(sqlite_team: Team) -> None:
    admin, viewer = await sqlite_team.browser("admin"), await sqlite_team.account("viewer")
    for role in ("owner", "admin"):
        answer = await admin.submit(f"/staff/people/{viewer.public_id}", name="x", role=role, branch="")
        assert answer.status_code == 422
    for role in LOWER:
        answer = await admin.submit(f"/staff/people/{viewer.public_id}", name="x", role=role, branch="")
        assert answer.status_code == 303


async def test_nobody_changes_their_own_account_on_the_teams_page(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    answer = await owner.submit(f"/staff/people/{owner.account.public_id}", name="x", role="viewer", branch="")
    assert answer.status_code == 404


async def test_another_role_ends_every_session_and_another_name_none(team: Team) -> None:
    owner, cashier = await team.browser("owner"), await team.browser("cashier")
    page = f"/staff/people/{cashier.account.public_id}"
    await owner.submit(page, name="Another Name", role="cashier", branch="")
    assert "Another Name" in (await cashier.get("/staff/account")).text
    await owner.submit(page, name="Another Name", role="viewer", branch="")
    assert (await cashier.get("/staff/account")).status_code == 303


async def test_a_closed_account_is_out_at_once_and_comes_back_when_it_is_opened(team: Team) -> None:
    account = await team.account("cashier", PASSWORD)
    owner, cashier = await team.browser("owner"), await team.of(account)
    page = f"/staff/people/{account.public_id}"
    await owner.submit(f"{page}/close")
    assert (await cashier.get("/staff/account")).status_code == 303
    assert (await log_in(team.stranger("192.0.2.8"), account.email, PASSWORD)).status_code == 401
    assert (await owner.submit(f"{page}/link")).status_code == 404
    await owner.submit(f"{page}/open")
    assert (await cashier.get("/staff/account")).status_code == 303
    assert (await log_in(team.stranger("192.0.2.8"), account.email, PASSWORD)).status_code == 303


async def test_a_new_link_leaves_the_password_until_it_is_used_and_voids_earlier_links(team: Team) -> None:
    account = await team.account("cashier", PASSWORD)
    owner = await team.browser("owner")
    older, newer = [
        field_link((await owner.submit(f"/staff/people/{account.public_id}/link")).text) for _ in range(2)
    ]
    assert (await team.stranger().get(older)).status_code == 410
    assert (await log_in(team.stranger(), account.email, PASSWORD)).status_code == 303
    page = await team.stranger().get(newer)
    assert page.status_code == 200


@pytest.mark.parametrize("capacity", ["", "0", "51", "-1", "2.5", "000099999", "0000000009", "9" * 5000])
async def test_conversations_at_once_are_a_number_within_bounds(sqlite_team: Team, capacity: str) -> None:
    owner, colleague = await sqlite_team.browser("owner"), await sqlite_team.account("support")
    before = await sqlite_team.database.read(lambda c: staff_serving.read(c, colleague.id))
    answer = await owner.submit(f"/staff/serving/{colleague.public_id}", capacity=capacity, telegram="")
    assert "50" in answer.text
    assert await sqlite_team.database.read(lambda c: staff_serving.read(c, colleague.id)) == before


async def test_two_owners_who_demote_each_other_leave_one(team: Team) -> None:
    owners = [await team.browser("owner") for _ in range(2)]
    answers = await asyncio.gather(
        *(
            one.submit(f"/staff/people/{other.account.public_id}", name="x", role="viewer", branch="")
            for one, other in (owners, owners[::-1])
        )
    )
    left = await team.rows(sa.select(tables.staff.c.id).where(tables.staff.c.role == "owner"))
    assert len(left) == 1, [answer.status_code for answer in answers]


async def test_the_last_owner_who_can_come_in_stays(team: Team) -> None:
    owner, invited = await team.browser("owner"), await team.account("owner")
    await team.database.transact(lambda c: staff.change(c, owner.account.id, password=""))
    for path, fields in (("/close", {}), ("", {"name": "x", "role": "viewer", "branch": ""})):
        answer = await owner.submit(f"/staff/people/{invited.public_id}{path}", **fields)
        assert answer.status_code == 409
        assert "This is the only owner" in answer.text
