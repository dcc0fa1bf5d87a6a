"""What came of a survey: who answered, its scores, where people stop, every question with its chart and table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import charts, survey_said
from console.staff import survey_results_texts as texts
from console.staff.access import Staff
from console.staff.charts import Bar, Point
from console.staff.gate import LOOKERS, MARKETERS
from console.staff.office import office_of
from console.staff.rendering import render_page
from console.staff.survey_drawn import Shown, Table, shown
from console.staff.survey_figures import Measure, Tally, areas_of, score, tallied
from console.staff.survey_filters import Sheet, sheet
from console.staff.survey_frame import around
from console.staff.survey_said import Says
from insights.scores import FEW, Mean, enough
from locales import direction, formats, render
from store import survey_progress, survey_results
from store.survey_progress import Stopped

RESTED = dt.timedelta(days=1)  # who has not gone on for so long has stopped
LOW_RESPONSE, LOW_COMPLETION, MUCH = 0.2, 0.7, 0.1
HEADLINES = ("nps", "csat", "stars", "ces")


class Came(NamedTuple):
    """How far a survey comes; `invited` is None where that is not known."""

    invited: int | None
    of_invited: str
    begun: int
    finished: int
    of_begun: str
    still: int
    advice: str


class Tile(NamedTuple):
    """One score; `score` is empty where there are too few answers."""

    key: str
    name: str
    kind: str
    score: str
    sure: str
    n: int
    advice: str


class Drawn(NamedTuple):
    """A chart, the same as a table, and what to do next."""

    chart: Markup | None
    table: Table | None
    advice: str


class Read(NamedTuple):
    """Everything that the overview is made from."""

    sheet: Sheet
    tally: Tally
    stopped: list[Stopped]
    passed: dict[str, int]
    invited: tuple[int, int, int] | None


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/results`, narrowed down by what the address says."""
    now = office_of(request).now()

    def read(connection: Connection) -> Read:
        found = sheet(connection, request, staff)
        return _read(connection, found, now)

    found = await office_of(request).database.read(read)
    questions = _questions(found)
    return render_results(
        request,
        staff,
        found.sheet,
        "overview",
        "staff/survey_results.html",
        saves=staff.role in MARKETERS,
        came=_came(found),
        tiles=_tiles(found, questions),
        areas=_areas(found),
        left=_left(found),
        questions=questions,
    )


def render_results(
    request: Request, staff: Staff, found: Sheet, view: str, template: str, **values: Any
) -> Response:
    """A page of results with what stands above each of them."""
    ways = [("overview", ""), ("groups", "/groups"), ("waves", "/waves")]
    ways += [("words", "/words")] if staff.role in LOOKERS else []
    query = f"?{found.query}" if found.query else ""
    return render_page(
        request,
        staff,
        template,
        getattr(texts, {"overview": "OVERVIEW"}.get(view, view.upper())),
        **around(request, staff, found.kept, "results"),
        view=view,
        reads=staff.role in LOOKERS,
        views=[(key, f"{found.path}{tail}{query}") for key, tail in ways],
        results=found.path,
        here=request.url.path,
        query=query,
        filters=found.filters(),
        chosen=found.chosen,
        published=bool(found.published),
        **values,
    )


def _read(connection: Connection, found: Sheet, now: dt.datetime) -> Read:
    asked, narrow, survey_id = found.asked, found.narrow, found.kept.id
    counted = survey_results.counted(connection, asked, narrow)
    answered = survey_results.answered(connection, asked, narrow)
    sums = survey_results.areas(connection, asked, narrow, areas_of(found.asks))
    return Read(
        found,
        tallied(found.asks, counted, answered, sums).get(None, Tally()),
        survey_progress.stopped(connection, survey_id, narrow, now - RESTED),
        survey_progress.passed(connection, survey_id, narrow),
        survey_progress.invited(connection, survey_id, found.period()),
    )


def _questions(found: Read) -> list[Shown]:
    return [shown(found.sheet, question, found.tally) for question in found.sheet.asks.questions.values()]


def _came(found: Read) -> Came:
    """Who was asked, began and finished; who is still at it counts among none of those who stopped."""
    language = found.sheet.language
    done = sum(each.n for each in found.stopped if each.state == "done")
    still = sum(each.n for each in found.stopped if each.state == "begun" and each.fresh)
    begun = sum(each.n for each in found.stopped)
    over = begun - still
    asked, responded, _finished = found.invited or (0, 0, 0)
    return Came(
        invited=asked if found.invited else None,
        of_invited=survey_said.percent(responded / asked, language) if asked else "",
        begun=begun,
        finished=done,
        of_begun=survey_said.percent(done / over, language) if over else "",
        still=still,
        advice=_of_rates(found, asked, responded, over, done).to(language),
    )


