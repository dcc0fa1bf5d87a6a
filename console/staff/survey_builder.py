"""The builder of a survey: its outline, and one part at a time to fill in; each change is kept as the draft."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import (
    access,
    survey_builder_texts,
    survey_deeds,
    survey_forms,
    survey_frame,
    survey_open,
    survey_ready,
)
from console.staff import survey_views as views
from console.staff.access import Form, Staff
from console.staff.customers_texts import KINDS as CONTACT_KINDS
from console.staff.gate import MARKETERS
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.survey_frame import PAGE
from console.staff.survey_open import Opened
from locales import Text, render
from surveys import checks
from surveys.definition import AREAS, CONTACTS, Survey
from surveys.texts import said

PARTS = ("settings", "rules", "thanks")
NUMBER = survey_builder_texts.BUILDER["number_between"]


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}?part=…&at=…`: without a part the outline, and beside it the settings."""
    read = partial(survey_open.opened, public_id=request.path_params["public_id"], language=staff.language)
    return page(request, staff, await office_of(request).database.read(read), request.query_params.get("part", ""))


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}`: one change (`survey_deeds`) of the draft as it was at `edit`.

    It is refused with 409 when somebody else changed the draft meanwhile: the page shows what was typed, and the
    same form can be sent once more to put it into their draft.
    """
    form, office = await access.form(request), office_of(request)
    edit = _edit(form)
    read = partial(survey_open.opened, public_id=request.path_params["public_id"], language=staff.language)
    before = await office.database.read(read)
    done = survey_deeds.done(before.draft, form, before.fixed)
    if done is None:
        return page(request, staff, before, "", status=409, problem=survey_builder_texts.GONE)
    # The writer does nothing but save: a definition is long, and `edit` tells whether it is still the same.
    keep = partial(survey_open.keep, found=before, draft=done.survey, edit=edit, now=office.now())
    if await office.database.transact(keep) is not None:
        return _stale(request, staff, form, await office.database.read(read))
    if unread := survey_forms.unread(form):
        return page(request, staff, await office.database.read(read), done.part, status=422, unread=unread)
    if done.said == "deleted":
        return page(request, staff, await office.database.read(read), done.part, undo=before.draft)
    query = urlencode({"part": done.part, "at": done.at} | ({"said": done.said} if done.said else {}))
    return RedirectResponse(f"{PAGE}/{before.kept.public_id}?{query}", 303, NO_STORE)


def _stale(request: Request, staff: Staff, form: Form, theirs: Opened) -> Response:
    """The page with what was typed put into what somebody else made of the draft meanwhile, not saved."""
    done = survey_deeds.done(theirs.draft, form, theirs.fixed)
    if done is None:
        return page(request, staff, theirs, "", status=409, problem=survey_builder_texts.GONE)
    mine = survey_open.looked_at(theirs._replace(draft=done.survey))
    return page(request, staff, mine, form.get("part", ""), status=409, stale=form.get("deed", "save"))


def page(
    request: Request,
    staff: Staff,
    opened: Opened,
    part: str,
    *,
    status: int = 200,
    stale: str = "",
    undo: Survey | None = None,
    undone: Text = survey_builder_texts.BUILDER["deleted"],
    unread: dict[str, tuple[int, int]] | None = None,
    problem: Text | None = None,
) -> Response:
    """The builder with one part open; after what `undone` tells a button leads back to the draft of `undo`."""
    draft, language = opened.draft, staff.language
    adding = part.partition(".")[0] == "add"
    if not adding and part not in PARTS and survey_forms.part_of(draft, part) is None:
        part = ""
    here = part or "settings"
    found = views.troubles(opened.problems, draft, language)
    fields = views.by_field(found, here)
    for name, (low, high) in (unread or {}).items():
        fields.setdefault(name, []).append(
            Markup(render(NUMBER, language, {"low": low, "high": high}))  # noqa: S704 - our own text
        )
    return render_page(
        request,
        staff,
        "staff/survey_builder.html",
        survey_builder_texts.BUILDER,
        status=status,
        **survey_frame.around(request, staff, opened.kept, "builder"),
        draft=draft,
        part=part,
        here=here,
        at=request.query_params.get("at", ""),
        writes=staff.role in MARKETERS,
        outline=views.outline(draft, found, language),
        troubles=found,
        fields=fields,
        tongues=views.tongues(draft, here),
        fallback=partial(views.fallback, base=draft.language),
        said_in=lambda texts: said(texts, language, draft.language),
        letters=checks.LETTERS,
        kinds=survey_deeds.KINDS,
        ready=survey_ready.offered(language) if adding else [],
        section_key=part.partition(".")[2] if adding else "",
        areas=AREAS,
        contacts=[(kind, render(CONTACT_KINDS[kind], language)) for kind in CONTACTS],
        opened=opened,
        stale=stale,
        undo=survey_deeds.packed(undo) if undo else "",
        undone=render(undone, language),
        problem=render(problem, language) if problem else "",
        **views.about(draft, here, language),
    )


def _edit(form: Form) -> int:
    text = form.get("edit", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
