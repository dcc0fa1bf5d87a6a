"""The builder of surveys over HTTP: drafts, two who write at once, problems, versions, files, and the preview."""

from __future__ import annotations

import re

import httpx
import pytest
import sqlalchemy as sa

from console.staff.survey_frame import PAGE
from store import tables
from surveys import library
from surveys.definition import Survey
from tests.console.staff.builder_deeds import published
from tests.console.staff.team import Browser, Team, field
from tests.surveys.some_surveys import EVERY_KIND, a_survey, publish


async def begun(team: Team, browser: Browser) -> str:
    """The address of a survey that was begun with nothing but a name."""
    answer = await browser.submit(f"{PAGE}/new", name="After a visit")
    return answer.headers["Location"].partition("?")[0]


async def do(browser: Browser, home: str, deed: str, part: str = "", **fields: str) -> httpx.Response:
    """What somebody does who has just opened the page."""
    page = await browser.get(f"{home}?part={part}")
    named = {name.replace("__", "-"): value for name, value in fields.items()}
    answer = await browser.submit(home, edit=field(page, "edit"), deed=deed, part=part, **named)
    assert answer.status_code in (200, 303), answer.text
    return answer


async def draft(team: Team, home: str) -> Survey:
    """The draft as it is kept."""
    return await team.database.read(lambda c: library.current(c, home.rpartition("/")[2]))


async def test_a_survey_is_written_question_by_question(sqlite_team: Team) -> None:
    marketer = await sqlite_team.browser("marketer")
    home = await begun(sqlite_team, marketer)
    await do(marketer, home, "q-add:section:nps")
    await do(marketer, home, "q-add:section:single")
    asks = {"texts__en": "What did you like?", "choices__0__key": "choice_1", "choices__0__texts__en": "Tea"}
    asks |= {"choices__1__key": "choice_2", "choices__1__texts__en": "Cake"}
    answer = await do(marketer, home, "add:choices", "question.single", **asks)
    assert "at=choices-2" in answer.headers["Location"]
    await do(marketer, home, "remove:choices:2", "question.single", **asks, choices__2__key="choice_3")
    await do(marketer, home, "or:when", "question.single", **asks, required="yes")
    single = (await draft(sqlite_team, home)).question("single")
    assert single is not None
    assert (single.required, [each.texts for each in single.choices]) == (True, [{"en": "Tea"}, {"en": "Cake"}])
    assert [(test.question, test.op, test.value) for group in single.when for test in group] == [
        ("nps", "below", 7)
    ]
    await do(marketer, home, "q-up:single")
    await do(marketer, home, "q-double:nps")
    assert [each.key for each in (await draft(sqlite_team, home)).questions] == ["single", "nps", "nps_2"]
    await do(marketer, home, "save", "question.nps_2", key="likely", texts__en="How likely, {single}?")
    await do(marketer, home, "s-add")
    await do(marketer, home, "q-down:likely")
    assert [len(each.questions) for each in (await draft(sqlite_team, home)).sections] == [2, 1]


async def test_what_is_deleted_comes_back_with_one_press(sqlite_team: Team) -> None:
    home, marketer = await published(sqlite_team), await sqlite_team.browser("marketer")
    before = await draft(sqlite_team, home)
    page = await do(marketer, home, "q-delete:nps", "question.nps")
    assert (await draft(sqlite_team, home)).question("nps") is None
    assert "There is no question nps." in (await marketer.get(f"{home}/publish")).text.replace("\u2068", "")
    back = await marketer.submit(home, deed="undo", edit=field(page, "edit"), before=field(page, "before"))
    assert back.status_code == 303
    assert await draft(sqlite_team, home) == before
    assert "Changes not published yet" not in (await marketer.get(home)).text


async def test_whoever_writes_second_loses_nothing_and_neither_does_the_first(sqlite_team: Team) -> None:
    home = await published(sqlite_team)
    first, second = await sqlite_team.browser("marketer"), await sqlite_team.browser("admin")
    page = f"{home}?part=settings"
    seen = field(await second.get(page), "edit")
    await do(first, home, "save", "settings", names__en="Theirs", names__ms="Mereka", minutes="5")
    mine = {"names-en": "Mine", "minutes": "4"}
    refused = await second.submit(home, edit=seen, part="settings", deed="save", **mine)
    assert refused.status_code == 409
    assert "Somebody else changed this survey meanwhile." in refused.text
    assert 'value="Mine"' in refused.text
    assert (await draft(sqlite_team, home)).names == {"en": "Theirs", "ms": "Mereka"}
    fresh = re.findall(r'name="edit" value="(\d+)"', refused.text)[-1]
    assert (await second.submit(home, edit=fresh, part="settings", deed="save", **mine)).status_code == 303
    assert (await draft(sqlite_team, home)).minutes == 4


async def test_a_survey_with_problems_is_not_published_and_each_leads_to_its_field(sqlite_team: Team) -> None:
    marketer = await sqlite_team.browser("marketer", language="ms")
    home = await begun(sqlite_team, marketer)
    await do(marketer, home, "q-add:section:matrix")
    page = await marketer.get(f"{home}/publish")
    assert f"{home}?part=question.matrix&amp;at=f-rows-0-texts-ms" in page.text
    refused = await marketer.submit(f"{home}/publish", deed="publish", edit=field(page, "edit"))
    assert refused.status_code == 409
    assert (await draft(sqlite_team, home)).question("matrix") is not None
    assert await sqlite_team.rows(sa.select(tables.survey_versions)) == []
    there = await marketer.get(f"{home}?part=question.matrix")
    assert re.search(r'id="trouble-rows-0-texts-ms" data-fresh><p>[^<]+</p>', there.text)


