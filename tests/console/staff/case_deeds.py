"""One deed for each way to change what customers told and what is made of it, and its action in the audit log."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from console.staff.touchpoint_settings import PAGE as TOUCHPOINTS
from store import themes
from tests.conftest import NOON
from tests.console.staff.team import Team
from tests.console.staff.test_case_pages import PAGE, told
from tests.console.staff.test_theme_pages import IMPROVEMENTS, PRICE, THEMES
from tests.service.saying import answer, publish

Deed: TypeAlias = Callable[[Team], Awaitable[object]]


def case(path: str, **fields: str) -> Deed:
    """Something done with a request."""

    async def deed(team: Team) -> object:
        made = await told(team)
        return await (await team.browser("support")).submit(f"{PAGE}/{made.public_id}{path}", **fields)

    return deed


async def _reopen(team: Team) -> object:
    made, agent = await told(team), await team.browser("support")
    await agent.submit(f"{PAGE}/{made.public_id}/close", outcome="A new cup")
    return await agent.submit(f"{PAGE}/{made.public_id}/reopen")


async def _save_theme(team: Team) -> object:
    return await (await team.browser("marketer")).submit(f"{THEMES}/new", **PRICE)


async def _mark(team: Team) -> object:
    text = await team.database.transact(lambda c: answer(c, publish(c), "too slow", NOON))
    theme = (await team.database.read(themes.every))[0]
    about = {"kind": "answer", "text": str(text)}
    return await (await team.browser("support")).submit(f"{THEMES}/{theme.public_id}/marks", **about)


async def _set(team: Team) -> object:
    text = await team.database.transact(lambda c: answer(c, publish(c), "too slow", NOON))
    theme = (await team.database.read(themes.every))[0]
    about = {"kind": "answer", "text": str(text), "theme": theme.public_id}
    return await (await team.browser("support")).submit(f"{THEMES}-untagged", **about)


async def _improve(team: Team) -> object:
    owner = await team.browser("owner")
    return await owner.submit(f"{IMPROVEMENTS}/new", title="Cheaper cups", owner=owner.account.public_id)


async def _department(team: Team) -> object:
    return await (await team.browser("owner")).submit(f"{TOUCHPOINTS}/departments", **{"name-en": "Kitchen"})


ONE = f"{PAGE}/{{public_id}}"
CASE_DEEDS: dict[str, tuple[str, Deed]] = {
    f"{ONE}/take": ("case.assigned", case("/take")),
    f"{ONE}/assign": ("case.assigned", case("/take")),
    f"{ONE}/answer": ("case.answered", case("/answer", text="We are sorry.", key="answer-0001")),
    f"{ONE}/close": ("case.closed", case("/close", outcome="A new cup")),
    f"{ONE}/reopen": ("case.reopened", _reopen),
    f"{ONE}/change": ("case.changed", case("/change", kind="question")),
    f"{THEMES}/{{public_id}}": ("theme.saved", _save_theme),
    f"{THEMES}/{{public_id}}/marks": ("theme.marked", _mark),
    f"{THEMES}-untagged": ("theme.marked", _set),
    f"{IMPROVEMENTS}/{{public_id}}": ("improvement.saved", _improve),
    f"{TOUCHPOINTS}/{{kind}}": ("touchpoints.changed", _department),
}
CASE_QUIET = {
    f"{ONE}/note": "a note is a line of the case itself, with who wrote it and when",
    f"{THEMES}/{{public_id}}/try": "words are looked for, and nothing is kept",
}
