"""Every route of the whole web application, with every role, method and state of the CSRF token."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from console.headers import DEFAULTS
from console.staff.rendering import StaffRoute
from store.staff import ROLES
from tests.console.staff.team import HOME, Browser, Team

pytestmark = pytest.mark.slow

# What people and programs reach who do not work here. A new address belongs here or names its roles.
OPEN = {
    "/",
    "/chat",
    "/chat/enter",
    "/chat/texts",
    "/chat/colours.css",
    "/chat/session",
    "/chat/messages",
    "/chat/pictures",
    "/chat/typing",
    "/chat/events",
    "/chat/history",
    "/media/{public_id}",
    "/my-data/{token}",
    "/go/{token}",
    "/kiosk/{secret}",
    "/widget.js",
    "/static",
    "/api/v1",
    "/healthz",
    "/readyz",
    "/metrics",
}
DOORS = {
    "/staff/login",
    "/staff/login/second",
    "/staff/forgotten",
    "/staff/company",
    "/staff/company/back",
    "/staff/welcome/{link}",
}
EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SAFE = ("GET", "HEAD")
DOCS = Path(__file__).parents[3] / "docs" / "console.md"


def routes(team: Team) -> list[StaffRoute]:
    return [route for route in team.app.routes if isinstance(route, StaffRoute)]


def address(route: StaffRoute) -> str:
    """The route's address with an object that does not exist."""
    return re.sub(r"\{[^}]*\}", "absent-object", route.path)


async def test_every_route_names_its_roles_or_is_known_to_be_open(sqlite_team: Team) -> None:
    for route in sqlite_team.app.routes:
        assert isinstance(route, Route | Mount), route
        if isinstance(route, StaffRoute):
            assert route.roles or route.path in DOORS, route.path
            assert route.roles <= set(ROLES), route.path
        else:
            assert route.path in OPEN, f"{route.path} names no roles; make it with console.staff.access.page."


async def test_a_path_answers_no_method_but_its_own(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    for path, group in groupby(sorted(routes(sqlite_team), key=address), key=address):
        allowed = set().union(*(route.methods or () for route in group))
        for method in set(EVERY_METHOD) - allowed:
            answer = await owner.request(method, path, headers={"X-CSRF-Token": owner.csrf})
            assert answer.status_code == 405, (method, path)


async def test_strangers_are_sent_to_the_login_and_programs_told(sqlite_team: Team) -> None:
    stranger = sqlite_team.stranger()
    for route in routes(sqlite_team):
        if not route.roles:
            continue
        for method in route.methods or ():
            answer = await stranger.request(method, address(route))
            assert answer.status_code == 303, (method, route.path)
            assert answer.headers["Location"].startswith("/staff/login"), route.path
            told = await stranger.request(method, address(route), headers={"Accept": "application/json"})
            assert told.status_code == 401, (method, route.path)


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_reaches_what_is_its_own_and_nothing_else(sqlite_team: Team, role: str) -> None:
    sqlite_team.app.state.office.desk.close()  # a stream would have no end: this one says so at once
    for route in routes(sqlite_team):
        if not route.roles or route.path == "/staff/logout":
            continue
        browser = await sqlite_team.browser(role)  # type: ignore[arg-type]
        for method in route.methods or ():
            headers = {} if method in SAFE else {"X-CSRF-Token": browser.csrf}
            answer = await browser.request(method, address(route), headers=headers)
            reached = answer.status_code not in (401, 403) and "/staff/login" not in answer.headers.get(
                "Location", ""
            )
            assert reached == (role in route.roles), (role, method, route.path, answer.status_code)
            if route.path.startswith("/staff") and "{" in route.path and role in route.roles:
                assert answer.status_code in (404, 422), (role, method, route.path)


NAMES = ("absent-object", "0", "%2e%2e", "x" * 2000, "%F0%9F%98%80", "'%20OR%201=1", "<script>")


async def test_whatever_is_not_there_is_answered_alike_whatever_it_is_called(sqlite_team: Team) -> None:
    owner = await sqlite_team.browser("owner")
    for route in routes(sqlite_team):
        if "{" not in route.path or "owner" not in route.roles:
            continue
        for method in set(route.methods or ()) - {"HEAD"}:
            headers = {} if method in SAFE else {"X-CSRF-Token": owner.csrf}
            paths = [re.sub(r"\{[^}]*\}", name, route.path) for name in NAMES]
            answers = [await owner.request(method, path, headers=headers) for path in paths]
            told = {(answer.status_code, answer.text) for answer in answers}
            assert len(told) == 1, (method, route.path, [answer.status_code for answer in answers])


async def test_what_somebody_may_not_see_is_answered_as_if_it_were_not_there(sqlite_team: Team) -> None:
    admin, owner = await sqlite_team.browser("admin"), await sqlite_team.browser("owner")
    for route in routes(sqlite_team):
        if not route.path.startswith("/staff/people/{public_id}"):
            continue
        for method in set(route.methods or ()) - {"HEAD"}:
            headers = {} if method in SAFE else {"X-CSRF-Token": admin.csrf}
            fields = {"name": "x", "role": "support", "branch": ""} if method == "POST" else None
            seen = set()
            for name in ("absent-object", owner.account.public_id, admin.account.public_id):
                path = route.path.replace("{public_id}", name).replace("{session}", "absent-object")
                answer = await admin.request(method, path, headers=headers, data=fields)
                seen.add((answer.status_code, answer.text))
            assert [status for status, _text in seen] == [404], (method, route.path)


async def test_a_change_needs_the_token_of_its_own_session_and_our_own_page(sqlite_team: Team) -> None:
    other = await sqlite_team.browser("owner")
    for route in routes(sqlite_team):
        for method in set(route.methods or ()) - set(SAFE):
            browser = await sqlite_team.browser("owner")
            for headers in wrong_ways(browser, other):
                answer = await browser.request(method, address(route), headers=headers)
                assert answer.status_code == 403, (method, route.path, headers)
            in_the_form = await browser.request(method, address(route), data={"csrf": other.csrf})
            assert in_the_form.status_code == 403, (method, route.path)


def wrong_ways(browser: Browser, other: Browser) -> list[dict[str, str]]:
    return [
        {},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "wrong"},
        {"X-CSRF-Token": other.csrf},
        {"X-CSRF-Token": browser.csrf, "Origin": "https://evil.example"},
        {"X-CSRF-Token": browser.csrf, "Origin": "null"},
        {"X-CSRF-Token": browser.csrf, "Origin": "http://[unreadable"},
        {"X-CSRF-Token": browser.csrf, "Sec-Fetch-Site": "cross-site"},
        {"X-CSRF-Token": browser.csrf, "Origin": HOME, "Sec-Fetch-Site": "same-site"},
    ]


