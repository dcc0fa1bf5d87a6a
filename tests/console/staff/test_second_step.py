"""The code from an app: set up, asked for at the log-in, used once, guessed in vain, lost, and required."""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import re

import httpx
import pytest
import sqlalchemy as sa

from console.staff import totp
from store import attempts, second_factors, staff, tables
from tests.console.staff.team import PASSWORD, Browser, Team, app_code, field, log_in, set_up_second
from tests.handlers.house import later

pytestmark = pytest.mark.slow

SECOND = "/staff/login/second"


async def type_code(browser: Browser, code: str) -> httpx.Response:
    page = await browser.get(SECOND)
    return await browser.post(SECOND, data={"csrf": field(page, "csrf"), "code": code})


async def with_second(team: Team, **more: str) -> tuple[staff.Account, str, list[str]]:
    """An account that logs in with a code, its key and recovery codes; the step of its set-up is over."""
    account = await team.account("support", PASSWORD, **more)
    key, codes = await set_up_second(team, await team.of(account), PASSWORD)
    later(team.house, minutes=1)
    return account, key, codes


async def test_the_right_password_leads_to_the_code_and_the_code_to_where_they_wanted_to_go(team: Team) -> None:
    account, key, _codes = await with_second(team)
    browser = team.stranger()
    answer = await log_in(browser, account.email, PASSWORD, next="/staff/account")
    assert answer.headers["Location"] == SECOND
    assert "sapa_staff" not in browser.cookies
    assert (await browser.get("/staff/account")).status_code == 303
    wrong = await type_code(browser, "000000")
    assert wrong.status_code == 401
    assert "not right" in wrong.text
    right = await type_code(browser, app_code(key, team.house.now))
    assert right.headers["Location"] == "/staff/account"
    assert (await browser.get("/staff/account")).status_code == 200
    assert "sapa_halfway" not in browser.cookies
    assert (await team.audited())[-1] == (f"staff:{account.public_id}", "staff.logged_in")


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 303), (0, 303), (1, 303), (2, 401)])
async def test_a_code_of_the_half_minute_before_or_after_is_taken(
    sqlite_team: Team, steps: int, status: int
) -> None:
    account, key, _codes = await with_second(sqlite_team)
    browser = sqlite_team.stranger()
    await log_in(browser, account.email, PASSWORD)
    assert (await type_code(browser, app_code(key, sqlite_team.house.now, steps))).status_code == status


