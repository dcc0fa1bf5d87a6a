"""The list of templates: how far each text is, which campaigns say it; new ones, copies, and what was removed."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console import texts as chat_texts
from console.staff import access
from console.staff import template_frame as frame
from console.staff import template_texts as texts
from console.staff.access import Staff
from console.staff.gate import MARKETERS
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import LANGUAGES, render
from outreach.templates import keeping, starters
from outreach.templates.content import Content, content_of
from outreach.templates.reviewing import State, state_of
from store import templates
from store.templates import Template, Use
from talk.split import plain

NEW = f"{frame.PAGE}/new"


class Line(NamedTuple):
    """A template as the list shows it."""

    template: Template
    content: Content
    states: list[tuple[str, str, State]]
    changer: str
    uses: list[Use]


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/templates`."""

    def read(connection: Connection) -> dict[str, Any]:
        return {
            "lines": _lines(connection, templates.every(connection)),
            "removed": _lines(connection, templates.every(connection, removed=True)),
        }

    return render_page(
        request,
        staff,
        "staff/template_list.html",
        texts.LIST,
        writes=staff.role in MARKETERS,
        which=request.query_params.get("which", ""),
        **await office_of(request).database.read(read),
    )


async def start(request: Request, staff: Staff) -> Response:
    """`GET /staff/templates/new`: an empty one, or one that comes with Sapa."""
    said = {code: [plain(render(text, staff.language)) for text in both] for code, both in texts.BEGINNINGS.items()}
    return render_page(request, staff, "staff/template_new.html", texts.NEW, beginnings=said)


async def make(request: Request, staff: Staff) -> Response:
    """`POST /staff/templates/new`: a template that begins as one that comes with Sapa, or empty."""
    office, form = office_of(request), await access.form(request)
    found = starters.every().get(form.get("starter", ""))
    content = found.content if found else Content()
    name = plain(render(texts.BEGINNINGS[form["starter"]][0] if found else texts.NEW["new"], staff.language))

    def work(connection: Connection) -> Template:
        made = keeping.make(connection, name, content, frame.house(office), staff.public_id, office.now()).template
        note(connection, request, staff.actor, "template.added", frame.subject(made), None, keeping.told(made))
        return made

    made = await office.database.transact(work)
    return RedirectResponse(frame.page_of(made), 303, NO_STORE)


async def copy(request: Request, staff: Staff) -> Response:
    """`POST /staff/templates/{public_id}/copy`."""
    office = office_of(request)

    def work(connection: Connection) -> Template:
        before = frame.template(connection, request)
        name = plain(render(texts.COPY_OF, staff.language, {"name": before.name}))
        made = keeping.copy(connection, before, name, staff.public_id, office.now())
        note(connection, request, staff.actor, "template.copied", frame.subject(made), None, keeping.told(made))
        return made

    made = await office.database.transact(work)
    return RedirectResponse(f"{frame.page_of(made)}?said=copied", 303, NO_STORE)


async def remove(request: Request, staff: Staff) -> Response:
    """`POST /staff/templates/{public_id}/remove`: it is offered to no campaign any more."""
    office = office_of(request)

    def work(connection: Connection) -> Template:
        before = frame.template(connection, request, lock=True)
        if before.removed_at is None:
            templates.remove(connection, before.id, office.now())
            told = keeping.told(before)
            note(connection, request, staff.actor, "template.removed", frame.subject(before), told, None)
        return before

    gone = await office.database.transact(work)
    return RedirectResponse(f"{frame.PAGE}?said=removed&which={gone.public_id}", 303, NO_STORE)


async def restore(request: Request, staff: Staff) -> Response:
    """`POST /staff/templates/{public_id}/restore`: it is offered again."""
    office = office_of(request)

    def work(connection: Connection) -> Template:
        before = frame.template(connection, request, lock=True)
        if before.removed_at is not None:
            templates.restore(connection, before.id, office.now())
            told = keeping.told(before)
            note(connection, request, staff.actor, "template.restored", frame.subject(before), None, told)
        return before

    back = await office.database.transact(work)
    return RedirectResponse(f"{frame.page_of(back)}?said=restored", 303, NO_STORE)


def _lines(connection: Connection, found: list[Template]) -> list[Line]:
    names = frame.names(connection, {each.by for each in found})
    return [_line(each, names[each.by], templates.uses(connection, each.public_id)) for each in found]


def _line(template: Template, changer: str, uses: list[Use]) -> Line:
    content = content_of(template.content)
    states: list[tuple[str, str, State]] = [
        (each, chat_texts.NAMES[each], state_of(content, each)) for each in LANGUAGES
    ]
    return Line(template, content, states, changer, uses)
