"""A draft becomes a version: what it would change, what keeps it from that, and the changes dropped instead."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import access, survey_builder_texts, survey_frame, survey_open, survey_texts
from console.staff import survey_views as views
from console.staff.access import Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.survey_conditions import label
from console.staff.survey_frame import PAGE
from console.staff.survey_list import named
from console.staff.survey_open import Opened
from locales import Language, Text, render
from store import survey_figures
from surveys import library
from surveys.definition import Survey
from surveys.differences import Differences, differences
from surveys.library import Published
from talk.split import plain


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/publish`: what publishing would change, or what is to be put right first."""
    return await _show(request, staff)


async def change(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/publish`: publish the draft that was at `edit`, or drop it (`deed`)."""
    form, office = await access.form(request), office_of(request)
    text = form.get("edit", "")
    edit = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
    read = partial(survey_open.opened, public_id=request.path_params["public_id"], language=staff.language)
    opened = await office.database.read(read)
    kept, name = opened.kept, named(opened.kept)
    about = f"survey:{kept.public_id}"

    def publish(connection: Connection) -> bool:
        made = library.publish(connection, kept.public_id, staff.actor, office.now(), edit)
        if isinstance(made, Published):
            was, now = name | {"version": kept.version} if kept.version else None, name | {"version": made.number}
            note(connection, request, staff.actor, "survey.published", about, was, now)
        return isinstance(made, Published)

    def drop(connection: Connection) -> bool:
        done = isinstance(library.discard(connection, kept.public_id, edit, office.now()), int)
        if done:
            note(connection, request, staff.actor, "survey.discarded", about, None, name)
        return done

    if form.get("deed") == "discard":
        if await office.database.transact(drop):
            return RedirectResponse(f"{PAGE}/{kept.public_id}?said=discarded", 303, NO_STORE)
    elif (
        kept.draft_edit == edit and kept.active and not opened.problems and await office.database.transact(publish)
    ):
        return RedirectResponse(f"{PAGE}/{kept.public_id}/versions?said=published", 303, NO_STORE)
    return await _show(request, staff, status=409, stale=True)


async def _show(request: Request, staff: Staff, *, status: int = 200, stale: bool = False) -> Response:
    def read(connection: Connection) -> tuple[Opened, int]:
        opened = survey_open.opened(connection, request.path_params["public_id"], staff.language)
        return opened, sum(survey_figures.unfinished(connection, opened.kept.id).values())

    opened, unfinished = await office_of(request).database.read(read)
    draft, language = opened.draft, staff.language
    before = opened.versions[0].survey if opened.versions else None
    found = differences(before, draft) if before else None
    return render_page(
        request,
        staff,
        "staff/survey_publish.html",
        survey_texts.PUBLISH,
        status=status,
        **survey_frame.around(request, staff, opened.kept, "builder"),
        opened=opened,
        troubles=[
            (trouble, _where(trouble.part, draft, language))
            for trouble in views.troubles(opened.problems, draft, language)
        ],
        stale=stale and not opened.problems,
        nothing=opened.kept.draft is None or (found is not None and found.nothing),
        shown=_told(found, before, draft, language) if found and before else None,
        unfinished=unfinished,
        writes=True,
    )


def _told(found: Differences, before: Survey, after: Survey, language: Language) -> dict[str, Any]:
    """What changes, in words."""
    return {
        "new": [(each.kind, label(each, after, language)) for each in found.new],
        "gone": [(each.kind, label(each, before, language)) for each in found.gone],
        "changed": [
            (each.kind, label(each, after, language), [_field(name, language) for name in names])
            for each, names in found.changed
        ],
        "moved": found.moved,
        "sections": found.sections,
        "around": [_field(name, language) for name in found.around],
    }


def _field(name: str, language: Language) -> str:
    return (
        plain(render(survey_builder_texts.FIELDS[name], language)) if name in survey_builder_texts.FIELDS else name
    )


def _where(part: str, draft: Survey, language: Language) -> str:
    """What a problem is about: the question in few words, or the name of the part."""
    what, _dot, key = part.partition(".")
    question = draft.question(key) if what == "question" else None
    if question is not None:
        return label(question, draft, language)
    named_part: Text = survey_builder_texts.BUILDER.get(f"part_{part}", survey_builder_texts.BUILDER["section"])
    return plain(render(named_part if part else survey_builder_texts.BUILDER["outline"], language))
