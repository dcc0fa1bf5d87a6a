"""Themes: how often each is spoken of and by how content customers, one with its trend, and what speaks of none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import gate, theme_drawn
from console.staff import theme_texts as texts
from console.staff.access import Form, Staff, absent
from console.staff.office import office_of
from console.staff.rendering import render_page
from insights.scores import FEW
from locales import LANGUAGES, Language, direction, formats, render
from service import themes, touchpoints
from service.themes import Match
from store import case_lists, improvements, theme_figures
from store import themes as kept
from store.improvements import Improvement
from store.theme_figures import Figures, Span
from store.themes import Said, Theme

PAGE, UNTAGGED_PAGE = "/staff/themes", "/staff/themes-untagged"
PERIODS = (7, 30, 90)  # days
USUAL = 30
TREND = {7: (13, 1), 30: (13, 7), 90: (13, 30)}  # so many stretches of so many days
EXAMPLES, UNTAGGED = 12, 50
TRIED = 500


class Line(NamedTuple):
    """A theme in the table."""

    theme: Theme
    name: str
    figures: Figures
    before: int
    share: str
    low: str
    stars: str


class Shown(NamedTuple):
    """A text as it is shown: in pieces, those that were found marked, and the request it belongs to."""

    said: Said
    pieces: list[tuple[str, bool]]
    number: str
    public_id: str
    kind: str


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/themes?days=30`."""
    days = asked_days(request)
    now = office_of(request).now()
    span, before = Span(now - dt.timedelta(days), now), Span(now - dt.timedelta(2 * days), now - dt.timedelta(days))

    def read(connection: Connection) -> dict[str, Any]:
        current, earlier = theme_figures.by_theme(connection, span), theme_figures.by_theme(connection, before)
        [said] = theme_figures.said_in(connection, [span])
        every = kept.every(connection)
        lines = [
            _line(
                each, current.get(each.id, Figures()), earlier.get(each.id, Figures()).texts, said, staff.language
            )
            for each in every
            if each.active
        ]
        return {
            "lines": sorted(lines, key=lambda line: -line.figures.texts),
            "said_count": said,
            "away": [(each, themes.name_of(each, staff.language)) for each in every if not each.active],
            "untagged": theme_figures.untagged(connection, span, 0)[1],
            "departments": _departments(connection, span, staff.language),
        }

    found = await office_of(request).database.read(read)
    return render_page(
        request,
        staff,
        "staff/themes.html",
        texts.LIST,
        days=days,
        periods=PERIODS,
        chart=theme_drawn.bars([(line.name, line.figures.texts) for line in found["lines"]], staff.language),
        advice=_advice(found["lines"], found["said_count"], staff.language),
        may_edit=staff.role in gate.MARKETERS,
        **found,
    )


async def one(request: Request, staff: Staff) -> Response:
    """`GET /staff/themes/{public_id}?days=30`; `new` for one that is not there yet."""
    return await theme_page(request, staff)


async def untagged(request: Request, staff: Staff) -> Response:
    """`GET /staff/themes-untagged?days=30`."""
    days, now = asked_days(request), office_of(request).now()

    def read(connection: Connection) -> dict[str, Any]:
        said, count = theme_figures.untagged(connection, Span(now - dt.timedelta(days), now), UNTAGGED)
        every = [each for each in kept.every(connection) if each.active]
        return {
            "rows": shown(connection, [Match(each, []) for each in said]),
            "count": count,
            "themes": [(each.public_id, themes.name_of(each, staff.language)) for each in every],
        }

    found = await office_of(request).database.read(read)
    return render_page(
        request,
        staff,
        "staff/themes_untagged.html",
        texts.UNTAGGED,
        days=days,
        periods=PERIODS,
        serves_customers=staff.role in gate.SERVICE,
        may_mark=may_mark(staff),
        may_edit=staff.role in gate.MARKETERS,
        **found,
    )


