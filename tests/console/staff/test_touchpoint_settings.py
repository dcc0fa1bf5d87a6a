"""Departments and touchpoints: made, renamed, moved, put away and used again."""

from __future__ import annotations

import re

from console.staff.touchpoint_settings import PAGE
from store import touchpoints
from tests.console.staff.team import Team


async def in_use(team: Team) -> list[str]:
    every = await team.database.read(touchpoints.read_touchpoints)
    return [one.code for one in every if one.active]


async def test_touchpoints_are_made_moved_and_put_away(sqlite_team: Team) -> None:
    team, before = sqlite_team, await in_use(sqlite_team)
    owner = await team.browser("owner")
    await owner.submit(f"{PAGE}/departments", **{"name-en": "Café & bar", "name-vi": "Quán"})
    made = {"name-en": "At the bar", "department": "cafe_bar", "at_branch": "yes"}
    assert (await owner.submit(f"{PAGE}/touchpoints", **made)).status_code == 303
    await owner.submit(f"{PAGE}/touchpoints", **made)
    assert await in_use(team) == [*before, "at_the_bar", "at_the_bar_2"]
    every = {one.code: one for one in await team.database.read(touchpoints.read_touchpoints)}
    assert (every["at_the_bar"].department, every["at_the_bar"].at_branch) == ("cafe_bar", True)

    await owner.submit(f"{PAGE}/touchpoints", code="at_the_bar", deed="up")
    await owner.submit(f"{PAGE}/touchpoints", code=before[0], deed="away")
    assert await in_use(team) == [*before[1:-1], "at_the_bar", before[-1], "at_the_bar_2"]
    await owner.submit(f"{PAGE}/touchpoints", code=before[0], deed="again")
    assert (await in_use(team))[-1] == before[0]

    nameless = await owner.submit(f"{PAGE}/departments", **{"name-en": "", "name-ar": "مطبخ"})
    assert nameless.status_code == 422
    assert re.search(r'value="مطبخ"', nameless.text)
    assert (await owner.submit(f"{PAGE}/touchpoints", code="nowhere")).status_code == 404
    stranger = await owner.submit(f"{PAGE}/touchpoints", **made | {"department": "gone"})
    assert stranger.status_code == 422
