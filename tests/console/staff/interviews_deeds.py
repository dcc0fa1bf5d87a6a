"""One deed for each button of interviews and kiosks, and the action that the audit log calls it by."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from sqlalchemy.engine import Connection

from console.staff.interview_routes import INTERVIEW
from console.staff.survey_frame import PAGE, SURVEY
from store import contacts
from surveys import library
from surveys.definition import Choice, Question, Section, Survey, Test, Thanks
from surveys.library import Published
from tests.console.staff.team import Browser, Team

Deed: TypeAlias = Callable[[Team], Awaitable[object]]
ASKED = Survey(
    code="visit",
    names={"en": "Your visit"},
    minutes=1,
    sections=(
        Section(
            "all",
            (
                Question("happy", "csat", {"en": "How happy are you?", "ms": "Anda gembira?"}, required=True),
                Question("why", "text", {"en": "You said {happy}. Why?"}, when=((Test("happy", "below", 3),),)),
                Question("picture", "photo", {"en": "Show us."}),
                Question(
                    "came",
                    "multiple",
                    {"en": "What for?"},
                    choices=(Choice("coffee", {"en": "Coffee"}), Choice("cake", {"en": "Cake"})),
                ),
            ),
        ),
    ),
    thanks=(Thanks({"en": "Come again."}),),
)


async def published(team: Team) -> Published:
    """The survey of a visit, published."""

    def publish(connection: Connection) -> Published:
        made = library.create(connection, ASKED, team.house.now)
        assert isinstance(made, library.Kept)
        done = library.publish(connection, made.public_id, "t", team.house.now)
        assert isinstance(done, Published), done
        return done

    return await team.database.transact(publish)


async def begun(team: Team, browser: Browser, *, nonce: str = "0123456789") -> str:
    """An interview with Aminah; its address."""
    survey = await published(team)

    def meet(connection: Connection) -> str:
        return contacts.make(
            connection, "webchat", "", "a", name="Aminah", language="ms", at=team.house.now
        ).public_id

    fields = {"customer": await team.database.transact(meet), "nonce": nonce, "mode": "phone", "language": "en"}
    answered = await browser.submit(f"{PAGE}/{survey.public_id}/interviews", **fields)
    return str(answered.headers["location"])


async def _begin(team: Team) -> object:
    return await begun(team, await team.browser("marketer"))


async def _finish(team: Team) -> object:
    marketer = await team.browser("marketer")
    page = await begun(team, marketer)
    await marketer.submit(page, question="happy", answer="5")
    for question in ("picture", "came"):
        await marketer.submit(page, question=question, skip="yes")
    return await marketer.submit(f"{page}/finish")


async def _add(team: Team) -> object:
    survey = await published(team)
    return await (await team.browser("marketer")).submit(f"{PAGE}/{survey.public_id}/kiosks", name="Door")


async def _switch(team: Team) -> object:
    survey, marketer = await published(team), await team.browser("marketer")
    home = f"{PAGE}/{survey.public_id}"
    page = (await marketer.submit(f"{home}/kiosks", name="Door")).text
    found = re.search(rf'action="({home}/kiosks/[^"]+)"', page)
    assert found
    return await marketer.submit(found[1], deed="off")


INTERVIEW_DEEDS: dict[str, tuple[str, Deed]] = {
    f"{SURVEY}/interviews": ("interview.begun", _begin),
    f"{INTERVIEW}/finish": ("interview.finished", _finish),
    f"{SURVEY}/kiosks": ("kiosk.added", _add),
    f"{SURVEY}/kiosks/{{kiosk}}": ("kiosk.switched", _switch),
}
