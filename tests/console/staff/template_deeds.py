"""One deed for each way to change templates, and the action that the audit log calls it by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import httpx

from console.staff.template_frame import PAGE, TEMPLATE
from store import templates
from store.templates import Template
from tests.console.staff.team import Browser, Team, field

Deed: TypeAlias = Callable[[Team], Awaitable[object]]


async def made(team: Team, browser: Browser, starter: str = "empty") -> str:
    """The address of a template that somebody has begun."""
    answer = await browser.submit(f"{PAGE}/new", starter=starter)
    return answer.headers["location"]


async def kept(team: Team, address: str) -> Template:
    """The template at an address."""
    found = await team.database.read(lambda connection: templates.find(connection, address.rpartition("/")[2]))
    assert found is not None
    return found


async def save(browser: Browser, address: str, deed: str = "save", **fields: str) -> httpx.Response:
    """Send the editor's form as it stands, with these fields changed."""
    seen = field(await browser.get(address), "seen")
    return await browser.submit(
        address, **{"seen": seen, "deed": deed, "name": "Weekend", "kind": "offer"} | fields
    )


async def _make(team: Team) -> object:
    return await made(team, await team.browser("marketer"))


async def _change(team: Team) -> object:
    browser = await team.browser("marketer")
    return await save(browser, await made(team, browser), **{"text-en": "Hello"})


async def _copy(team: Team) -> object:
    browser = await team.browser("marketer")
    return await browser.submit(f"{await made(team, browser)}/copy")


async def _remove(team: Team) -> object:
    browser = await team.browser("marketer")
    return await browser.submit(f"{await made(team, browser)}/remove")


async def _restore(team: Team) -> object:
    browser = await team.browser("marketer")
    address = await made(team, browser)
    await browser.submit(f"{address}/remove")
    return await browser.submit(f"{address}/restore")


TEMPLATE_DEEDS: dict[str, tuple[str, Deed]] = {
    f"{PAGE}/new": ("template.added", _make),
    TEMPLATE: ("template.changed", _change),
    f"{TEMPLATE}/copy": ("template.copied", _copy),
    f"{TEMPLATE}/remove": ("template.removed", _remove),
    f"{TEMPLATE}/restore": ("template.restored", _restore),
}
TEMPLATE_QUIET = {f"{TEMPLATE}/preview": "what is typed is shown, and kept nowhere"}
