"""What was published: the versions of a survey, each to be looked at, and to be made the draft again."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.numbers import whole_number
from console.staff import (
    access,
    survey_builder,
    survey_builder_texts,
    survey_conditions,
    survey_frame,
    survey_open,
    survey_texts,
)
from console.staff.access import Staff
from console.staff.gate import MARKETERS
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.survey_frame import PAGE
from console.staff.survey_list import named
from console.staff.survey_open import Opened
from locales import Language
from store import staff as accounts
from store import survey_figures
from surveys.definition import Survey
from surveys.library import Published
from surveys.texts import said


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/versions`: all of them, newest first."""

    def read(connection: Connection) -> tuple[Opened, dict[int, int], dict[str, str]]:
        opened = survey_open.opened(connection, request.path_params["public_id"], staff.language)
        names = {f"staff:{each.public_id}": each.name for each in accounts.every(connection)}
        return opened, survey_figures.unfinished(connection, opened.kept.id), names

    opened, unfinished, names = await office_of(request).database.read(read)
    return render_page(
        request,
        staff,
        "staff/survey_versions.html",
        survey_texts.VERSIONS,
        **survey_frame.around(request, staff, opened.kept, "builder"),
        opened=opened,
        writes=staff.role in MARKETERS,
        versions=[(each, names.get(each.by, each.by), unfinished.get(each.id, 0)) for each in opened.versions],
    )


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/versions/{number}`: what it asks."""

    def read(connection: Connection) -> tuple[Opened, Published]:
        opened = survey_open.opened(connection, request.path_params["public_id"], staff.language)
        return opened, _version(request, opened)

    opened, version = await office_of(request).database.read(read)
    return render_page(
        request,
        staff,
        "staff/survey_version.html",
        survey_texts.VERSIONS,
        **survey_frame.around(request, staff, opened.kept, "builder"),
        opened=opened,
        writes=staff.role in MARKETERS,
        version=version,
        **_asked(version.survey, staff.language),
    )


async def take_up(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/versions/{number}`: make it the draft; what was one can be had back."""
    office = office_of(request)
    read = partial(survey_open.opened, public_id=request.path_params["public_id"], language=staff.language)
    before = await office.database.read(read)
    kept, version = before.kept, _version(request, before)

    def keep(connection: Connection) -> bool:
        stale = survey_open.keep(connection, before, version.survey, kept.draft_edit, office.now())
        if stale is None:
            about, now = f"survey:{kept.public_id}", named(kept) | {"version": version.number}
            note(connection, request, staff.actor, "survey.taken_up", about, None, now)
        return stale is None

    if not await office.database.transact(keep):
        theirs, problem = await office.database.read(read), survey_texts.PUBLISH["changed_meanwhile"]
        return survey_builder.page(request, staff, theirs, "", status=409, problem=problem)
    if kept.draft is None:
        return RedirectResponse(f"{PAGE}/{kept.public_id}?said=taken_up", 303, NO_STORE)
    undone = survey_builder_texts.BUILDER["said_taken_up"]
    after = await office.database.read(read)
    return survey_builder.page(request, staff, after, "", undo=before.draft, undone=undone)


def _version(request: Request, opened: Opened) -> Published:
    number = whole_number(request.path_params["number"])
    found = next((each for each in opened.versions if each.number == number), None)
    if found is None:
        raise access.absent()
    return found


def _asked(survey: Survey, language: Language) -> dict[str, Any]:
    """A whole survey in one language, to be read."""
    return {
        "intro": said(survey.intro, language, survey.language),
        "sections": [
            {
                "title": said(section.texts, language, survey.language),
                "when": survey_conditions.words(section.when, survey, language),
                "questions": [
                    {
                        "question": each,
                        "text": said(each.texts, language, survey.language),
                        "when": survey_conditions.words(each.when, survey, language),
                        "labels": [
                            said(one.texts, language, survey.language) for one in (*each.choices, *each.rows)
                        ],
                    }
                    for each in section.questions
                ],
            }
            for section in survey.sections
        ],
        "thanks": [
            (survey_conditions.words(each.when, survey, language), said(each.texts, language, survey.language))
            for each in survey.thanks
        ],
    }