async def test_a_token_that_is_no_ascii_is_refused_like_any_other(sqlite_team: Team) -> None:
    browser = await sqlite_team.browser("owner")
    answer = await browser.post("/staff/logout", headers=[(b"X-CSRF-Token", "gültig".encode())])
    assert answer.status_code == 403


async def test_the_documented_table_is_what_the_routes_allow(sqlite_team: Team) -> None:
    documented = dict(re.findall(r"^\| `(/[^`]*)` \|[^|]*\| ([a-z, ]+) \|$", DOCS.read_text(), re.MULTILINE))
    pages = {route.path: route.roles for route in routes(sqlite_team) if route.label is not None}
    assert {path: {role.strip() for role in roles.split(",")} for path, roles in documented.items()} == {
        path: set(roles) for path, roles in pages.items()
    }


async def test_an_answer_to_a_fault_of_ours_carries_the_same_headers_and_says_so_in_words(
    sqlite_team: Team,
) -> None:
    async def broken(_request: Request) -> Response:
        raise RuntimeError("a fault of ours")

    app = sqlite_team.application(extra_routes=[Route("/broken", broken)])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as browser:
        answer, other = await browser.get("/broken"), await browser.get("/nothing-here")
    assert answer.status_code == 500
    assert answer.json() == {"error": "We can't take messages just now. Please try again in a moment."}
    for name in (*DEFAULTS, "X-Frame-Options"):
        assert answer.headers[name] == other.headers[name]


@pytest.mark.parametrize("path", ["/staff/login", "/staff/account", "/staff/nothing-here/at-all"])
async def test_staff_pages_run_nothing_but_our_own_files_and_are_not_kept(sqlite_team: Team, path: str) -> None:
    browser = sqlite_team.stranger() if path.endswith("login") else await sqlite_team.browser("owner")
    page = await browser.get(path)
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Frame-Options"] == "DENY"
    if page.status_code == 200:
        assert page.headers["Cache-Control"] == "no-store"
        assert "script-src 'self';" in policy
        assert not re.search(r"<style| style=|onclick|<script(?!( type=\"module\")? src=)", page.text)
