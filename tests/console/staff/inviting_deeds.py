"""One deed for each way to change whom a survey asks, and the action that the audit log calls it by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from console.staff.survey_frame import SURVEY
from store import tables
from tests.console.staff.team import Team
from tests.surveys.some_surveys import a_survey, publish

Deed: TypeAlias = Callable[[Team], Awaitable[object]]
INVITATIONS = f"{SURVEY}/invitations"
AFTER_A_VISIT = {"cause": "purchase", "delay": "24", "unit": "hours", "share": "50", "gap_days": "90"}


async def asks(team: Team) -> str:
    """A survey that is published, in a house with a branch; the address of its invitations."""

    def work(connection: Connection) -> str:
        connection.execute(tables.branches.insert().values(code="bangsar", name="Bangsar"))
        return publish(connection, a_survey(), team.house.now).public_id

    public_id = await team.database.transact(work)
    return INVITATIONS.replace("{public_id}", public_id)


async def ruled(team: Team) -> tuple[str, str]:
    """Such a survey with a rule: the addresses of its invitations and of the rule."""
    page = await asks(team)
    await (await team.browser("marketer")).submit(f"{page}/new", **AFTER_A_VISIT)
    rule = await only(team, tables.invitation_rules)
    return page, f"{page}/rules/{rule}"


async def only(team: Team, table: sa.Table) -> Any:
    """The public id of the only row."""
    return await team.database.read(lambda connection: connection.scalar(sa.select(table.c.public_id)))


async def _add(team: Team) -> object:
    return await (await team.browser("marketer")).submit(f"{await asks(team)}/new", **AFTER_A_VISIT)


async def _change(team: Team) -> object:
    _page, rule = await ruled(team)
    return await (await team.browser("marketer")).submit(rule, **AFTER_A_VISIT | {"share": "20"})


async def _pause(team: Team) -> object:
    _page, rule = await ruled(team)
    return await (await team.browser("marketer")).submit(f"{rule}/state", deed="pause")


async def _begin(team: Team) -> object:
    return await (await team.browser("marketer")).submit(f"{await asks(team)}/waves", name="Spring")


async def _rename(team: Team) -> object:
    page, browser = await asks(team), await team.browser("marketer")
    await browser.submit(f"{page}/waves", name="Spring")
    return await browser.submit(f"{page}/waves/{await only(team, tables.survey_waves)}", name="Autumn")


INVITING_DEEDS: dict[str, tuple[str, Deed]] = {
    f"{INVITATIONS}/new": ("survey.rule_added", _add),
    f"{INVITATIONS}/rules/{{rule}}": ("survey.rule_changed", _change),
    f"{INVITATIONS}/rules/{{rule}}/state": ("survey.rule_paused", _pause),
    f"{INVITATIONS}/waves": ("survey.wave_begun", _begin),
    f"{INVITATIONS}/waves/{{wave}}": ("survey.wave_renamed", _rename),
}
