"""Pages as staff see them: in their own language, on the business's clock, with the ways their role may go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

import console
from console import headers, language
from console.staff import texts
from console.staff.office import office_of
from locales import Language, Text, direction, formats, render
from store.staff import Role
from store.staff_sessions import Staff

OWN = "/staff/account"
NO_STORE = {"Cache-Control": "no-store"}


class StaffRoute(Route):
    """A route that names who may go there; with a `label` it stands in their navigation.

    `roles` is empty for the few doors that are open to people who are not logged in.
    """

    roles: frozenset[Role]
    label: Text | None


def render_page(
    request: Request,
    staff: Staff | None,
    template: str,
    words: Mapping[str, Text] | None = None,
    *,
    status: int = 200,
    spoken: Language | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page from `console/templates`; `words` are its own texts beside those of every page.

    Templates say a text with `t("name", value=…)` and have `moment`, `day`, `clock`, `number` and `money` for what
    stands outside of sentences. A `?said=NAME` shows the text `said_NAME`, where there is one, as what was just
    done. `spoken` is the language where it is not theirs or the browser's.
    """
    office = office_of(request)
    spoken = spoken or spoken_by(request, staff)
    known = {**texts.EVERY_PAGE, **(words or {})}

    def t(name: str, /, **inserted: object) -> Markup:
        return Markup(render(known[name], spoken, inserted))  # noqa: S704 - render escapes what it inserts

    said = f"said_{request.query_params.get('said', '')}"
    html = office.templates.get_template(template).render(
        t=t,
        said=t(said) if said in known else "",
        staff=staff,
        csrf=staff.csrf if staff else "",
        language=spoken,
        direction=direction(spoken),
        business=office.business,
        static=office.static,
        navigation=_navigation(request, staff, spoken),
        known=known,
        local=lambda at: at.astimezone(office.zone),
        moment=lambda at: formats.moment(at.astimezone(office.zone), spoken),
        day=lambda at: formats.date(at.astimezone(office.zone).date(), spoken),
        clock=lambda at: formats.time(at.astimezone(office.zone).time(), spoken),
        number=lambda count: formats.number(count, spoken),
        money=lambda minor, currency: formats.money(formats.Money(minor, currency), spoken),
        iso=lambda at: at.astimezone(dt.UTC).isoformat(timespec="seconds"),
        **values,
    )
    return HTMLResponse(html, status, {"Content-Security-Policy": headers.page_policy(), **NO_STORE})


def templates() -> Environment:
    """The templates of all staff pages; a name that a template does not know is an error."""
    return Environment(
        loader=FileSystemLoader(Path(console.__file__).parent / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def spoken_by(request: Request, staff: Staff | None) -> Language:
    """The language of a page: their own, or their browser's before they are known."""
    return language.of_page(request) if staff is None else staff.language


def render_message(request: Request, staff: Staff | None, status: int, text: Text, **values: object) -> Response:
    """A page with one sentence, or the same as JSON for a script that asks for it."""
    sentence = render(text, spoken_by(request, staff), values)
    if wants_json(request):
        return JSONResponse({"error": sentence}, status, NO_STORE)
    return render_page(request, staff, "staff/message.html", status=status, sentence=Markup(sentence))  # noqa: S704


def wants_json(request: Request) -> bool:
    """Whether a script asks, not a page."""
    return "application/json" in request.headers.get("accept", "")


def first_page(request: Request, staff: Staff) -> str | None:
    """The address of the first page in this person's navigation."""
    return next((path for path, _label in _ways(request, staff)), None)


def _navigation(request: Request, staff: Staff | None, spoken: Language) -> list[tuple[str, str, bool]]:
    """Address and label of each way that is open to this role, and whether it is where they are."""
    if staff is None:
        return []
    here = request.url.path
    return [
        (path, render(label, spoken), here == path or here.startswith(f"{path}/"))
        for path, label in _ways(request, staff)
    ]


def _ways(request: Request, staff: Staff) -> list[tuple[str, Text]]:
    routes = [route for route in request.app.routes if isinstance(route, StaffRoute)]
    routes.sort(key=lambda route: route.path == OWN)  # one's own page stands last
    return [(route.path, route.label) for route in routes if route.label is not None and staff.role in route.roles]
