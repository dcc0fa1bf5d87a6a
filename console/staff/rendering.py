"""Pages as staff see them: in their own language, on the business's clock, with the ways their role may go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

import console
from console import headers, language
from console.staff import texts
from console.staff.office import Office, office_of
from locales import Language, Text, direction, formats, render
from store.staff import Role
from store.staff_sessions import Staff

OWN = "/staff/account"
PRESENCE = "/staff/presence"
TODAY = "/staff/today"
Group: TypeAlias = Literal["work", "outreach", "listening", "settings", "own"]
GROUPS: tuple[Group, ...] = get_args(Group)
NO_STORE = {"Cache-Control": "no-store"}


class StaffRoute(Route):
    """A route that names who may go there; with a `label` it stands in their navigation.

    `roles` is empty for the few doors that are open to people who are not logged in. `icon` is one of
    staff/icons.html, `group` where in the navigation it stands, `figure` which of the live counts it bears.
    """

    roles: frozenset[Role]
    label: Text | None
    icon: str
    group: Group
    figure: str


class Way(NamedTuple):
    """One way of the navigation; `here` says whether that is where they are."""

    path: str
    label: Markup
    icon: str
    here: bool
    figure: str


class Ways(NamedTuple):
    """Ways that belong together, under a title or under none."""

    title: Markup | None
    ways: list[Way]


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
    around = surroundings(office, spoken, known)
    said = f"said_{request.query_params.get('said', '')}"
    html = office.templates.get_template(template).render(
        **around,
        said=around["t"](said) if said in known else "",
        staff=staff,
        csrf=staff.csrf if staff else "",
        navigation=_navigation(request, staff, spoken),
        serves=staff is not None and _serves(request, staff),
        at_account=request.url.path == OWN,
        **values,
    )
    return HTMLResponse(html, status, {"Content-Security-Policy": headers.staff_policy(), **NO_STORE})


def render_part(office: Office, spoken: Language, template: str, words: Mapping[str, Text], **values: Any) -> str:
    """A part of a page by itself, which is the same for everybody who reads this language."""
    return office.templates.get_template(template).render(**surroundings(office, spoken, words), **values)


def surroundings(office: Office, spoken: Language, known: Mapping[str, Text]) -> dict[str, Any]:
    """What every template has: its texts, the forms of moments and numbers, and the house."""

    def t(name: str, /, **inserted: object) -> Markup:
        return Markup(render(known[name], spoken, inserted))  # noqa: S704 - render escapes what it inserts

    return {
        "t": t,
        "known": known,
        "language": spoken,
        "direction": direction(spoken),
        "business": office.business,
        "static": office.static,
        "local": lambda at: at.astimezone(office.zone),
        "moment": lambda at: formats.moment(at.astimezone(office.zone), spoken),
        "day": lambda at: formats.date(at.astimezone(office.zone).date(), spoken),
        "clock": lambda at: formats.time(at.astimezone(office.zone).time(), spoken),
        "number": lambda count: formats.number(count, spoken),
        "money": lambda minor, currency: formats.money(formats.Money(minor, currency), spoken),
        "iso": lambda at: at.astimezone(dt.UTC).isoformat(timespec="seconds"),
    }


def templates() -> Environment:
    """The templates of all staff pages; a name that a template does not know is an error."""
    return Environment(
        loader=FileSystemLoader(Path(console.__file__).parent / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        auto_reload=False,
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
    ways = sorted(_ways(request, staff), key=lambda route: GROUPS.index(route.group))
    return next((route.path for route in ways), None)


def _navigation(request: Request, staff: Staff | None, spoken: Language) -> list[Ways]:
    """The ways that are open to this role; the nearest one above a page is where they are."""
    if staff is None:
        return []
    routes, path = _ways(request, staff), request.url.path
    above = [route.path for route in routes if path == route.path or path.startswith(f"{route.path}/")]
    here = max(above, key=len, default="")
    titles: dict[Group, Text | None] = {
        "work": None,
        "outreach": texts.OUTREACH,
        "listening": texts.LISTENING,
        "settings": texts.SETTINGS,
    }
    return [
        Ways(
            Markup(render(title, spoken)) if title else None,  # noqa: S704 - our own text
            [_way(route, spoken, here) for route in routes if route.group == group],
        )
        for group, title in titles.items()
        if any(route.group == group for route in routes)
    ]


def _way(route: StaffRoute, spoken: Language, here: str) -> Way:
    assert route.label is not None
    label = Markup(render(route.label, spoken))  # noqa: S704 - our own text
    return Way(route.path, label, route.icon, route.path == here, route.figure)


def _serves(request: Request, staff: Staff) -> bool:
    """Whether they serve customers, and so are present or away."""
    return any(route.path == PRESENCE and staff.role in route.roles for route in _staff_routes(request))


def _ways(request: Request, staff: Staff) -> list[StaffRoute]:
    return [route for route in _staff_routes(request) if route.label is not None and staff.role in route.roles]


def _staff_routes(request: Request) -> list[StaffRoute]:
    return [route for route in request.app.routes if isinstance(route, StaffRoute)]
