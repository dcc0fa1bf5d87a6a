"""Interviews: a survey asked by phone or face to face, its answers typed in while people talk."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import answer_forms
from console.answer_forms import Unreadable
from console.numbers import whole_number
from console.staff import access, gate, interview_texts, nonces, service_texts
from console.staff.access import Form, Staff
from console.staff.login import note
from console.staff.office import Office, office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.survey_frame import PAGE as SURVEYS
from console.staff.survey_frame import around
from console.staff.survey_texts import FRAME
from flows.surveying import Completed, completed
from locales import LANGUAGES, Text, render
from store import customer_pages, interviews, kiosks
from store import staff as accounts
from store.responses import Response as Answering
from store.staff import Role
from surveys import course, library, naming, responses, spoken, texts
from surveys.definition import Answer, Question, Survey
from surveys.library import Kept

PAGE = "/staff/interviews"
INTERVIEWERS: tuple[Role, ...] = (*gate.SERVICE, "marketer")
FOUND = 20


async def begin_page(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/interviews?q=…`: whom to ask, and what is not finished."""
    return await start_page(request, staff)


async def begin(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/interviews`: begin with a customer; the same form begins once."""
    office, form = office_of(request), await access.form(request)
    nonce = form.get("nonce", "")

    def work(connection: Connection) -> Answering | None:
        kept = gate.survey(connection, request.path_params["public_id"])
        published = library.published(connection, kept.public_id)
        person = customer_pages.find(connection, form.get("customer", ""))
        if published is None or person is None or not nonces.is_nonce(nonce):
            return None
        mode = form.get("mode", "")
        begun = responses.begin(
            connection,
            published,
            key=f"interview:{nonces.once(staff.public_id, person.public_id, nonce)}",
            mode="in_person" if mode == "in_person" else "phone",
            language=_language(form.get("language", ""), person.language),
            contact_id=person.id,
            now=office.now(),
            branch_id=branch_of(connection, form),
            staff_id=staff.id,
        )
        after = {"survey": kept.code, "mode": begun.mode, "contact": person.public_id}
        note(connection, request, staff.actor, "interview.begun", f"response:{begun.public_id}", None, after)
        return begun

    found = await office.database.transact(work)
    if found is None:
        return await start_page(request, staff, problem=interview_texts.NO_CUSTOMER)
    return RedirectResponse(f"{PAGE}/{found.public_id}", 303, NO_STORE)


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/interviews/{public_id}?at=QUESTION`: the next question, or the one that is named."""
    return await _interview(request, staff, request.query_params.get("at", ""))


async def answer(request: Request, staff: Staff) -> Response:
    """`POST /staff/interviews/{public_id}`: keep an answer, or that a question is skipped; on to the next."""
    office, form = office_of(request), await access.form(request)
    key, skips = form.get("question", ""), "skip" in form

    def work(connection: Connection) -> Unreadable | None:
        response, survey = _found(connection, request.path_params["public_id"])
        question = survey.question(key)
        if question is None or (skips and question.required):
            raise access.absent()
        try:
            given = None if skips else answer_forms.read(question, form)
        except Unreadable as unreadable:
            return unreadable
        responses.keep(connection, response, question, given, office.now(), form.get("note", "").strip())
        following = course.following(survey, responses.answers(connection, response, survey))
        responses.reach(connection, response, following.key if following else "", office.now())
        return None

    if (wrong := await office.database.transact(work)) is not None:
        return await _interview(request, staff, key, wrong=wrong, form=form)
    return RedirectResponse(f"{PAGE}/{request.path_params['public_id']}", 303, NO_STORE)


async def finish(request: Request, staff: Staff) -> Response:
    """`POST /staff/interviews/{public_id}/finish`."""
    office = office_of(request)

    def work(connection: Connection) -> None:
        response, survey = _found(connection, request.path_params["public_id"])
        if course.following(survey, responses.answers(connection, response, survey)) is not None:
            return
        now, language = office.now(), response.language
        done = completed(connection, response, now, language=language, secret=office.secret)
        if isinstance(done, Completed):
            after = {"request": done.case, "points": done.given.points}
            about = f"response:{response.public_id}"
            note(connection, request, staff.actor, "interview.finished", about, None, after)

    await office.database.transact(work)
    return RedirectResponse(f"{PAGE}/{request.path_params['public_id']}", 303, NO_STORE)


async def start_page(
    request: Request,
    staff: Staff,
    *,
    problem: Text | None = None,
    values: dict[str, Any] | None = None,
    address: str = "",
    status: int = 422,
) -> Response:
    """The page of a survey's interviews and kiosks; `address` is a new kiosk's, shown this once."""
    office, typed = office_of(request), request.query_params.get("q", "")[:100]

    def read(connection: Connection) -> tuple[Kept, dict[str, Any]]:
        kept = gate.survey(connection, request.path_params["public_id"])
        published = library.published(connection, kept.public_id)
        survey_id = published.survey_id if published else 0
        found = customer_pages.search_people(connection, typed, FOUND) if typed else []
        return kept, {
            "published": published is not None,
            "found": [interviews.asked(connection, each.id) for each in found],
            "going_on": interviews.going_on(connection, survey_id, office.now()),
            "branches": accounts.all_branches(connection),
            "kiosks": kiosks.of_survey(connection, survey_id),
        }

    kept, shown = await office.database.read(read)
    said = render(problem, staff.language, values or {}) if problem else ""
    return render_page(
        request,
        staff,
        "staff/interviews.html",
        {**FRAME, **interview_texts.INTERVIEWS},
        status=status if problem else 200,
        problem=Markup(said),  # noqa: S704 - our own text, its values escaped
        typed=typed,
        nonce=secrets.token_urlsafe(12),
        modes=tuple(interview_texts.MODES),
        languages=_languages(staff),
        new_address=address,
        **shown,
        **around(request, staff, kept, "interviews"),
    )


def branch_of(connection: Connection, form: Form) -> int | None:
    """The branch that a form names by its id."""
    number = whole_number(form.get("branch", ""))
    return number if number in {branch_id for branch_id, _name in accounts.all_branches(connection)} else None


def _languages(staff: Staff) -> dict[str, Markup]:
    """The languages by their codes, in the reader's words."""
    said = service_texts.LANGUAGES.items()
    return {code: Markup(render(text, staff.language)) for code, text in said}  # noqa: S704 - our own text


def _language(wished: str, own: str) -> str:
    return wished if wished in LANGUAGES else own


def _found(connection: Connection, public_id: str) -> tuple[Answering, Survey]:
    """An interview and what its version asks. Raises what is shown for one that is not there."""
    response = responses.find(connection, public_id)
    if response is None or response.mode not in interviews.MODES:
        raise access.absent()
    return response, library.version(connection, response.version_id).survey


async def _interview(
    request: Request, staff: Staff, at: str, *, wrong: Unreadable | None = None, form: Form | None = None
) -> Response:
    office = office_of(request)
    work = partial(_read, office=office, staff=staff, public_id=request.path_params["public_id"], at=at)
    values = await office.database.read(work)
    said = render(wrong.text, staff.language, wrong.values) if wrong else ""
    return render_page(
        request,
        staff,
        "staff/interview.html",
        interview_texts.INTERVIEW,
        status=422 if wrong else 200,
        problem=Markup(said),  # noqa: S704 - our own text, its values escaped
        languages=_languages(staff),
        noted=form.get("note", "") if form is not None else values["notes"].get(values["key"], ""),
        **values,
    )


def _read(connection: Connection, office: Office, staff: Staff, public_id: str, at: str) -> dict[str, Any]:
    response, survey = _found(connection, public_id)
    answers = responses.answers(connection, response, survey)
    asked = course.asked(survey, answers)
    wanted = next((each for each in asked if each.key == at), None) or course.following(survey, answers)
    open_to = responses.can_go_on(response, office.now())
    names = naming.names(connection, response, response.language)
    question = wanted if open_to else None
    own = None
    if question is not None and staff.language != response.language:
        own = answer_forms.view(survey, question, answers, staff.language, names).text
    ending = course.thanks(survey, answers)
    return {
        "response": response,
        "going": open_to,
        "home": f"{SURVEYS}/{library.version(connection, response.version_id).public_id}/interviews",
        "survey_name": texts.said(survey.names, staff.language, survey.language),
        "person": interviews.asked(connection, response.contact_id) if response.contact_id else None,
        "intro": texts.fill(survey, survey.intro, response.language, answers, names) if not answers else "",
        "thanks": texts.fill(survey, ending, response.language, answers, names) if ending else "",
        "question": answer_forms.view(survey, question, answers, response.language, names) if question else None,
        "key": question.key if question else "",
        "own": own,
        "steps": [_step(survey, each, answers, staff) for each in asked],
        "notes": responses.notes(connection, response),
    }


def _step(survey: Survey, question: Question, answers: dict[str, Answer], staff: Staff) -> dict[str, str]:
    """A question in the list beside, in the interviewer's language, with its answer in words."""
    known = question.key in answers
    skipped = known and answers[question.key] is None
    return {
        "key": question.key,
        "text": texts.fill(survey, question.texts, staff.language, answers, {}),
        "state": "skipped" if skipped else "answered" if known else "open",
        "answer": spoken.answer_in_words(survey, question, answers, staff.language) if known else "",
    }
