"""Groups of responses, and waves, compared with each other: what differs by more than chance explains."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from markupsafe import Markup
from msgspec import structs
from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import charts, survey_said
from console.staff import survey_results_texts as texts
from console.staff.access import Staff
from console.staff.charts import Point
from console.staff.office import office_of
from console.staff.survey_drawn import Table
from console.staff.survey_figures import Measure, Tally, areas_of, measures, score, tallied
from console.staff.survey_filters import Sheet, sheet
from console.staff.survey_results import HEADLINES, render_results
from console.staff.survey_said import Says
from insights import comparing
from insights.comparing import Compared
from insights.scores import Net, Score, Share, enough, pooled
from locales import Language, direction, formats, render
from store import survey_results
from store.survey_results import DIMENSIONS, By, Dimension, Group
from store.survey_waves import Wave

MARKS = {"better": "▲", "worse": "▼", "more": "▲", "less": "▼", "same": "=", "few": "…"}
WAVES_SHOWN = 12


class Cell(NamedTuple):
    """A figure under a column's head, and what stands under the figure."""

    head: str
    value: str
    under: str = ""


class Line(NamedTuple):
    """One comparison: what is compared, the figures, and the verdict with what to do next."""

    name: str
    cells: list[Cell]
    verdict: str
    mark: str
    says: str
    next: str


