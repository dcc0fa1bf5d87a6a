"""One deed for each way to change a survey itself, and the action that the audit log calls it by."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from console.staff.survey_frame import PAGE, SURVEY
from surveys import file, library
from tests.console.staff.team import Team
from tests.surveys.some_surveys import a_survey, publish

Deed: TypeAlias = Callable[[Team], Awaitable[object]]


async def published(team: Team) -> str:
    """The address of a survey with one version and no draft."""
    made = await team.database.transact(lambda c: publish(c, a_survey(), team.house.now))
    return f"{PAGE}/{made.public_id}"


def _to(tail: str, **fields: str) -> Deed:
    """What a marketer does to a published survey."""

    async def deed(team: Team) -> object:
        home = await published(team)
        return await (await team.browser("marketer")).submit(f"{home}{tail}", **fields)

    return deed


def _new(**fields: str) -> Deed:
    async def deed(team: Team) -> object:
        return await (await team.browser("marketer")).submit(f"{PAGE}/new", **fields)

    return deed


async def _upload(team: Team) -> object:
    browser = await team.browser("marketer")
    return await browser.post(
        f"{PAGE}/new/file",
        data={"csrf": browser.csrf},
        files={"file": ("a.yaml", file.written(a_survey()).encode())},
    )


async def _restore(team: Team) -> object:
    home, browser = await published(team), await team.browser("marketer")
    await team.database.transact(lambda c: library.archive(c, home.rpartition("/")[2], team.house.now))
    return await browser.submit(f"{home}/restore")


async def _publish(team: Team) -> object:
    home, browser = await published(team), await team.browser("marketer")
    await browser.submit(home, part="settings", deed="save", edit="2", **{"names-en": "A better name"})
    return await browser.submit(f"{home}/publish", deed="publish", edit="3")


BUILDER_DEEDS: dict[str, tuple[str, Deed]] = {
    f"{PAGE}/new": ("survey.made", _new(name="After a visit")),
    f"{PAGE}/new/file": ("survey.made", _upload),
    f"{SURVEY}/copy": ("survey.made", _to("/copy")),
    f"{SURVEY}/archive": ("survey.changed", _to("/archive")),
    f"{SURVEY}/restore": ("survey.changed", _restore),
    f"{SURVEY}/publish": ("survey.published", _publish),
    f"{SURVEY}/versions/{{number}}": ("survey.taken_up", _to("/versions/1")),
}
BUILDER_QUIET = {
    SURVEY: "a draft is nobody's but its writers'; publishing it leaves a row",
    f"{SURVEY}/preview": "a preview changes nothing",
}
