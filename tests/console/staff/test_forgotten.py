"""A forgotten password: the link by mail, to whom it goes, how often, and what it ends."""

from __future__ import annotations

import re

import httpx
import pytest
import sqlalchemy as sa

from console.staff import forgotten
from store import staff, tables
from tests.console.staff.team import PASSWORD, Browser, Team, field, log_in
from tests.handlers.house import later

PAGE = "/staff/forgotten"
OTHER = "another long and good one"


async def ask(browser: Browser, email: str) -> httpx.Response:
    page = await browser.get(PAGE)
    return await browser.post(PAGE, data={"csrf": field(page, "csrf"), "email": email})


async def choose(browser: Browser, link: str) -> httpx.Response:
    page = await browser.get(link)
    return await browser.post(link, data={"csrf": field(page, "csrf"), "password": OTHER, "repeat": OTHER})


def link_in(mail: tuple[str, str, str]) -> str:
    found = re.search(r"http://shop\.test(/staff/welcome/[\w-]+)$", mail[2], re.MULTILINE)
    assert found, mail
    return found[1]


async def test_the_answer_tells_nobody_whether_there_is_such_an_account(team: Team) -> None:
    account, closed = await team.account("support", PASSWORD), await team.account("support", PASSWORD)
    await team.database.transact(lambda c: staff.change(c, closed.id, active=False))
    app = team.application(mail=team.mail)
    pages = [
        await ask(team.stranger(f"192.0.2.{number}", app), email)
        for number, email in enumerate((account.email.upper(), closed.email, "nobody@shop.test"))
    ]
    assert {page.status_code for page in pages} == {200}
    assert len({re.sub(r'value="[^"]*"', "", page.text) for page in pages}) == 1
    assert [to for to, _subject, _text in team.mails] == [account.email]
    assert (await team.audited())[-1] == ("nobody", "staff.link_asked")


async def test_the_link_is_in_the_persons_language_works_once_within_half_an_hour_and_ends_all_sessions(
    team: Team,
) -> None:
    account = await team.account("support", PASSWORD, language="ms")
    app, there = team.application(mail=team.mail), await team.of(account)
    await ask(team.stranger(app=app), account.email)
    await ask(team.stranger(app=app), account.email)
    first, second = map(link_in, team.mails)
    assert "Hello" not in team.mails[0][2]
    browser = team.stranger(app=app)
    assert (await browser.get(first)).status_code == 410
    assert (await log_in(team.stranger(), account.email, PASSWORD)).status_code == 303
    assert (await choose(browser, second)).headers["Location"] == "/staff"
    assert (await browser.get(second)).status_code == 410
    assert (await there.get("/staff/account")).status_code == 303
    assert (await log_in(team.stranger(), account.email, PASSWORD)).status_code == 401
    assert (await log_in(team.stranger(), account.email, OTHER)).status_code == 303
    told = [to for to, subject, text in team.mails[2:] if "http://shop.test/staff/forgotten" in text]
    assert told == [account.email]


async def test_a_link_that_was_asked_for_is_void_after_half_an_hour(sqlite_team: Team) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    await ask(sqlite_team.stranger(app=sqlite_team.application(mail=sqlite_team.mail)), account.email)
    later(sqlite_team.house, minutes=30)
    assert (await sqlite_team.stranger().get(link_in(sqlite_team.mails[0]))).status_code == 410


@pytest.mark.parametrize("same", ["account", "address"])
async def test_only_so_many_links_are_sent_for_one_account_and_from_one_address(
    sqlite_team: Team, same: str
) -> None:
    account, app = await sqlite_team.account("support", PASSWORD), sqlite_team.application(mail=sqlite_team.mail)
    for number in range(forgotten.MOST + 1):
        where = "192.0.2.1" if same == "address" else f"192.0.2.{number}"
        email = account.email if same == "account" else f"nobody{number}@shop.test"
        answer = await ask(sqlite_team.stranger(where, app), email)
        assert answer.status_code == (429 if number == forgotten.MOST else 200)
    assert len(sqlite_team.mails) == (forgotten.MOST if same == "account" else 0)
    assert (await log_in(sqlite_team.stranger(), account.email, PASSWORD)).status_code == 303


async def test_without_a_mail_server_the_page_says_whom_to_ask(sqlite_team: Team) -> None:
    account, browser = await sqlite_team.account("support", PASSWORD), sqlite_team.stranger()
    page = await browser.get(PAGE)
    assert "ask an owner or administrator" in page.text
    assert 'name="email"' not in page.text
    posted = {"csrf": (await browser.get("/staff/login")).cookies.get("sapa_form", ""), "email": account.email}
    assert (await browser.post(PAGE, data=posted)).status_code == 403
    assert await sqlite_team.rows(sa.select(tables.invitations)) == []


async def test_what_is_no_address_is_said_to_be_none(sqlite_team: Team) -> None:
    app = sqlite_team.application(mail=sqlite_team.mail)
    answer = await ask(sqlite_team.stranger(app=app), "mei")
    assert answer.status_code == 422
    assert "name@example.com" in answer.text