async def test_publishing_tells_what_changes_and_versions_come_back(sqlite_team: Team) -> None:
    home, marketer = await published(sqlite_team), await sqlite_team.browser("marketer")
    await do(marketer, home, "q-delete:again")
    await do(marketer, home, "q-add:all:stars")
    await do(marketer, home, "save", "question.why", texts__en="Why is that?", key="other")
    page = (await marketer.get(f"{home}/publish")).text
    parts = re.split(r"<h3>", page)
    told = {part.partition("</h3>")[0]: part for part in parts[1:]}
    assert "How many stars do you give us?" in told["New questions"]
    assert "Would you come again?" in told["Questions that are not asked any more"]
    assert "Why is that?" in told["Questions that changed"]
    assert (await draft(sqlite_team, home)).question("why") is not None  # a published key stays
    edit = field(await marketer.get(f"{home}/publish"), "edit")
    assert (await marketer.submit(f"{home}/publish", deed="publish", edit=edit)).status_code == 303
    await do(marketer, home, "q-delete:stars")
    assert (await marketer.submit(f"{home}/versions/1")).status_code == 200  # with the way back
    assert (await draft(sqlite_team, home)).question("again") is not None
    edit = field(await marketer.get(f"{home}/publish"), "edit")
    await marketer.submit(f"{home}/publish", deed="discard", edit=edit)
    assert (await draft(sqlite_team, home)).question("stars") is not None


async def test_a_file_is_read_with_its_problems_by_line_or_becomes_the_draft(sqlite_team: Team) -> None:
    home, marketer = await published(sqlite_team), await sqlite_team.browser("marketer")
    text = (await marketer.get(f"{home}/file.yaml")).text

    async def sent(content: str) -> httpx.Response:
        files = {"file": ("visit.yaml", content.encode())}
        return await marketer.post(f"{PAGE}/new/file", data={"csrf": marketer.csrf}, files=files)

    wrong = await sent(text.replace("kind: nps", "kind: guess"))
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "kind: nps" in each)
    assert wrong.status_code == 422
    assert f"Line {line}</span>" in wrong.text.replace("\u2068", "").replace("\u2069", "")
    replaced = await sent(text.replace("Your visit", "Your last visit"))
    assert "The file is the draft now" in replaced.text
    assert (await draft(sqlite_team, home)).names == {"en": "Your last visit"}
    other = await sent(text.replace("code: visit", "code: other"))
    assert other.status_code == 303
    assert len(await sqlite_team.rows(sa.select(tables.surveys))) == 2


async def test_customer_service_looks_on(sqlite_team: Team) -> None:
    home, support = await published(sqlite_team), await sqlite_team.browser("support")
    page = await support.get(home)
    assert '<fieldset class="bare" disabled>' in page.text
    assert 'value="save"' not in page.text
    assert (await support.submit(home, deed="s-add", edit="2")).status_code == 403
    assert (await support.get(f"{home}/preview")).status_code == 200
    assert (await support.get(f"{home}/publish")).status_code == 403


async def press(browser: Browser, home: str, page: httpx.Response, language: str, **fields: str) -> httpx.Response:
    """Answer in one language of a preview."""
    state = re.search(r'name="state" value="([^"]*)"', page.text)
    assert state
    plain = state[1].replace("&#34;", '"')
    return await browser.submit(f"{home}/preview", state=plain, language=language, **fields)


@pytest.mark.slow
async def test_every_kind_of_question_can_be_tried_and_leads_all_languages_on(sqlite_team: Team) -> None:
    survey = await sqlite_team.database.transact(lambda c: publish(c, a_survey(*EVERY_KIND), sqlite_team.house.now))
    home, marketer = f"{PAGE}/{survey.public_id}", await sqlite_team.browser("marketer")
    page = await marketer.get(f"{home}/preview")
    assert page.text.count("Would you recommend us, ") == 5
    page = await press(marketer, home, page, "ar", press="3")
    assert page.text.count("Why ") == 5
    page = await press(marketer, home, page, "vi", words="Chậm quá")
    assert page.text.count('mine">Chậm quá</p>') == 5
    for answer in ({"press": "4"}, {"press": "2"}, {"press": "yes"}, {"press": "tea"}, {"press": "_done"}):
        page = await press(marketer, home, page, "zh", **answer)
    refused = await press(marketer, home, page, "en", words="many")
    assert 'role="alert"' in refused.text
    page = await press(marketer, home, page, "en", words="7")
    page = await press(marketer, home, page, "en", words="1 May 2024")
    page = await press(marketer, home, page, "en", photo="yes")
    page = await press(marketer, home, page, "en", press="_done")
    assert page.text.count("Thank you, that was all.") == 5
    assert page.text.count("This is the end.") == 5
    assert await sqlite_team.rows(sa.select(tables.survey_responses)) == []
    earlier = await press(marketer, home, page, "en", deed="back")
    assert "This is the end." not in earlier.text