async def test_a_code_is_used_once_even_by_two_browsers_at_the_same_moment(team: Team) -> None:
    account, key, _codes = await with_second(team)
    browsers = [team.stranger(f"192.0.2.{number}") for number in range(4)]
    for browser in browsers:
        await log_in(browser, account.email, PASSWORD)
    code = app_code(key, team.house.now)
    answers = await asyncio.gather(*(type_code(browser, code) for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [303, 401, 401, 401]
    late = team.stranger("192.0.2.9")
    await log_in(late, account.email, PASSWORD)
    assert (await type_code(late, app_code(key, team.house.now, -1))).status_code == 401


async def test_the_code_that_confirmed_the_set_up_does_not_open_the_account(sqlite_team: Team) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    key, _codes = await set_up_second(sqlite_team, await sqlite_team.of(account), PASSWORD)
    browser = sqlite_team.stranger()
    await log_in(browser, account.email, PASSWORD)
    assert (await type_code(browser, app_code(key, sqlite_team.house.now))).status_code == 401


async def test_the_half_that_is_proved_counts_in_its_own_browser_for_ten_minutes(sqlite_team: Team) -> None:
    account, key, _codes = await with_second(sqlite_team)
    own, thief = sqlite_team.stranger(), sqlite_team.stranger("198.51.100.1")
    await log_in(own, account.email, PASSWORD)
    page = await thief.get("/staff/login")
    thief.cookies.set("sapa_halfway", own.cookies["sapa_halfway"])
    code = app_code(key, sqlite_team.house.now)
    stolen = await thief.post(SECOND, data={"csrf": field(page, "csrf"), "code": code})
    assert stolen.headers["Location"] == "/staff/login?said=late"
    later(sqlite_team.house, minutes=10)
    assert (await own.get(SECOND)).headers["Location"] == "/staff/login?said=late"


@pytest.mark.parametrize("change", [{"password": "another"}, {"active": False}])
async def test_the_half_that_is_proved_is_void_when_the_account_changes(
    sqlite_team: Team, change: dict[str, object]
) -> None:
    account, key, _codes = await with_second(sqlite_team)
    browser = sqlite_team.stranger()
    await log_in(browser, account.email, PASSWORD)
    page = await browser.get(SECOND)
    await sqlite_team.database.transact(lambda c: staff.change(c, account.id, **change))
    code = app_code(key, sqlite_team.house.now)
    answer = await browser.post(SECOND, data={"csrf": field(page, "csrf"), "code": code})
    assert answer.headers["Location"] == "/staff/login?said=late"


async def test_codes_cannot_be_guessed_by_logging_in_again_and_again(team: Team) -> None:
    account, key, _codes = await with_second(team)
    for number in range(attempts.MOST):
        browser = team.stranger(f"192.0.2.{number}")
        await log_in(browser, account.email, PASSWORD)
        assert (await type_code(browser, "000000")).status_code == 401
    browser = team.stranger("198.51.100.7")
    await log_in(browser, account.email, PASSWORD)
    locked = await type_code(browser, app_code(key, team.house.now))
    assert locked.status_code == 429
    assert "wait 15 minutes" in locked.text
    assert ("nobody", "staff.locked_out") in await team.audited()
    assert len(await team.rows(sa.select(tables.staff_sessions))) == 1


async def test_a_recovery_code_opens_the_account_once_and_its_owner_is_told(team: Team) -> None:
    account, _key, codes = await with_second(team)
    assert len(set(codes)) == second_factors.CODES
    app = team.application(mail=team.mail)
    for typed, status in ((codes[0].lower().replace(" ", "-"), 303), (codes[0], 401), (codes[1], 303)):
        browser = team.stranger(app=app)
        await log_in(browser, account.email, PASSWORD)
        assert (await type_code(browser, typed)).status_code == status
    assert [to for to, _subject, text in team.mails if "8 are left" in text] == [account.email]
    kept = (await team.rows(sa.select(tables.recovery_codes)))[0]
    assert codes[0].replace(" ", "") not in str(kept)


async def test_new_recovery_codes_void_the_earlier_ones_and_need_a_code(sqlite_team: Team) -> None:
    account, key, codes = await with_second(sqlite_team)
    browser = await sqlite_team.of(account)
    assert (await browser.submit("/staff/account/second/codes", code="123456")).status_code == 422
    shown = await browser.submit("/staff/account/second/codes", code=app_code(key, sqlite_team.house.now))
    assert shown.status_code == 200
    assert codes[0] not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    other = sqlite_team.stranger()
    await log_in(other, account.email, PASSWORD)
    assert (await type_code(other, codes[0])).status_code == 401


async def test_setting_it_up_needs_the_password_and_shows_the_key_until_it_is_confirmed(team: Team) -> None:
    account = await team.account("viewer", PASSWORD)
    browser, elsewhere = await team.of(account), await team.of(account)
    assert (await browser.submit("/staff/account/second", current="wrong")).status_code == 422
    assert (await browser.get("/staff/account/second/qr.svg")).status_code == 404
    key, _codes = await set_up_second(team, browser, PASSWORD)
    assert (await elsewhere.get("/staff/account")).status_code == 303
    page = await browser.get("/staff/account/second")
    assert key not in page.text
    assert (await browser.get("/staff/account/second/qr.svg")).status_code == 404
    assert (await browser.submit("/staff/account/second", current=PASSWORD)).status_code == 303
    assert key not in (await browser.get("/staff/account/second")).text
    row = (await team.rows(sa.select(tables.staff.c.totp).where(tables.staff.c.id == account.id)))[0]
    secret = base64.b32decode(key.replace(" ", ""))
    assert secret not in base64.b64decode(row.totp)
    assert totp.unseal(row.totp, team.app.state.office.secret, account.public_id) == secret
    assert totp.unseal(row.totp, team.app.state.office.secret, "another") is None


async def test_the_picture_of_the_key_is_not_kept_anywhere(sqlite_team: Team) -> None:
    browser = await sqlite_team.of(await sqlite_team.account("viewer", PASSWORD))
    await browser.submit("/staff/account/second", current=PASSWORD)
    drawn = await browser.get("/staff/account/second/qr.svg")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    assert drawn.headers["Cache-Control"] == "no-store"
    assert "<script" not in drawn.text


async def test_it_is_taken_away_with_the_password_and_a_code_together(sqlite_team: Team) -> None:
    account, key, _codes = await with_second(sqlite_team)
    app = sqlite_team.application(mail=sqlite_team.mail)
    browser = await sqlite_team.of(account, app=app)
    code = app_code(key, sqlite_team.house.now)
    for fields in ({"current": PASSWORD, "code": "000000"}, {"current": "wrong", "code": code}):
        assert (await browser.submit("/staff/account/second/remove", **fields)).status_code == 422
    removed = await browser.submit("/staff/account/second/remove", current=PASSWORD, code=code)
    assert removed.headers["Location"] == "/staff/account?said=second_removed"
    assert "doesn't ask for a code" in sqlite_team.mails[-1][2]
    assert (await log_in(sqlite_team.stranger(), account.email, PASSWORD)).headers["Location"] == "/staff"


async def test_a_manager_takes_it_away_from_a_colleague_who_is_logged_out_and_told(team: Team) -> None:
    account, _key, _codes = await with_second(team)
    app = team.application(mail=team.mail)
    admin, colleague = await team.of(await team.account("admin"), app=app), await team.of(account)
    page = f"/staff/people/{account.public_id}"
    assert "Take it away" in (await admin.get(page)).text
    assert (await admin.submit(f"{page}/second")).headers["Location"] == f"{page}?said=second"
    assert (await admin.submit(f"{page}/second")).status_code == 404
    assert (await colleague.get("/staff/account")).status_code == 303
    assert team.mails[-1][0] == account.email
    assert (await team.audited())[-1] == (f"staff:{admin.account.public_id}", "staff.second_removed")


async def test_an_owner_may_require_it_of_whoever_manages_accounts(sqlite_team: Team) -> None:
    owner, admin = await sqlite_team.browser("owner"), await sqlite_team.browser("admin")
    support = await sqlite_team.browser("support")
    assert (await admin.submit("/staff/people-rules", second="on")).status_code == 403
    assert (await owner.submit("/staff/people-rules", second="on")).status_code == 303
    for browser in (owner, admin):
        for path in ("/staff/people", "/staff", "/till"):
            assert (await browser.get(path)).headers["Location"] == "/staff/account/second?said=required"
        told = await browser.get("/staff/people", headers={"Accept": "application/json"})
        assert told.status_code == 403
        assert (await browser.submit(f"/staff/people/{support.account.public_id}/close")).status_code == 303
        assert (await browser.get("/staff/account")).status_code == 200
    assert (await support.get("/staff/claims")).status_code == 200
    await sqlite_team.database.transact(lambda c: staff.change(c, admin.account.id, password=""))
    await set_up_second(sqlite_team, admin)
    assert (await admin.get("/staff/people")).status_code == 200
    assert "Turn it off" not in (await admin.get("/staff/account/second")).text


async def test_a_new_password_by_a_link_still_asks_for_the_code(sqlite_team: Team) -> None:
    account, key, _codes = await with_second(sqlite_team)
    admin, browser = await sqlite_team.browser("admin"), sqlite_team.stranger()
    page = await admin.submit(f"/staff/people/{account.public_id}/link")
    link = re.search(r"/staff/welcome/[\w-]+", page.text)
    assert link
    form = await browser.get(link[0])
    fresh = {"password": "another long and good one", "repeat": "another long and good one"}
    answer = await browser.post(link[0], data={"csrf": field(form, "csrf"), **fresh})
    assert answer.headers["Location"] == SECOND
    assert (await type_code(browser, app_code(key, sqlite_team.house.now))).status_code == 303


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert totp.step(b"12345678901234567890", code, dt.datetime.fromtimestamp(seconds, dt.UTC)) == seconds // 30


@pytest.mark.parametrize("typed", ["287 082", "２８７０８２", "٢٨٧٠٨٢", " 287082 "])
def test_a_code_is_understood_however_its_digits_are_typed(typed: str) -> None:
    assert totp.step(b"12345678901234567890", typed, dt.datetime.fromtimestamp(59, dt.UTC)) == 1
    assert totp.step(b"12345678901234567890", f"{typed}x", dt.datetime.fromtimestamp(59, dt.UTC)) is None