async def groups(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/results/groups?figure=KEY&by=DIMENSION`: each group against all others."""

    def read(connection: Connection) -> tuple[Sheet, Dimension, dict[Group, Tally]]:
        found = sheet(connection, request, staff)
        by = _dimension(found, request.query_params.get("by", ""))
        return found, by, _tallies(connection, found, by)

    found, by, tallies = await office_of(request).database.read(read)
    known = measures(found.asks)
    measure = _wished(known, request.query_params.get("figure", ""))
    lines, chart, advice = _groups(found, measure, by, tallies) if measure else ([], None, "")
    return render_results(
        request,
        staff,
        found,
        "groups",
        "staff/survey_groups.html",
        figures=[(each.key, named(found, each)) for each in known],
        figure=measure.key if measure else "",
        by=by,
        dimensions=DIMENSIONS,
        lines=lines,
        chart=chart,
        advice=advice,
    )


async def waves(request: Request, staff: Staff) -> Response:
    """`GET /staff/surveys/{public_id}/results/waves?earlier=WAVE&later=WAVE&figure=KEY`: a wave against another."""

    def read(connection: Connection) -> tuple[Sheet, dict[Group, Tally]]:
        found = sheet(connection, request, staff)
        found = found._replace(narrow=structs.replace(found.narrow, wave=None))
        return found, _tallies(connection, found, "wave")

    found, tallies = await office_of(request).database.read(read)
    rounds, known = list(reversed(found.waves)), measures(found.asks)
    earlier, later = _two(request, rounds)
    lines, advice = _lines(found, known, earlier, later, tallies) if earlier and later else ([], "")
    measure = _wished(known, request.query_params.get("figure", ""))
    return render_results(
        request,
        staff,
        found,
        "waves",
        "staff/survey_waves.html",
        rounds=rounds,
        earlier=earlier,
        later=later,
        lines=lines,
        advice=advice,
        figures=[(each.key, named(found, each)) for each in known],
        figure=measure.key if measure else "",
        trend=_trend(found, measure, rounds[-WAVES_SHOWN:], tallies) if measure and len(rounds) > 1 else None,
    )


def named(found: Sheet, measure: Measure) -> str:
    """What a measure is called: its question, with the row or the choice, or its area."""
    if measure.question is None:
        return render(texts.GROUPS[f"area_{measure.area}"], found.language)
    name = found.words(measure.question.texts)
    return f"{name} · {found.parts(measure.question)[measure.part]}" if measure.part else name


def points(found: Sheet, named_scores: Sequence[tuple[str, Score]]) -> tuple[list[Point], tuple[float, float]]:
    """Scores of one kind as points, and the ends of the scale they are on."""
    least, most = _scale([each for _name, each in named_scores])
    drawn = list[Point]()
    for name, each in named_scores:
        interval = each.interval if enough(each) else None
        ends = [charts.placed(end, least, most) for end in (interval.low, interval.high)] if interval else ()
        says = survey_said.said(each, found.language)
        drawn.append(Point(name, charts.placed(each.value or 0.0, least, most), says, *ends))
    return drawn, (least, most)


def _scale(every: Sequence[Score]) -> tuple[float, float]:
    """From where to where scores of a kind can be; of numbers, from where to where these are."""
    first = every[0]
    if isinstance(first, Net):
        return -1.0, 1.0
    if isinstance(first, Share):
        return 0.0, 1.0
    if first.least is not None and first.most is not None:
        return float(first.least), float(first.most)
    known = [each for each in every if each.value is not None]
    lows = [each.interval.low if each.interval else each.value or 0.0 for each in known]
    highs = [each.interval.high if each.interval else each.value or 0.0 for each in known]
    room = (max(highs) - min(lows)) / 10 or 1.0
    return min(lows) - room, max(highs) + room


def _tallies(connection: Connection, found: Sheet, by: By) -> dict[Group, Tally]:
    counted = survey_results.counted(connection, found.asked, found.narrow, by)
    answered = survey_results.answered(connection, found.asked, found.narrow, by)
    sums = survey_results.areas(connection, found.asked, found.narrow, areas_of(found.asks), by)
    return tallied(found.asks, counted, answered, sums)


def _groups(
    found: Sheet, measure: Measure, by: Dimension, tallies: dict[Group, Tally]
) -> tuple[list[Line], Markup | None, str]:
    scored = {group: score(measure, tallies[group]) for group in found.groups(by) if group in tallies}
    scored = {group: each for group, each in scored.items() if each.n}
    if not scored:
        return [], None, Says(texts.NOBODY).to(found.language)
    every, names = list(scored.values()), [found.name(by, group) for group in scored]
    pairs = [(_others(every, place), each) for place, each in enumerate(every)]
    compared = comparing.together(pairs)
    lines = [
        _line(found, measure, name, [("score", each)], pair[0], result)
        for name, each, pair, result in zip(names, every, pairs, compared, strict=True)
    ]
    advice = _of_groups(names, compared, measure).to(found.language)
    drawn, ends = points(found, list(zip(names, every, strict=True)))
    return lines, _chart(charts.whiskers, found, measure, every[0], drawn, ends, advice), advice


def _others(every: Sequence[Score], place: int) -> Score:
    """All groups but one together; of a single group that is nobody."""
    rest = [*every[:place], *every[place + 1 :]]
    return pooled(rest) if rest else Share(0, 0)


def _lines(
    found: Sheet, known: Sequence[Measure], earlier: Wave, later: Wave, tallies: dict[Group, Tally]
) -> tuple[list[Line], str]:
    """Every measure of two waves, and what stands out."""
    before, now = tallies.get(earlier.id, Tally()), tallies.get(later.id, Tally())
    scored = [(each, score(each, before), score(each, now)) for each in known]
    scored = [(each, first, second) for each, first, second in scored if first.n or second.n]
    compared = comparing.together([(first, second) for _each, first, second in scored])
    lines = [
        _line(found, each, named(found, each), [("earlier", first), ("later", second)], first, result)
        for (each, first, second), result in zip(scored, compared, strict=True)
    ]
    return lines, _of_waves([(line.verdict, line.name) for line in lines]).to(found.language)


def _line(
    found: Sheet, measure: Measure, name: str, scored: Sequence[tuple[str, Score]], first: Score, result: Compared
) -> Line:
    language, verdict = found.language, survey_said.verdict(measure, result)
    cells = [Cell(head, survey_said.said(each, language), _under(each, language)) for head, each in scored]
    cells.append(Cell("difference", survey_said.difference(scored[0][1], result, language)))
    words = render(texts.VERDICTS[verdict], language)
    after = survey_said.after(measure, first, result, language).to(language)
    return Line(name, cells, verdict, MARKS[verdict], words, after)


def _under(scored: Score, language: Language) -> str:
    """How sure a figure is, and how many answered."""
    given = render(texts.GIVEN, language, {"count": scored.n})
    within = survey_said.within(scored, language)
    return given if within == "–" else f"{within} · {given}"


def _trend(
    found: Sheet, measure: Measure, rounds: Sequence[Wave], tallies: dict[Group, Tally]
) -> tuple[Markup, Table] | None:
    """A measure over the waves, as a line and as a table."""
    scored = [(wave.name, score(measure, tallies.get(wave.id, Tally()))) for wave in rounds]
    scored = [(name, each) for name, each in scored if each.n]
    if not scored:
        return None
    drawn, ends = points(found, scored)
    chart = _chart(charts.line, found, measure, scored[0][1], drawn, ends, named(found, measure))
    heads = [render(texts.WAVES[name], found.language) for name in ("wave", "answers", "score", "range")]
    rows = [
        [
            name,
            formats.number(each.n, found.language),
            survey_said.said(each, found.language),
            survey_said.within(each, found.language),
        ]
        for name, each in scored
    ]
    return chart, Table(heads, rows)


def _chart(
    draw: Callable[..., Markup],
    found: Sheet,
    measure: Measure,
    first: Score,
    drawn: Sequence[Point],
    ends: tuple[float, float],
    about: str,
) -> Markup:
    low, high = (survey_said.figure(first, end, found.language) for end in ends)
    mark = 0.5 if isinstance(first, Net) else None
    rtl = direction(found.language) == "rtl"
    return draw("compared", named(found, measure), about, drawn, ends=(low, high), mark=mark, rtl=rtl)


def _of_groups(names: Sequence[str], compared: Sequence[Compared], measure: Measure) -> Says:
    verdicts = {survey_said.verdict(measure, each): name for name, each in zip(names, compared, strict=True)}
    for verdict, text in (("worse", texts.GROUP_WORSE), ("better", texts.GROUP_BETTER), ("less", texts.GROUP_LESS)):
        if verdict in verdicts:
            return Says(text, {"group": verdicts[verdict]})
    if "more" in verdicts:
        return Says(texts.GROUP_MORE, {"group": verdicts["more"]})
    return Says(texts.GROUPS_SAME if "same" in verdicts else texts.GROUPS_FEW)


def _of_waves(told: Sequence[tuple[str, str]]) -> Says:
    known = dict(reversed(told))  # of several the first that is asked
    for verdict, text in (("worse", texts.WAVE_WORSE), ("better", texts.WAVE_BETTER)):
        if verdict in known:
            return Says(text, {"figure": known[verdict]})
    return Says(texts.WAVES_FEW if set(known) <= {"few"} else texts.WAVES_SAME)


def _dimension(found: Sheet, wish: str) -> Dimension:
    """What to split by: what the address says, else the first that has groups to compare."""
    several = next((each for each in DIMENSIONS if len(found.groups(each)) > 1), DIMENSIONS[0])
    return next((each for each in DIMENSIONS if each == wish), several)


def _wished(known: Sequence[Measure], wish: str) -> Measure | None:
    """The measure of the address, else the first score of a whole question, else the first there is."""
    scored = [each for each in known if each.question is not None and each.question.kind in HEADLINES]
    return next((each for each in known if each.key == wish), next(iter((*scored, *known)), None))


def _two(request: Request, rounds: Sequence[Wave]) -> tuple[Wave | None, Wave | None]:
    """The two waves of the address, else the last two; without two there are none."""
    if len(rounds) < 2:
        return None, None
    named_waves = {wave.public_id: wave for wave in rounds}
    earlier, later = (named_waves.get(request.query_params.get(name, "")) for name in ("earlier", "later"))
    return earlier or rounds[-2], later or rounds[-1]
