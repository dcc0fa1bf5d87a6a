"""Coming in: passwords, sessions that begin and end, one-time links, and the lock against guessing."""

from __future__ import annotations

import asyncio
import datetime as dt

import httpx
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from console.staff.passwords import Passwords
from store import attempts, invitations, staff, staff_sessions, tables
from store.database import Database
from tests.console.staff.team import PASSWORD, Browser, Team, field, log_in
from tests.handlers.house import later

OTHER = "another long and good one"


async def first_owner(team: Team, browser: Browser, link: str, **fields: str) -> httpx.Response:
    page = await browser.get(link)
    given = {"name": "Mei", "email": "Mei@Shop.test", "language": "ms", "password": PASSWORD, "repeat": PASSWORD}
    return await browser.post(link, data={"csrf": field(page, "csrf"), **given, **fields})


async def link_of(team: Team, staff_id: int | None) -> str:
    token = await team.database.transact(lambda c: invitations.invite(c, staff_id, team.house.now))
    return invitations.link("", token)


# The log-in


async def test_the_right_password_opens_a_new_session_in_a_cookie_that_scripts_cannot_read(team: Team) -> None:
    account = await team.account("support", PASSWORD)
    browser = team.stranger()
    answer = await log_in(browser, f" {account.email.upper()}", PASSWORD, next="/staff/account")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff/account")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    kept = (await team.rows(sa.select(tables.staff_sessions)))[0]
    assert browser.cookies["sapa_staff"] not in kept
    assert kept.digest == staff_sessions.digest(browser.cookies["sapa_staff"])
    assert (await browser.get("/staff/account")).status_code == 200


async def test_over_https_the_cookie_belongs_to_this_host_alone(sqlite_team: Team) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    app = sqlite_team.application("https://shop.test")
    browser = sqlite_team.stranger(app=app, url="https://shop.test")
    answer = await log_in(browser, account.email, PASSWORD)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-sapa_staff=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


async def test_logging_in_again_ends_the_session_that_this_browser_had(team: Team) -> None:
    account = await team.account("support", PASSWORD)
    browser = team.stranger()
    await log_in(browser, account.email, PASSWORD)
    older = browser.cookies["sapa_staff"]
    form = await team.stranger().get("/staff/login")  # whoever is logged in is not shown the form
    browser.cookies.set("sapa_form", form.cookies["sapa_form"])
    await browser.post(
        "/staff/login", data={"csrf": field(form, "csrf"), "email": account.email, "password": PASSWORD}
    )
    assert browser.cookies["sapa_staff"] != older
    assert len(await team.rows(sa.select(tables.staff_sessions))) == 1


@pytest.mark.parametrize(
    "wish", ["//evil.example", "https://evil.example", "/\\evil.example", "/staff/../chat", "/chat", "/staff?x=//e"]
)
async def test_the_login_leads_to_our_own_pages_only(sqlite_team: Team, wish: str) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    answer = await log_in(sqlite_team.stranger(), account.email, PASSWORD, next=wish)
    assert answer.headers["Location"] == "/staff"


async def test_whoever_is_not_logged_in_comes_back_to_where_they_wanted_to_go(sqlite_team: Team) -> None:
    answer = await sqlite_team.stranger().get("/staff/claims")
    assert answer.headers["Location"] == "/staff/login?next=%2Fstaff%2Fclaims"


async def test_each_role_begins_on_a_page_of_its_own(sqlite_team: Team) -> None:
    for role, page in (("support", "/staff/today"), ("cashier", "/till"), ("viewer", "/staff/surveys")):
        browser = await sqlite_team.browser(role)  # type: ignore[arg-type]
        assert (await browser.get("/staff")).headers["Location"] in (page, "/staff/account"), role


async def test_the_login_form_needs_its_own_token(sqlite_team: Team) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    browser = sqlite_team.stranger()
    await browser.get("/staff/login")
    for csrf in ("", "wrong"):
        answer = await browser.post(
            "/staff/login", data={"csrf": csrf, "email": account.email, "password": PASSWORD}
        )
        assert answer.status_code == 403