async def theme_page(
    request: Request, staff: Staff, *, form: Form | None = None, problem: str = "", status: int = 200
) -> Response:
    """The page of one theme, with what was typed in its form and why it was not taken."""
    days, now = asked_days(request), office_of(request).now()
    count, length = TREND[days]
    begin = now - dt.timedelta(count * length)
    spans = [
        Span(begin + dt.timedelta(place * length), begin + dt.timedelta((place + 1) * length))
        for place in range(count)
    ]

    def read(connection: Connection) -> dict[str, Any]:
        theme = found_theme(connection, request)
        around = {
            "theme": theme,
            "departments": touchpoints.departments_in(connection, staff.language),
            "name": themes.name_of(theme, staff.language) if theme else "",
        }
        if theme is None:
            return around
        span = Span(now - dt.timedelta(days), now)
        found = themes.spans(theme, theme_figures.examples(connection, theme.id, span, EXAMPLES))
        counts = theme_figures.trend(connection, spans, theme.id).get(theme.id, [0] * len(spans))
        return around | {
            "rows": shown(connection, found),
            "trend": list(zip(spans, counts, theme_figures.said_in(connection, spans), strict=True)),
            "progress": themes.progress(connection, theme),
            "improvements": improvements.of_theme(connection, theme.id),
        }

    found = await office_of(request).database.read(read)
    theme: Theme | None = found["theme"]
    if theme is None and staff.role not in gate.MARKETERS:
        raise absent()
    return render_page(
        request,
        staff,
        "staff/theme.html",
        texts.ONE,
        status=status,
        problem=problem,
        days=days,
        periods=PERIODS,
        chart=theme_drawn.trend(
            found["trend"], _done(found["improvements"]), staff.language, office_of(request).zone
        )
        if theme
        else "",
        sides=_sides(theme, form),
        typed_department=form.get("department", "") if form else theme.department if theme else "",
        in_use="active" in form if form else theme.active if theme else True,
        may_edit=staff.role in gate.MARKETERS,
        may_mark=may_mark(staff),
        serves_customers=staff.role in gate.SERVICE,
        longest=themes.LONGEST_NAME,
        **found,
    )


def found_theme(connection: Connection, request: Request) -> Theme | None:
    """The theme that is asked for, None for a new one. Raises the 404 of what is not there."""
    public_id = request.path_params["public_id"]
    theme = None if public_id == "new" else kept.find(connection, public_id)
    if theme is None and public_id != "new":
        raise absent()
    return theme


def may_mark(staff: Staff) -> bool:
    """Whether this person may say what a text is about."""
    return staff.role in gate.LOOKERS


def asked_days(request: Request) -> int:
    """The period that is asked for."""
    given = request.query_params.get("days", "")
    return next((one for one in PERIODS if str(one) == given), USUAL)


def shown(connection: Connection, found: Sequence[Match]) -> list[Shown]:
    """Texts with what was found in them marked, and the requests that they belong to."""
    numbers = case_lists.numbers(connection, [each.said.id for each in found if each.said.kind == "case"])
    nothing = ("", "", "answer")
    return [
        Shown(each.said, _pieces(each), *(numbers[each.said.id] if each.said.kind == "case" else nothing))
        for each in found
    ]


def _pieces(found: Match) -> list[tuple[str, bool]]:
    text, pieces, reached = found.said.text, [], 0
    for start, end in found.spans:
        pieces += [(text[reached:start], False), (text[start:end], True)]
        reached = end
    return [each for each in (*pieces, (text[reached:], False)) if each[0]]


def _line(theme: Theme, figures: Figures, before: int, said: int, language: Language) -> Line:
    few = render(texts.LIST["few"], language)
    low = few
    if figures.scored >= FEW:
        values = {"percent": percent(figures.low / figures.scored, language), "count": figures.scored}
        low = render(texts.LIST["low_of"], language, values)
    stars = f"{figures.stars:.1f}" if figures.stars is not None and figures.starred >= FEW else few
    share = percent(figures.texts / said, language) if said else "–"
    return Line(theme, themes.name_of(theme, language), figures, before, share, low, stars)


def percent(share: float, language: Language) -> str:
    """A share as a whole number of a hundred."""
    return f"{formats.number(round(100 * share), language)}%"


def _advice(lines: Sequence[Line], said: int, language: Language) -> Markup:
    judged = [line for line in lines if line.figures.scored >= FEW]
    if not said:
        return Markup(render(texts.NOTHING_SAID, language))  # noqa: S704 - our own text
    if not judged:
        return Markup(render(texts.TOO_FEW, language))  # noqa: S704 - our own text
    worst = max(judged, key=lambda line: line.figures.low / line.figures.scored)
    share = worst.figures.low / worst.figures.scored
    if share < 0.2:
        return Markup(render(texts.ALL_WELL, language))  # noqa: S704 - our own text
    values = {"theme": worst.name, "percent": percent(share, language)}
    return Markup(render(texts.BEGIN_WITH, language, values))  # noqa: S704 - render escapes what it inserts


def _departments(connection: Connection, span: Span, language: Language) -> list[tuple[str, int]]:
    names = touchpoints.departments_in(connection, language)
    counted = theme_figures.by_department(connection, span)
    return sorted(((names.get(code, code), count) for code, count in counted.items()), key=lambda one: -one[1])


def _done(made: Sequence[Improvement]) -> list[dt.datetime]:
    return [one.done_at for one in made if one.done_at is not None]


def _sides(theme: Theme | None, form: Form | None) -> list[Mapping[str, str]]:
    """Name and words in each language, as typed or as kept."""
    return [
        {
            "language": language,
            "direction": direction(language),
            "name": form.get(f"name-{language}", "") if form else theme.names.get(language, "") if theme else "",
            "words": form.get(f"words-{language}", "")
            if form
            else "\n".join(theme.words.get(language, []))
            if theme
            else "",
        }
        for language in LANGUAGES
    ]
