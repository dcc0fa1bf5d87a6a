"""A new survey: from one that comes with Sapa, from nothing, or from a file."""

from __future__ import annotations

from functools import partial

from msgspec import structs
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, survey_builder, survey_open, survey_ready, survey_texts
from console.staff.access import Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.survey_forms import tidied
from console.staff.survey_frame import PAGE
from console.staff.survey_list import named
from console.staff.survey_open import Opened
from locales import Language, Text, render
from surveys import checks, editing, file, library, templates
from surveys.definition import Survey
from surveys.library import Kept
from surveys.texts import fill, said
from written.problems import FileWrong, Problem

FILE_BYTES = 256 * 1024
TROUBLES = 50  # of a file, that are shown at once


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/new`."""
    return _page(request, staff)


async def begin(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/new`: a `template`, by its code, or an empty survey with a `name`."""
    form, language = await access.form(request), staff.language
    template = next((each for each in templates.every() if each.code == form.get("template")), None)
    name, most = tidied(form.get("name", "")), checks.LETTERS["names"]
    if template is None and not 0 < len(name) <= most:
        return _page(request, staff, status=422, problem=survey_texts.START["no_name"])
    survey = template or survey_ready.blank(editing.free_key(name, ()), name, language)
    made = await office_of(request).database.transact(partial(_make, request=request, staff=staff, survey=survey))
    part = "" if template else "&part=settings"
    return RedirectResponse(f"{PAGE}/{made.public_id}?said=begun{part}", 303, NO_STORE)


async def upload(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/new/file`: a file as `file.yaml` gives one.

    One whose code a survey has already becomes that survey's draft, which can be undone; nothing is published.
    """
    office, sent = office_of(request), await access.file(request, "file")
    if sent is None:
        return _page(request, staff, status=422, problem=survey_texts.START["no_file"])
    try:
        survey = file.read(sent.content)
    except FileWrong as wrong:
        return _page(request, staff, status=422, lines=wrong.problems, name=sent.name)

    before = await office.database.read(partial(_of_this_code, code=survey.code, language=staff.language))
    if before is None:
        make = partial(_make, request=request, staff=staff, survey=survey)
        made = await office.database.transact(make)
        return RedirectResponse(f"{PAGE}/{made.public_id}?said=begun", 303, NO_STORE)
    kept = before.kept

    def replace(connection: Connection) -> bool:
        stale = survey_open.keep(connection, before, survey, kept.draft_edit, office.now())
        if stale is None:
            note(connection, request, staff.actor, "survey.taken_up", f"survey:{kept.public_id}", None, named(kept))
        return stale is None

    replaced = await office.database.transact(replace)
    read = partial(survey_open.opened, public_id=kept.public_id, language=staff.language)
    after, undone = await office.database.read(read), survey_texts.REPLACED
    if not replaced:
        problem = survey_texts.PUBLISH["changed_meanwhile"]
        return survey_builder.page(request, staff, after, "", status=409, problem=problem)
    return survey_builder.page(request, staff, after, "", undo=before.draft, undone=undone)


def _of_this_code(connection: Connection, code: str, language: Language) -> Opened | None:
    """The survey whose code this is."""
    kept = library.find(connection, code)
    return survey_open.opened(connection, kept.public_id, language) if kept and kept.code == code else None


def _make(connection: Connection, request: Request, staff: Staff, survey: Survey) -> Kept:
    taken = (each.code for each in library.every(connection))
    free = structs.replace(survey, code=editing.free_key(survey.code, taken))
    made = library.create(connection, free, office_of(request).now())
    assert isinstance(made, Kept)  # the code was free, and this transaction is the writer
    note(connection, request, staff.actor, "survey.made", f"survey:{made.public_id}", None, named(made))
    return made


def _page(
    request: Request,
    staff: Staff,
    *,
    status: int = 200,
    problem: Text | None = None,
    lines: tuple[Problem, ...] = (),
    name: str = "",
) -> Response:
    language = staff.language
    most = checks.LETTERS["names"]
    return render_page(
        request,
        staff,
        "staff/survey_start.html",
        survey_texts.START,
        status=status,
        problem=render(problem, language, {"number": most}) if problem else "",
        lines=lines[:TROUBLES],
        file_name=name,
        most=most,
        ready=[
            {
                "survey": each,
                "name": said(each.names, language, each.language),
                "intro": fill(each, each.intro, language, {}, {"business": office_of(request).business}),
                "count": len(list(each.questions)),
                "kinds": list(dict.fromkeys(question.kind for question in each.questions)),
            }
            for each in templates.every()
        ],
    )
