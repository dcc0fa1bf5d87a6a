"""Interviews: answers typed in while people talk come to the same end as answers in the chat."""

from __future__ import annotations

import sqlalchemy as sa

from console import answer_forms
from console.staff.survey_frame import PAGE
from store import tables
from surveys.definition import survey_of
from tests.console.staff.interviews_deeds import begun, published
from tests.console.staff.team import Team


async def test_an_interview_goes_question_by_question_and_a_low_score_opens_a_request(
    sqlite_team: Team,
) -> None:
    agent = await sqlite_team.browser("support")
    page = await begun(sqlite_team, agent)
    assert "How happy are you?" in (await agent.get(page)).text
    assert (await agent.submit(page, question="happy", answer="9")).status_code == 422
    assert (await agent.submit(page, question="happy", skip="yes")).status_code == 404  # it is required
    await agent.submit(page, question="happy", answer="2", note="sounded tired")
    why = (await agent.get(page)).text
    assert "You said 2. Why?" in why
    assert "sounded tired" in why
    await agent.submit(page, question="why", answer="Cold coffee")
    await agent.submit(page, question="picture", skip="yes")
    await agent.submit(page, **{"question": "came", "answer-coffee": "yes", "answer-cake": "yes"})
    assert "Come again." in (await agent.get(page)).text
    await agent.submit(f"{page}/finish")
    await agent.submit(f"{page}/finish")
    assert "This interview is finished." in (await agent.get(page)).text
    answers = sa.select(
        *(tables.survey_answers.c[name] for name in ("question", "part", "number", "text", "skipped", "note"))
    ).order_by(tables.survey_answers.c.id)
    assert [tuple(row) for row in await sqlite_team.rows(answers)] == [
        ("happy", "", 2, "", False, "sounded tired"),
        ("why", "", None, "Cold coffee", False, ""),
        ("picture", "", None, "", True, ""),
        ("came", "coffee", 1, "", False, ""),
        ("came", "cake", 1, "", False, ""),
    ]
    kept = await sqlite_team.rows(
        sa.select(*(tables.survey_responses.c[name] for name in ("mode", "state", "language", "staff_id")))
    )
    assert [tuple(row) for row in kept] == [("phone", "done", "en", agent.account.id)]
    assert [row.kind for row in await sqlite_team.rows(sa.select(tables.cases.c.kind))] == ["survey"]


async def test_another_answer_to_an_earlier_question_changes_what_is_asked(sqlite_team: Team) -> None:
    agent = await sqlite_team.browser("support")
    page = await begun(sqlite_team, agent)
    await agent.submit(page, question="happy", answer="1")
    await agent.submit(page, question="why", answer="Rain")
    await agent.submit(page, question="happy", answer="5")
    assert "Why?" not in (await agent.get(page)).text
    for question in ("picture", "came"):
        await agent.submit(page, question=question, skip="yes")
    await agent.submit(f"{page}/finish")
    asked = sa.select(tables.survey_answers.c.question).order_by(tables.survey_answers.c.id)
    assert {row.question for row in await sqlite_team.rows(asked)} == {"happy", "picture", "came"}
    assert await sqlite_team.rows(sa.select(tables.cases.c.id)) == []


async def test_a_form_that_is_sent_twice_begins_one_interview(sqlite_team: Team) -> None:
    agent = await sqlite_team.browser("support")
    first = await begun(sqlite_team, agent)
    (survey,) = await sqlite_team.rows(sa.select(tables.surveys.c.public_id))
    (customer,) = await sqlite_team.rows(sa.select(tables.contacts.c.public_id))
    address = f"{PAGE}/{survey.public_id}/interviews"
    again = await agent.submit(address, customer=customer.public_id, nonce="0123456789", mode="phone")
    assert again.headers["location"] == first
    assert (await agent.submit(address, customer="nobody", nonce="0123456789")).status_code == 422
    listed = (await agent.get(address, params={"q": "Aminah"})).text
    assert listed.count("Aminah") >= 2  # found, and not finished
    assert (await agent.get("/staff/interviews/nobody")).status_code == 404


async def test_a_survey_without_a_version_cannot_be_asked(sqlite_team: Team) -> None:
    await published(sqlite_team)
    agent = await sqlite_team.browser("support")
    (survey,) = await sqlite_team.rows(sa.select(tables.surveys.c.public_id))
    drop = tables.surveys.update().values(active=False)
    await sqlite_team.database.transact(lambda connection: connection.execute(drop))
    assert "not published yet" in (await agent.get(f"{PAGE}/{survey.public_id}/interviews")).text


def test_a_matrix_that_names_no_ends_is_about_agreement_in_every_language() -> None:
    question = {
        "key": "m",
        "kind": "matrix",
        "texts": {"en": "How far?"},
        "rows": [{"key": "r", "texts": {"en": "R"}}],
    }
    survey = survey_of({"code": "s", "names": {"en": "S"}, "sections": [{"key": "first", "questions": [question]}]})
    shown = {each: answer_forms.view(survey, next(survey.questions), {}, each, {}) for each in ("en", "ar")}
    ends = {language: (view.low, view.high) for language, view in shown.items()}
    assert ends == {"en": ("Strongly disagree", "Strongly agree"), "ar": ("لا أوافق بشدة", "أوافق بشدة")}
