"""The company's own log-in, against a provider over real HTTP: who comes in, who does not, and which tokens lie."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import sqlalchemy as sa
from joserfc.jwk import OctKey
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse

from console.staff.company import Company
from store import staff, tables
from tests.console.staff.fake_oidc import CLIENT, SECRET, Provider, new_key, provider
from tests.console.staff.team import PASSWORD, Browser, Team, app_code, field, log_in, set_up_second
from tests.handlers.house import later
from tests.ports import held_port

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def google(sqlite_team: Team) -> AsyncIterator[Provider]:
    async with provider(lambda: sqlite_team.house.now) as made:
        yield made


def with_company(team: Team, issuer: str, **more: Any) -> Starlette:
    company = Company(issuer, CLIENT, SECRET, "Kopi ID", now=lambda: team.house.now, seconds=2)
    return team.application(company=company, **more)


async def sent(browser: Browser, onward: str = "") -> str:
    """Go to the provider, and come back with the address that it sends the browser to."""
    begun = await browser.get("/staff/company", params={"next": onward} if onward else None)
    assert begun.status_code == 303, begun.text
    async with httpx.AsyncClient() as outside:
        answer = await outside.get(begun.headers["Location"])
    return str(answer.headers["Location"])


async def come_in(browser: Browser, onward: str = "") -> httpx.Response:
    return await browser.get(await sent(browser, onward))


async def test_somebody_whose_address_is_verified_is_linked_once_and_known_by_subject_from_then_on(
    sqlite_team: Team, google: Provider
) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    app = with_company(sqlite_team, google.issuer, mail=sqlite_team.mail)
    browser, google.email = sqlite_team.stranger(app=app), account.email.upper()
    assert "Log in with Kopi ID" in (await browser.get("/staff/login")).text
    assert (await come_in(browser, "/staff/claims")).headers["Location"] == "/staff/claims"
    assert account.name in (await browser.get("/staff/account")).text
    assert "Kopi ID" in sqlite_team.mails[-1][2]
    google.email = "another@shop.test"
    again = sqlite_team.stranger(app=app)
    assert (await come_in(again)).headers["Location"] == "/staff"
    assert account.name in (await again.get("/staff/account")).text
    actions = [action for _actor, action in await sqlite_team.audited()]
    assert actions == ["staff.company_linked", "staff.logged_in", "staff.logged_in"]


async def test_nobody_gets_an_account_that_way(sqlite_team: Team, google: Provider) -> None:
    google.email = "nobody@shop.test"
    answer = await come_in(sqlite_team.stranger(app=with_company(sqlite_team, google.issuer)))
    assert answer.status_code == 403
    assert "you have no account here" in answer.text
    assert await sqlite_team.rows(sa.select(tables.staff)) == []


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": None}, {"email": None}])
async def test_an_address_that_is_not_verified_links_nobody(
    sqlite_team: Team, google: Provider, claims: dict[str, Any]
) -> None:
    account = await sqlite_team.account("owner", PASSWORD)
    google.email, google.claims = account.email, claims
    answer = await come_in(sqlite_team.stranger(app=with_company(sqlite_team, google.issuer)))
    assert answer.status_code == 403
    assert (await sqlite_team.rows(sa.select(tables.staff.c.oidc)))[0].oidc is None


async def test_a_closed_account_and_one_that_is_linked_to_another_stay_out(
    sqlite_team: Team, google: Provider
) -> None:
    account, app = await sqlite_team.account("owner", PASSWORD), with_company(sqlite_team, google.issuer)
    google.email = account.email
    await come_in(sqlite_team.stranger(app=app))
    google.subject = "somebody who got the same address"
    assert (await come_in(sqlite_team.stranger(app=app))).status_code == 403
    google.subject = "subject-1"
    await sqlite_team.database.transact(lambda c: staff.change(c, account.id, active=False))
    assert (await come_in(sqlite_team.stranger(app=app))).status_code == 403


def _lies(google: Provider) -> dict[str, dict[str, Any]]:
    now = int(dt.datetime(2026, 11, 21, 4, tzinfo=dt.UTC).timestamp())
    return {
        "another nonce": {"nonce": "another"},
        "no nonce": {"nonce": None},
        "another audience": {"aud": "another shop"},
        "ours among others": {"aud": [CLIENT, "another shop"], "azp": "another shop"},
        "expired": {"exp": now - 61, "iat": now - 400},
        "no end": {"exp": None},
        "from the future": {"iat": now + 3600, "nbf": now + 3600},
        "another issuer": {"iss": f"{google.issuer}/"},
        "nobody": {"sub": None},
        "a number": {"sub": 7},
        "an empty name": {"sub": ""},
    }


async def test_a_token_that_is_not_for_this_log_in_opens_nothing(sqlite_team: Team, google: Provider) -> None:
    account, app = await sqlite_team.account("owner", PASSWORD), with_company(sqlite_team, google.issuer)
    google.email = account.email
    for lie, claims in _lies(google).items():
        google.claims = claims
        answer = await come_in(sqlite_team.stranger(app=app))
        assert answer.status_code == 403, lie
        assert "sapa_staff" not in answer.cookies, lie
    google.claims = {}
    assert (await come_in(sqlite_team.stranger(app=app))).status_code == 303


async def test_a_token_that_the_provider_did_not_sign_opens_nothing(sqlite_team: Team, google: Provider) -> None:
    account, app = await sqlite_team.account("owner", PASSWORD), with_company(sqlite_team, google.issuer)
    google.email, google.signs_with = account.email, new_key()
    assert (await come_in(sqlite_team.stranger(app=app))).status_code == 403
    google.algorithm, google.signs_with = "HS256", OctKey.import_key(SECRET.ljust(40, "x"))
    assert (await come_in(sqlite_team.stranger(app=app))).status_code == 403


async def test_a_new_key_of_the_provider_is_fetched_when_the_old_ones_do_not_fit(
    sqlite_team: Team, google: Provider
) -> None:
    account, app = await sqlite_team.account("owner", PASSWORD), with_company(sqlite_team, google.issuer)
    google.email = account.email
    for rotations in range(3):
        for _log_in in range(2):
            assert (await come_in(sqlite_team.stranger(app=app))).status_code == 303
        assert google.fetched_keys == rotations + 1
        google.rotate()


async def test_an_answer_that_comes_twice_to_another_browser_or_late_opens_nothing(
    sqlite_team: Team, google: Provider
) -> None:
    account, app = await sqlite_team.account("owner", PASSWORD), with_company(sqlite_team, google.issuer)
    google.email, browser = account.email, sqlite_team.stranger(app=app)
    back = await sent(browser)
    kept = browser.cookies["sapa_company"]
    assert (await sqlite_team.stranger(app=app).get(back)).status_code == 403
    assert (await browser.get(f"{back}x")).status_code == 403
    assert (await browser.get(back)).status_code == 303
    assert (await browser.get(back)).status_code == 403
    browser.cookies.set("sapa_company", kept)
    assert (await browser.get(back)).status_code == 403
    slow = await sent(browser)
    later(sqlite_team.house, minutes=11)
    assert (await browser.get(slow)).status_code == 403


async def test_whoever_stops_at_the_provider_may_try_again(sqlite_team: Team, google: Provider) -> None:
    browser = sqlite_team.stranger(app=with_company(sqlite_team, google.issuer))
    state = (await sent(browser)).rpartition("state=")[2]
    answer = await browser.get(f"/staff/company/back?error=access_denied&state={state}")
    assert answer.headers["Location"] == "/staff/login?said=company_stopped"


async def test_a_provider_that_is_away_or_talks_nonsense_is_said_to_be_away(
    sqlite_team: Team, google: Provider
) -> None:
    with held_port() as port:
        browser = sqlite_team.stranger(app=with_company(sqlite_team, f"http://127.0.0.1:{port}"))
        away = await browser.get("/staff/company")
    assert away.status_code == 503
    assert "can't be reached" in away.text
    nonsense: list[dict[str, Any]] = [
        {"answer": PlainTextResponse("<html>")},
        {"answer": PlainTextResponse("no", 500)},
        {"describes": {"issuer": "https://another.example"}},
        {"describes": {"token_endpoint": "ftp://files.example"}},
        {"describes": {"jwks_uri": None}},
    ]
    for case in nonsense:
        google.answer, google.describes = case.get("answer"), case.get("describes", {})
        browser = sqlite_team.stranger(app=with_company(sqlite_team, google.issuer))
        assert (await browser.get("/staff/company")).status_code == 503, case


async def test_the_code_from_an_app_is_asked_for_there_too(sqlite_team: Team, google: Provider) -> None:
    account = await sqlite_team.account("support", PASSWORD)
    key, _codes = await set_up_second(sqlite_team, await sqlite_team.of(account), PASSWORD)
    later(sqlite_team.house, minutes=1)
    google.email = account.email
    browser = sqlite_team.stranger(app=with_company(sqlite_team, google.issuer))
    assert (await come_in(browser)).headers["Location"] == "/staff/login/second"
    page = await browser.get("/staff/login/second")
    code = app_code(key, sqlite_team.house.now)
    answer = await browser.post("/staff/login/second", data={"csrf": field(page, "csrf"), "code": code})
    assert answer.headers["Location"] == "/staff"


async def test_where_passwords_are_off_only_the_company_and_links_of_the_command_line_open_accounts(
    sqlite_team: Team, google: Provider
) -> None:
    account = await sqlite_team.account("owner", PASSWORD)
    app = with_company(sqlite_team, google.issuer, password_log_in=False, mail=sqlite_team.mail)
    page = await sqlite_team.stranger(app=app).get("/staff/login")
    assert 'name="password"' not in page.text
    assert "everybody logs in with Kopi ID" in page.text
    browser = sqlite_team.stranger(app=app)
    await browser.get("/staff/forgotten")
    refused = await browser.post(
        "/staff/login", data={"csrf": browser.cookies["sapa_form"], "email": account.email, "password": PASSWORD}
    )
    assert refused.status_code == 403
    google.email, invited = account.email, "siti@shop.test"
    await come_in(browser)
    browser.csrf = field(await browser.get("/staff/people"), "csrf")
    made = await browser.submit("/staff/people", name="Siti", email=invited, role="support", language="ms")
    assert "Siti can log in with Kopi ID now" in made.text.replace("\u2068", "").replace("\u2069", "")
    assert "/staff/welcome/" not in made.text
    google.subject, google.email = "subject-2", invited
    assert (await come_in(sqlite_team.stranger(app=app))).status_code == 303


async def test_without_a_company_there_is_no_such_page(sqlite_team: Team) -> None:
    browser = sqlite_team.stranger()
    for path in ("/staff/company", "/staff/company/back?state=x"):
        assert (await browser.get(path)).status_code == 404
    account = await sqlite_team.account("viewer", PASSWORD)
    assert (await log_in(browser, account.email, PASSWORD)).status_code == 303
