"""Where somebody is logged in: listed, ended one by one or together, by a manager too, and told by mail."""

from __future__ import annotations

import re

import sqlalchemy as sa

from console.staff.browsers import browser_of
from store import tables
from tests.console.staff.team import PASSWORD, Team, log_in

CHROME = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


def endings(page: str) -> list[str]:
    """The addresses of the buttons that end one session."""
    return re.findall(r'action="(/staff/[^"]*/sessions/[^"]+)"', page)


async def test_the_account_lists_each_browser_with_its_address_and_ends_one(team: Team) -> None:
    account = await team.account("support", PASSWORD)
    here, there = team.stranger("192.0.2.1"), team.stranger("2001:db8::7")
    here.headers["User-Agent"], there.headers["User-Agent"] = CHROME, FIREFOX
    for browser in (here, there):
        await log_in(browser, account.email, PASSWORD)
    page = (await here.get("/staff/account")).text
    for words in ("Chrome · Android", "192.0.2.1", "Firefox · Windows", "2001:db8::7", "this one"):
        assert words in page
    assert len(endings(page)) == 1
    here.csrf = re.findall(r'name="csrf" value="([^"]+)"', page)[0]
    assert (await here.submit(endings(page)[0])).headers["Location"] == "/staff/account?said=session"
    assert (await there.get("/staff/account")).status_code == 303
    assert (await here.get("/staff/account")).status_code == 200
    row = (await team.rows(sa.select(tables.audit).where(tables.audit.c.action == "staff.session_ended")))[0]
    assert row.before == {"browser": "Firefox · Windows", "address": "2001:db8::7"}


async def test_the_session_of_somebody_else_is_the_same_404_as_none(sqlite_team: Team) -> None:
    own, other = await sqlite_team.browser("support"), await sqlite_team.browser("support")
    rows = await sqlite_team.rows(sa.select(tables.staff_sessions).order_by(tables.staff_sessions.c.staff_id))
    theirs = next(row.public_id for row in rows if row.staff_id == other.account.id)
    answers = [await own.submit(f"/staff/account/sessions/{name}") for name in (theirs, "absent")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert (await other.get("/staff/account")).status_code == 200


async def test_a_manager_ends_a_colleagues_sessions_one_by_one_or_all(team: Team) -> None:
    admin, owner, account = await team.browser("admin"), await team.browser("owner"), await team.account("support")
    first, second, third = [await team.of(account) for _browser in range(3)]
    page = f"/staff/people/{account.public_id}"
    ends = endings((await admin.get(page)).text)
    assert len(ends) == 3
    assert (await admin.submit(ends[0])).headers["Location"] == f"{page}?said=session"
    alive = [(await browser.get("/staff/account")).status_code for browser in (first, second, third)]
    assert sorted(alive) == [200, 200, 303]
    assert (await admin.submit(f"{page}/sessions")).status_code == 303
    for browser in (first, second, third):
        assert (await browser.get("/staff/account")).status_code == 303
    assert (await admin.submit(f"/staff/people/{owner.account.public_id}/sessions")).status_code == 404
    assert (await owner.get("/staff/account")).status_code == 200


async def test_a_browser_that_is_new_to_the_account_is_told_by_mail_and_a_known_one_is_not(team: Team) -> None:
    account, app = await team.account("support", PASSWORD), team.application(mail=team.mail)
    browser = team.stranger("192.0.2.9", app)
    browser.headers["User-Agent"] = FIREFOX
    for _time in range(2):
        await log_in(browser, account.email, PASSWORD)
        await browser.post("/staff/logout", headers={"X-CSRF-Token": "x"})
        browser.cookies.delete("sapa_staff")
    assert len(team.mails) == 1
    to, subject, text = team.mails[0]
    assert (to, subject) == (account.email, "Your account at Kopi & Co")
    assert "Firefox · Windows, address 192.0.2.9" in text


async def test_another_password_is_told_by_mail(sqlite_team: Team) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    browser = await sqlite_team.of(account, app=sqlite_team.application(mail=sqlite_team.mail))
    fields = {"current": PASSWORD, "password": "another long and good one", "repeat": "another long and good one"}
    await browser.submit("/staff/account/password", **fields)
    assert [to for to, _subject, text in sqlite_team.mails if "password was changed" in text] == [account.email]


def test_a_browser_is_named_by_what_its_owner_calls_it() -> None:
    edge = f"{CHROME.replace('Linux; Android 14', 'Windows NT 10.0')} Edg/142.0"
    safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1"
    assert [browser_of(agent) for agent in (edge, safari, "curl/8.0", "")] == [
        "Edge · Windows",
        "Safari · iPhone",
        "curl/8.0",
        "",
    ]
