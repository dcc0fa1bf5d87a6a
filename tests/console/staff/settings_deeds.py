"""One deed for each way to change a setting, and the action that the audit log calls it by."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from console.staff.label_settings import COLOURS
from store import tables
from tests.console.staff.team import Team
from tests.console.staff.test_staff_replies import HELLO
from tests.console.staff.test_staff_settings import DESK, HOURS, LABELS, MONDAY, QUEUES
from tests.console.staff.test_staff_wordings import HERE

Deed: TypeAlias = Callable[[Team], Awaitable[object]]

PAGE = "/staff/settings"


def owner(path: str, **fields: str) -> Deed:
    """A form that an owner sends."""

    async def deed(team: Team) -> object:
        return await (await team.browser("owner")).submit(path, **fields)

    return deed


async def _relabel(team: Team) -> object:
    add = tables.labels.insert().values(name="Refund", colour=COLOURS["red"]).returning(tables.labels.c.id)
    number = await team.database.transact(lambda c: c.scalar(add))
    return await (await team.browser("owner")).submit(f"{LABELS}/{number}", name="Refunds", colour=COLOURS["red"])


async def _undo(team: Team) -> object:
    browser = await team.browser("owner")
    await browser.submit(HERE, deed="publish", seen="0", **{"en-0": "Lovely to meet you, {name}."})
    found = re.search(rf'action="({PAGE}/wordings/undo/[^"]+)"', (await browser.get(HERE)).text)
    assert found
    return await browser.submit(found[1])


QUEUE = {"name-en": "Orders", "topic": "orders", "assign": "hand", "first_minutes": "5", "resolve_minutes": "50"}
RULES = {"reopen_days": "3", "away_minutes": "5", "adjust_limit": "0", "remind_minutes": "30", "answer_days": "3"}
SETTINGS_DEEDS: dict[str, tuple[str, Deed]] = {
    HOURS: ("hours.changed", owner(HOURS, deed="save", **MONDAY)),
    f"{HOURS}/days": ("hours.changed", owner(f"{HOURS}/days", day="2026-12-25", called="Christmas")),
    DESK: ("desk.changed", owner(DESK, **RULES)),
    f"{QUEUES}/{{public_id}}": ("queue.changed", owner(f"{QUEUES}/new", deed="save", **QUEUE)),
    LABELS: ("label.changed", owner(LABELS, name="Refund", colour="")),
    f"{LABELS}/{{label}}": ("label.changed", _relabel),
    f"{PAGE}/replies/{{public_id}}": ("reply.saved", owner(f"{PAGE}/replies/new", deed="save", **HELLO)),
    f"{PAGE}/wordings/{{sentence}}": (
        "wording.published",
        owner(HERE, deed="publish", seen="0", **{"en-0": "Lovely to meet you, {name}."}),
    ),
    f"{PAGE}/wordings/undo/{{publication}}": ("wording.undone", _undo),
}