async def test_a_closed_account_and_an_invited_one_are_refused_like_a_wrong_password(team: Team) -> None:
    closed, invited = await team.account("support", PASSWORD), await team.account("support")
    await team.database.transact(lambda c: staff.change(c, closed.id, active=False))
    await team.database.transact(lambda c: staff.change(c, invited.id, password=""))
    pages = [
        await log_in(team.stranger(f"192.0.2.{number}"), email, PASSWORD)
        for number, email in enumerate((closed.email, invited.email, "nobody@shop.test"))
    ]
    assert {page.status_code for page in pages} == {401}
    assert all("is not right" in page.text for page in pages)


class Counting(Passwords):
    """Counts what it is asked to verify."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher.from_parameters(CHEAPEST))
        self.verified = 0

    def _verify(self, kept: str, password: str) -> bool:
        self.verified += 1
        assert kept == ""
        return super()._verify(kept, password)


async def test_a_stranger_costs_a_hash_like_everybody(sqlite_team: Team) -> None:
    counting = Counting()
    app = sqlite_team.application(passwords=counting)
    await log_in(sqlite_team.stranger(app=app), "nobody@shop.test", PASSWORD)
    assert counting.verified == 1


async def test_a_hash_of_older_parameters_is_made_anew(sqlite_team: Team) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    passwords = Passwords(PasswordHasher(time_cost=2, memory_cost=64, parallelism=1))
    app = sqlite_team.application(passwords=passwords)
    assert (await log_in(sqlite_team.stranger(app=app), account.email, PASSWORD)).status_code == 303
    renewed = await sqlite_team.database.read(lambda c: staff.by_id(c, account.id))
    assert renewed is not None
    assert renewed.password != account.password
    assert not passwords.outdated(renewed.password)
    assert await passwords.verify(renewed.password, PASSWORD)


# The lock


async def test_ten_failures_lock_an_account_for_whoever_is_new_until_the_first_is_a_quarter_of_an_hour_old(
    team: Team,
) -> None:
    account = await team.account("support", PASSWORD)
    for number in range(attempts.MOST):
        assert (await log_in(team.stranger(f"192.0.2.{number}"), account.email, "wrong")).status_code == 401
    locked = await log_in(team.stranger("198.51.100.1"), account.email, PASSWORD)
    assert locked.status_code == 429
    assert "wait 15 minutes" in locked.text
    assert locked.headers["Retry-After"] == "900"
    assert ("nobody", "staff.locked_out") in await team.audited()
    later(team.house, minutes=14, seconds=30)
    assert "wait 1 minute," in (await log_in(team.stranger("198.51.100.1"), account.email, PASSWORD)).text
    later(team.house, seconds=30)
    assert (await log_in(team.stranger("198.51.100.1"), account.email, PASSWORD)).status_code == 303


async def test_strangers_who_guess_do_not_lock_out_a_browser_in_which_the_account_was_logged_in_before(
    team: Team,
) -> None:
    account, colleague = await team.account("owner", PASSWORD), await team.account("support", PASSWORD)
    own, other = team.stranger("192.0.2.1"), team.stranger("192.0.2.1")
    for browser, who in ((own, account), (other, colleague)):
        assert (await log_in(browser, who.email, PASSWORD)).status_code == 303
        browser.cookies.delete("sapa_staff")
    for _ in range(attempts.MOST):
        await log_in(team.stranger("192.0.2.1"), account.email, "wrong")
    assert (await log_in(other, account.email, PASSWORD)).status_code == 429
    for _ in range(attempts.MOST - 1):
        assert (await log_in(own, account.email, "wrong")).status_code == 401
    assert (await log_in(own, account.email, PASSWORD)).status_code == 303


async def test_a_browser_that_is_known_has_ten_tries_as_well(sqlite_team: Team) -> None:
    account = await sqlite_team.account("owner", PASSWORD)
    own = sqlite_team.stranger()
    await log_in(own, account.email, PASSWORD)
    own.cookies.delete("sapa_staff")
    for _ in range(attempts.MOST):
        assert (await log_in(own, account.email, "wrong")).status_code == 401
    assert (await log_in(own, account.email, PASSWORD)).status_code == 429
    assert (await log_in(sqlite_team.stranger(), account.email, PASSWORD)).status_code == 303


@pytest.mark.parametrize(
    ("addresses", "locked"),
    [
        (["192.0.2.1"], "192.0.2.1"),
        ([f"2001:db8::{number:x}" for number in range(1, 11)], "2001:db8::ffff"),
    ],
)
async def test_ten_failures_lock_an_address_for_every_account(
    sqlite_team: Team, addresses: list[str], locked: str
) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    for number in range(attempts.MOST):
        where = sqlite_team.stranger(addresses[number % len(addresses)])
        assert (await log_in(where, f"nobody{number}@shop.test", "wrong")).status_code == 401
    assert (await log_in(sqlite_team.stranger(locked), account.email, PASSWORD)).status_code == 429
    assert (await log_in(sqlite_team.stranger("203.0.113.9"), account.email, PASSWORD)).status_code == 303


async def test_an_unknown_account_is_locked_like_a_known_one(sqlite_team: Team) -> None:
    for number in range(attempts.MOST):
        await log_in(sqlite_team.stranger(f"192.0.2.{number}"), "nobody@shop.test", "wrong")
    assert (await log_in(sqlite_team.stranger("198.51.100.1"), "nobody@shop.test", "x")).status_code == 429


async def test_guesses_that_arrive_together_are_counted_one_by_one(database: Database) -> None:
    now = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)
    counted = attempts.keys("mei@shop.test", "192.0.2.1")
    begun = await asyncio.gather(
        *(database.transact(lambda c: attempts.begin(c, counted, now)) for _ in range(4 * attempts.MOST))
    )
    assert sum(until is None for until in begun) == attempts.MOST


async def test_the_right_password_starts_an_account_afresh_and_counts_for_nothing(team: Team) -> None:
    account = await team.account("support", PASSWORD)
    for _ in range(2):
        for _ in range(attempts.MOST - 5):
            await log_in(team.stranger("192.0.2.1"), account.email, "wrong")
        answer = await log_in(team.stranger("198.51.100.1"), account.email, PASSWORD)
        assert answer.status_code == 303
    assert await team.rows(sa.select(tables.attempts).where(tables.attempts.c.key == "address:198.51.100.1")) == []


# Sessions


async def test_a_session_ends_after_twelve_idle_hours_and_after_seven_days(team: Team) -> None:
    browser, idle = await team.browser("support"), await team.browser("support")
    for _ in range(14):
        later(team.house, hours=11, minutes=59)
        answer = await browser.get("/staff/account")
        assert answer.status_code == 200
    later(team.house, hours=1)
    assert (await browser.get("/staff/account")).status_code == 303
    assert (await idle.get("/staff/account")).status_code == 303


async def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(team: Team) -> None:
    browser = await team.browser("support")
    for _ in range(2):
        later(team.house, hours=7)
        answer = await browser.get("/staff/inbox", headers={"X-Refresh": "1"})
    assert answer.status_code == 303


async def test_logging_out_ends_the_session(team: Team) -> None:
    browser = await team.browser("support")
    answer = await browser.submit("/staff/logout")
    assert answer.headers["Location"] == "/staff/login?said=out"
    assert "You are logged out" in (await browser.get(answer.headers["Location"])).text
    assert await team.rows(sa.select(tables.staff_sessions)) == []


async def test_another_password_ends_every_other_session_and_renews_this_one(team: Team) -> None:
    account = await team.account("support", PASSWORD)
    here, there = await team.of(account), await team.of(account)
    before = here.cookies["sapa_staff"]
    fields = {"current": PASSWORD, "password": OTHER, "repeat": OTHER}
    answer = await here.submit("/staff/account/password", **fields)
    assert answer.status_code == 303
    assert (await there.get("/staff/account")).status_code == 303
    assert before not in [cookie.value for cookie in here.cookies.jar if cookie.domain]
    assert (await log_in(team.stranger("192.0.2.9"), account.email, PASSWORD)).status_code == 401
    assert (await log_in(team.stranger("192.0.2.9"), account.email, OTHER)).status_code == 303


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"current": "wrong", "password": OTHER, "repeat": OTHER}, "current password is not right"),
        ({"current": PASSWORD, "password": "short", "repeat": "short"}, "at least 12 characters"),
        ({"current": PASSWORD, "password": OTHER, "repeat": OTHER + "!"}, "not the same"),
        ({"current": PASSWORD, "password": "password1234", "repeat": "password1234"}, "among the first"),
    ],
)
async def test_a_password_that_cannot_be_taken_changes_nothing(
    sqlite_team: Team, fields: dict[str, str], says: str
) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    here, there = await sqlite_team.of(account), await sqlite_team.of(account)
    answer = await here.submit("/staff/account/password", **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert (await there.get("/staff/account")).status_code == 200


async def test_the_current_password_cannot_be_guessed_from_an_open_session(sqlite_team: Team) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    here = await sqlite_team.of(account)
    guess = {"current": "wrong", "password": OTHER, "repeat": OTHER}
    for _ in range(attempts.MOST):
        await here.submit("/staff/account/password", **guess)
    locked = await here.submit("/staff/account/password", **{**guess, "current": PASSWORD})
    assert locked.status_code == 429


async def test_ending_the_other_sessions_leaves_this_browser_logged_in(team: Team) -> None:
    account = await team.account("viewer")
    here, there = await team.of(account), await team.of(account)
    assert (await here.submit("/staff/account/sessions")).status_code == 303
    here.cookies = httpx.Cookies({cookie.name: cookie.value or "" for cookie in here.cookies.jar if cookie.domain})
    assert (await here.get("/staff/account")).status_code == 200
    assert (await there.get("/staff/account")).status_code == 303


# One-time links


async def test_the_first_owner_comes_by_a_link_that_works_once(team: Team) -> None:
    link, browser = await link_of(team, None), team.stranger()
    answer = await first_owner(team, browser, link)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/staff")
    owner = await team.database.read(lambda c: staff.by_email(c, "mei@shop.test"))
    assert owner is not None
    assert (owner.role, owner.language) == ("owner", "ms")
    assert (await browser.get("/staff/people")).status_code == 200
    again = await team.stranger().get(link)
    assert again.status_code == 410
    assert "ask for a new one" in again.text


async def test_a_newer_link_and_time_make_an_older_one_void(team: Team) -> None:
    older = await link_of(team, None)
    newer = await link_of(team, None)
    assert (await team.stranger().get(older)).status_code == 410
    later(team.house, hours=71, minutes=59)
    assert (await team.stranger().get(newer)).status_code == 200
    later(team.house, minutes=1)
    assert (await team.stranger().get(newer)).status_code == 410


async def test_a_first_owners_link_is_void_once_somebody_works_here(team: Team) -> None:
    link = await link_of(team, None)
    await team.account("viewer")
    assert (await team.stranger().get(link)).status_code == 410


async def test_two_who_use_a_link_at_once_do_not_both_come_in(team: Team) -> None:
    account = await team.account("support")
    link = await link_of(team, account.id)
    browsers = [team.stranger(f"192.0.2.{number}") for number in range(4)]
    tokens = [field(await browser.get(link), "csrf") for browser in browsers]
    answers = await asyncio.gather(
        *(
            browser.post(link, data={"csrf": token, "password": PASSWORD, "repeat": PASSWORD})
            for browser, token in zip(browsers, tokens, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [303, 410, 410, 410]


async def test_a_weak_password_does_not_use_a_link_up(sqlite_team: Team) -> None:
    link, browser = await link_of(sqlite_team, None), sqlite_team.stranger()
    weak = {"password": "mei-mei-mei-9", "repeat": "mei-mei-mei-9"}
    answer = await first_owner(sqlite_team, browser, link, **weak)
    assert answer.status_code == 422
    assert 'value="Mei@Shop.test"' in answer.text
    assert (await first_owner(sqlite_team, browser, link)).status_code == 303


async def test_a_link_asks_in_the_language_of_whom_it_is_for(sqlite_team: Team) -> None:
    account = await sqlite_team.account("support", language="ar")
    page = await sqlite_team.stranger().get(await link_of(sqlite_team, account.id))
    assert '<html lang="ar" dir="rtl">' in page.text


async def test_a_form_that_is_too_big_is_not_read(sqlite_team: Team) -> None:
    browser = sqlite_team.stranger()
    page = await browser.get("/staff/login")
    answer = await browser.post("/staff/login", data={"csrf": field(page, "csrf"), "password": "x" * 70_000})
    assert answer.status_code == 413
