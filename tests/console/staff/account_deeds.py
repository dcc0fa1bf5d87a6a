"""One deed for each way to change an account, and the action that the audit log calls it by."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from store import invitations
from tests.console.staff.team import PASSWORD, Browser, Team, app_code, field, log_in, set_up_second
from tests.handlers.house import later

OTHER = "another long and good one"
Deed: TypeAlias = Callable[[Team], Awaitable[object]]


async def _login(team: Team) -> object:
    return await log_in(team.stranger(), (await team.account("viewer", PASSWORD)).email, PASSWORD)


async def _welcome(team: Team) -> object:
    account, browser = await team.account("viewer"), team.stranger()
    token = await team.database.transact(lambda c: invitations.invite(c, account.id, team.house.now))
    link = invitations.link("", token)
    fields = {"csrf": field(await browser.get(link), "csrf"), "password": PASSWORD, "repeat": PASSWORD}
    return await browser.post(link, data=fields)


async def _with_second(team: Team) -> tuple[Browser, str, list[str]]:
    browser = await team.of(await team.account("viewer", PASSWORD))
    key, codes = await set_up_second(team, browser, PASSWORD)
    later(team.house, minutes=1)
    return browser, app_code(key, team.house.now), codes


async def _set_up(team: Team) -> object:
    return await set_up_second(team, await team.of(await team.account("viewer", PASSWORD)), PASSWORD)


async def _second_login(team: Team) -> object:
    known, _code, codes = await _with_second(team)
    browser = team.stranger()
    await log_in(browser, known.account.email, PASSWORD)
    page = await browser.get("/staff/login/second")
    return await browser.post("/staff/login/second", data={"csrf": field(page, "csrf"), "code": codes[0]})


async def _new_codes(team: Team) -> object:
    browser, code, _codes = await _with_second(team)
    return await browser.submit("/staff/account/second/codes", code=code)


async def _no_second(team: Team) -> object:
    browser, code, _codes = await _with_second(team)
    return await browser.submit("/staff/account/second/remove", current=PASSWORD, code=code)


async def _second_taken(team: Team) -> object:
    browser, _code, _codes = await _with_second(team)
    admin = await team.browser("admin")
    return await admin.submit(f"/staff/people/{browser.account.public_id}/second")


async def _one_session(team: Team) -> object:
    account = await team.account("viewer")
    browser, _other = await team.of(account), await team.of(account)
    return await browser.submit(_ending(await _text(browser, "/staff/account")))


async def _their_session(team: Team) -> object:
    account, admin = await team.account("viewer"), await team.browser("admin")
    await team.of(account)
    return await admin.submit(_ending(await _text(admin, f"/staff/people/{account.public_id}")))


async def _text(browser: Browser, path: str) -> str:
    return (await browser.get(path)).text


def _ending(page: str) -> str:
    found = re.search(r'action="(/staff/[^"]*/sessions/[^"]+)"', page)
    assert found, page
    return found[1]


async def _invite(team: Team) -> object:
    fields = {"name": "Siti", "email": "siti@shop.test", "role": "cashier", "branch": "", "language": "en"}
    return await (await team.browser("admin")).submit("/staff/people", **fields)


async def _rules(team: Team) -> object:
    return await (await team.browser("owner")).submit("/staff/people-rules", second="on")


def own(path: str, **fields: str) -> Deed:
    """Something done on one's own account."""

    async def deed(team: Team) -> object:
        return await (await team.of(await team.account("viewer", PASSWORD))).submit(path, **fields)

    return deed


def person(path: str, **fields: str) -> Deed:
    """Something done to a colleague."""

    async def deed(team: Team) -> object:
        colleague = await team.account("viewer")
        return await (await team.browser("owner")).submit(f"/staff/people/{colleague.public_id}{path}", **fields)

    return deed


async def _serving(team: Team) -> object:
    account, owner = await team.account("support"), await team.browser("owner")
    return await owner.submit(f"/staff/serving/{account.public_id}", capacity="3", telegram="501")


OWN, PERSON = "/staff/account", "/staff/people/{public_id}"
ACCOUNT_DEEDS: dict[str, tuple[str, Deed]] = {
    "/staff/login": ("staff.logged_in", _login),
    "/staff/login/second": ("staff.recovery_used", _second_login),
    "/staff/welcome/{link}": ("staff.password_chosen", _welcome),
    "/staff/logout": ("staff.logged_out", own("/staff/logout")),
    "/staff/people": ("staff.invited", _invite),
    "/staff/people-rules": ("staff.rules_changed", _rules),
    PERSON: ("staff.changed", person("", name="x", role="cashier", branch="")),
    f"{PERSON}/link": ("staff.link_made", person("/link")),
    f"{PERSON}/close": ("staff.closed", person("/close")),
    f"{PERSON}/open": ("staff.opened", person("/open")),
    f"{PERSON}/second": ("staff.second_removed", _second_taken),
    f"{PERSON}/sessions": ("staff.sessions_ended", person("/sessions")),
    f"{PERSON}/sessions/{{session}}": ("staff.session_ended", _their_session),
    "/staff/serving/{public_id}": ("staff.serving", _serving),
    f"{OWN}/language": ("staff.language_changed", own("/staff/account/language", language="ar")),
    f"{OWN}/password": (
        "staff.password_changed",
        own("/staff/account/password", current=PASSWORD, password=OTHER, repeat=OTHER),
    ),
    f"{OWN}/sessions": ("staff.sessions_ended", own("/staff/account/sessions")),
    f"{OWN}/sessions/{{session}}": ("staff.session_ended", _one_session),
    f"{OWN}/second": ("staff.second_begun", own("/staff/account/second", current=PASSWORD)),
    f"{OWN}/second/confirm": ("staff.second_added", _set_up),
    f"{OWN}/second/codes": ("staff.recovery_made", _new_codes),
    f"{OWN}/second/remove": ("staff.second_removed", _no_second),
}
