"""One deed for each button of Today that changes something, and the action that the audit log calls it by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from tests.console.staff.team import Team
from tests.console.staff.test_today import POINTS, RISK, bought, expiring

Deed: TypeAlias = Callable[[Team], Awaitable[object]]


async def _tag(team: Team) -> object:
    await bought(team, "Silent", 100, 80, 61)
    return await (await team.browser("marketer")).submit(f"{RISK}/tag")


async def _remind(team: Team) -> object:
    await expiring(team, "Ali", 70, 20)
    return await (await team.browser("marketer")).submit(f"{POINTS}/remind")


TODAY_DEEDS: dict[str, tuple[str, Deed]] = {
    f"{RISK}/tag": ("customer.tagged", _tag),
    f"{POINTS}/remind": ("points.reminded", _remind),
}