def _of_rates(found: Read, asked: int, responded: int, over: int, done: int) -> Says:
    if over < FEW:
        return Says(texts.RATES_FEW)
    if asked >= FEW and responded / asked < LOW_RESPONSE:
        return Says(texts.RESPONSE_LOW)
    if done / over <= LOW_COMPLETION:
        return Says(texts.COMPLETION_LOW)
    if found.invited is None:
        return Says(texts.INVITED_UNKNOWN)
    return Says(texts.RATES_GOOD if asked >= FEW else texts.RATES_FEW)


def _tiles(found: Read, questions: Sequence[Shown]) -> list[Tile]:
    return [
        Tile(
            each.key,
            each.name,
            render(texts.SCORES[each.kind], found.sheet.language),
            each.score,
            each.sure,
            each.n,
            each.advice,
        )
        for each in questions
        if each.kind in HEADLINES
    ]


def _areas(found: Read) -> Drawn | None:
    """The areas' means with their intervals, on the scale from one to five."""
    language, means = found.sheet.language, dict[str, Mean]()
    for area in areas_of(found.sheet.asks):
        mean = score(Measure("", None, area=area), found.tally)
        assert isinstance(mean, Mean)
        means[area] = mean
    if not means:
        return None
    names = {area: render(texts.OVERVIEW[f"area_{area}"], language) for area in means}
    first = survey_said.lowest(means)
    few = sum(map(enough, means.values())) == 0
    says = Says(texts.AREA_FIRST, {"area": names[first]}) if first else Says(texts.AREAS_ALIKE)
    advice = (Says(texts.AREAS_FEW) if few else says).to(language)
    points = [mean_point(names[area], mean, found.sheet) for area, mean in means.items() if enough(mean)]
    ends, rtl = ("1", "5"), direction(language) == "rtl"
    title = render(texts.OVERVIEW["areas"], language)
    rows = [
        [
            names[area],
            formats.number(mean.n, language),
            survey_said.said(mean, language),
            survey_said.within(mean, language),
        ]
        for area, mean in means.items()
    ]
    heads = [render(texts.OVERVIEW[name], language) for name in ("area", "answers", "mean", "range")]
    chart = charts.whiskers("areas", title, advice, points, ends=ends, rtl=rtl) if points else None
    return Drawn(chart, Table(heads, rows), advice)


def mean_point(name: str, mean: Mean, found: Sheet) -> Point:
    """A mean from one to five as a point of a chart."""
    interval = mean.interval
    ends = (charts.placed(interval.low, 1, 5), charts.placed(interval.high, 1, 5)) if interval else (None, None)
    return Point(name, charts.placed(mean.mean, 1, 5), survey_said.said(mean, found.language), *ends)


def _left(found: Read) -> Drawn:
    """Of those who saw a question, how many stopped there; those who are still at it are left out."""
    language, rows, bars = found.sheet.language, list[list[str]](), list[Bar]()
    shares: dict[str, float] = {}
    for key, question in found.sheet.asks.questions.items():
        here = sum(each.n for each in found.stopped if each.reached == key and not _at_it(each))
        passed = found.tally.answered[key] + found.tally.skipped[key] + found.passed.get(key, 0)
        seen, name = here + passed, found.sheet.words(question.texts)
        if seen:
            shares[key] = here / seen if seen >= FEW else 0.0
            share = survey_said.percent(here / seen, language)
            bars.append(Bar(name, here / seen, share, style="faint"))
            rows.append([name, formats.number(seen, language), formats.number(here, language), share])
    advice = _of_left(found, shares).to(language)
    heads = [render(texts.OVERVIEW[name], language) for name in ("question", "seen", "stopped_here", "share")]
    title, rtl = render(texts.OVERVIEW["left"], language), direction(language) == "rtl"
    chart = charts.bars("left", title, advice, bars, rtl=rtl) if bars else None
    return Drawn(chart, Table(heads, rows) if rows else None, advice)


def _at_it(each: Stopped) -> bool:
    return each.state == "done" or (each.state == "begun" and each.fresh)


def _of_left(found: Read, shares: dict[str, float]) -> Says:
    over = sum(each.n for each in found.stopped if each.state == "done" or not _at_it(each))
    lost = sum(each.n for each in found.stopped if not _at_it(each))
    if over < FEW:
        return Says(texts.STOP_FEW)
    if lost / over < MUCH:
        return Says(texts.STOP_NOBODY)
    most = max(shares, key=lambda key: shares[key], default="")
    if most and shares[most] >= MUCH:
        question = found.sheet.asks.questions[most]
        return Says(texts.STOP_FIRST, {"question": found.sheet.words(question.texts)})
    return Says(texts.STOP_EVEN)
