"""The surveys of the house: listed with what came of them, begun, copied, put away, brought back, downloaded."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.staff import gate, survey_texts
from console.staff.access import Staff
from console.staff.gate import MARKETERS
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from console.staff.survey_frame import PAGE
from insights.scores import FEW
from locales import LANGUAGES, Language, render
from store import survey_figures
from store.survey_figures import Figures
from surveys import editing, library
from surveys.definition import Texts
from surveys.file import written
from surveys.library import Kept
from surveys.texts import said
from talk.split import plain

COPY_OF = survey_texts.COPY_OF


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys`."""

    def read(connection: Connection) -> tuple[list[Kept], dict[int, Figures]]:
        return library.every(connection), survey_figures.every(connection)

    every, figures = await office_of(request).database.read(read)
    rows = [_row(each, figures.get(each.id, Figures()), staff.language) for each in every]
    return render_page(
        request,
        staff,
        "staff/survey_list.html",
        survey_texts.LIST,
        rows=[row for row in rows if row["survey"].active],
        few=FEW,
        away=[row for row in rows if not row["survey"].active],
        writes=staff.role in MARKETERS,
        which=request.query_params.get("which", ""),
    )


async def copy(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/copy`: another survey that begins as this one is."""
    office = office_of(request)

    def make(connection: Connection) -> Kept:
        kept = gate.survey(connection, request.path_params["public_id"])
        taken = (each.code for each in library.every(connection))
        names: Texts = {
            language: plain(render(COPY_OF, language, {"name": kept.names[language]}))
            for language in LANGUAGES
            if kept.names.get(language)
        }
        made = library.copy(connection, kept.public_id, editing.free_key(kept.code, taken), names, office.now())
        assert isinstance(made, Kept)  # the code was free, and this transaction is the writer
        note(connection, request, staff.actor, "survey.made", f"survey:{made.public_id}", None, named(made))
        return made

    made = await office.database.transact(make)
    return RedirectResponse(f"{PAGE}/{made.public_id}?part=settings", 303, NO_STORE)


async def archive(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/archive`: nobody begins it any more."""
    return await _put(request, staff, active=False)


async def restore(request: Request, staff: Staff) -> Response:
    """`POST /staff/surveys/{public_id}/restore`: back into use."""
    return await _put(request, staff, active=True)


async def download(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/file.yaml?version=N`: the draft as it is, or a version, as a file."""
    number = request.query_params.get("version", "")

    def read(connection: Connection) -> tuple[str, str]:
        kept = gate.survey(connection, request.path_params["public_id"])
        versions = {str(each.number): each.survey for each in library.versions(connection, kept.public_id)}
        survey = versions.get(number) or library.current(connection, kept.public_id)
        return kept.code, written(survey)

    code, text = await office_of(request).database.read(read)
    name = {"Content-Disposition": f'attachment; filename="{code}.yaml"', **NO_STORE}
    return Response(text, media_type="application/yaml", headers=name)


def named(kept: Kept) -> dict[str, Any]:
    """A survey as the list of changes tells of it."""
    return {"name": said(kept.names, "en", "en")}


async def _put(request: Request, staff: Staff, *, active: bool) -> Response:
    office = office_of(request)

    def put(connection: Connection) -> str:
        kept = gate.survey(connection, request.path_params["public_id"])
        change = library.restore if active else library.archive
        if change(connection, kept.public_id, office.now()):
            about, was, now = f"survey:{kept.public_id}", {"active": kept.active}, {"active": active}
            note(connection, request, staff.actor, "survey.changed", about, named(kept) | was, named(kept) | now)
        return kept.public_id

    which = await office.database.transact(put)
    if active:
        return RedirectResponse(f"{PAGE}/{which}?said=restored", 303, NO_STORE)
    return RedirectResponse(f"{PAGE}?said=archived&which={which}", 303, NO_STORE)


def _row(kept: Kept, figures: Figures, language: Language) -> dict[str, Any]:
    return {"survey": kept, "name": said(kept.names, language, "en"), "figures": figures}
