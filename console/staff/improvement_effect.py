"""Whether an improvement helped: the score that it should lift before and after it was done, and over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy.engine import Connection

from console.staff import charts, survey_said
from console.staff import improvement_texts as texts
from console.staff.survey_figures import (
    Asks,
    Measure,
    Tally,
    areas_of,
    asked_of,
    asks_of,
    measures,
    score,
    tallied,
)
from console.staff.survey_texts import AREAS
from insights.comparing import together
from insights.scores import Mean, Net, Score, enough
from locales import Language, direction, formats, render
from locales.formats import DayOfYear
from service import touchpoints
from store import survey_results, survey_waves
from store import touchpoints as kept_touchpoints
from store.improvements import Improvement
from store.survey_results import Asked, Narrow
from surveys import library
from surveys.library import Published
from surveys.texts import fill

STRETCH = dt.timedelta(days=30)
BEFORE = 6  # stretches before it was done that count
POINTS_SHOWN = 12
WAVES = 3  # from so many on, waves are the stretches


class Point(NamedTuple):
    """The score in one stretch of time."""

    name: str
    score: Score
    says: str
    within: str


class Effect(NamedTuple):
    """Before and after, and what to make of it; both None while it is not done. `chart` is of `points`."""

    name: str
    survey: str
    points: list[Point]
    chart: Markup
    before: Point | None
    after: Point | None
    difference: str
    verdict: str


class Choice(NamedTuple):
    """A score that an improvement may lift: the survey's public id and the measure's key, and what it is called."""

    value: str
    name: str


def choices(connection: Connection, language: Language, business: str) -> list[tuple[str, list[Choice]]]:
    """What improvements may lift, by survey."""
    found = []
    for kept in library.every(connection):
        published = library.versions(connection, kept.public_id) if kept.version else []
        if not published:
            continue
        asks = asks_of(published)
        rated = [
            Choice(f"{kept.public_id}/{each.key}", _called(each, published, language, business))
            for each in _rated(asks)
        ]
        if rated:
            found.append((touchpoints.name_of(kept.names, language), rated))
    return found


def measured(connection: Connection, survey: str, key: str) -> bool:
    """Whether this survey has such a score."""
    published = library.versions(connection, survey) if library.find(connection, survey) else []
    return any(each.key == key for each in _rated(asks_of(published)))


def effect(
    connection: Connection, one: Improvement, language: Language, business: str, now: dt.datetime, zone: dt.tzinfo
) -> Effect | None:
    """What became of the score; None where none was chosen, or the survey has it no more."""
    kept = library.find(connection, one.survey) if one.survey else None
    published = library.versions(connection, one.survey) if kept else []
    asks = asks_of(published)
    measure = next((each for each in _rated(asks) if each.key == one.question), None)
    if kept is None or measure is None:
        return None
    departments = {each.code: each.department for each in kept_touchpoints.read_touchpoints(connection)}
    asked = asked_of(kept.id, published, asks, departments)
    begins, names = _stretches(connection, kept.id, one, now, zone, language)
    scores = _scores(connection, asked, asks, measure, begins)
    points = [_point(name, each, language) for name, each in zip(names, scores, strict=True)]
    before = after = None
    difference = verdict = ""
    if one.done_at is not None:
        first, second = _scores(
            connection, asked, asks, measure, [one.done_at - BEFORE * STRETCH, one.done_at], now
        )
        before, after = (_point("", each, language) for each in (first, second))
        difference, verdict = _compared(first, second, language)
    name = _called(measure, published, language, business)
    drawn = [(point, begin) for point, begin in zip(points, begins, strict=True) if point.score.value is not None]
    return Effect(
        name,
        touchpoints.name_of(kept.names, language),
        points,
        _chart(drawn, one.done_at, language),
        before,
        after,
        difference,
        verdict,
    )


def _rated(asks: Asks) -> list[Measure]:
    """What has a better and a worse end."""
    return [
        each
        for each in measures(asks)
        if each.question is None or each.question.kind in ("nps", "csat", "ces", "stars", "matrix")
    ]


def _called(measure: Measure, published: Sequence[Published], language: Language, business: str) -> str:
    if measure.question is None:
        return render(AREAS[f"area_{measure.area}"], language)
    survey = published[0].survey

    def words(said: Mapping[str, str]) -> str:
        return fill(survey, dict(said), language, {}, {"business": business})

    row = next((each for each in measure.question.rows if each.key == measure.part), None)
    whole = words(measure.question.texts)
    return f"{whole} – {words(row.texts)}" if row else whole


def _stretches(
    connection: Connection, survey_id: int, one: Improvement, now: dt.datetime, zone: dt.tzinfo, language: Language
) -> tuple[list[dt.datetime], list[str]]:
    """When the stretches begin and what they are called: waves where there are some, else months around it."""
    waves = sorted(survey_waves.of(connection, survey_id), key=lambda wave: wave.starts_at)[-POINTS_SHOWN:]
    if len(waves) >= WAVES:
        return [wave.starts_at for wave in waves], [wave.name for wave in waves]
    middle = one.done_at or now
    ahead = min(POINTS_SHOWN - BEFORE, max(1, -((middle - now) // STRETCH))) if one.done_at else 0
    back = BEFORE if one.done_at else POINTS_SHOWN
    begins = [middle + place * STRETCH for place in range(-back, ahead)]
    days = [begin.astimezone(zone) for begin in begins]
    return begins, [formats.shown(DayOfYear(day.month, day.day), language) for day in days]


def _scores(
    connection: Connection,
    asked: Asked,
    asks: Asks,
    measure: Measure,
    begins: Sequence[dt.datetime],
    until: dt.datetime | None = None,
) -> list[Score]:
    narrow = Narrow(since=begins[0], until=until)
    counted = survey_results.counted(connection, asked, narrow, begins)
    answered = survey_results.answered(connection, asked, narrow, begins)
    areas = areas_of(asks) if measure.area else {}
    groups = tallied(asks, counted, answered, survey_results.areas(connection, asked, narrow, areas, begins))
    return [score(measure, groups.get(place, Tally())) for place in range(len(begins))]


def _point(name: str, found: Score, language: Language) -> Point:
    return Point(name, found, survey_said.said(found, language), survey_said.within(found, language))


def _compared(first: Score, second: Score, language: Language) -> tuple[str, str]:
    """The difference, and what to make of it."""
    [compared] = together([(first, second)])
    difference = survey_said.difference(first, compared, language)
    fixed = {"better": texts.HELPED, "worse": texts.HARMED, "few": texts.TOO_SOON}
    if compared.verdict in fixed:
        return difference, render(fixed[compared.verdict], language)
    if compared.wanted is None:
        return difference, render(texts.NO_DIFFERENCE, language)
    values = {"count": compared.wanted, "difference": survey_said.worth_of(first, language)}
    return difference, render(texts.NO_DIFFERENCE_YET, language, values)


def _chart(drawn: Sequence[tuple[Point, dt.datetime]], done_at: dt.datetime | None, language: Language) -> Markup:
    if not drawn:
        return Markup()
    kind = drawn[0][0].score
    least, most = (-1.0, 1.0) if isinstance(kind, Net) else (1.0, 5.0) if isinstance(kind, Mean) else (0.0, 1.0)

    def placed(point: Point) -> charts.Point:
        interval = point.score.interval if enough(point.score) else None
        low, high = (interval.low, interval.high) if interval else (None, None)
        value = point.score.value or 0.0
        ends = [None if each is None else charts.placed(each, least, most) for each in (low, high)]
        return charts.Point(point.name, charts.placed(value, least, most), point.says, *ends)

    begins = [begin for _point, begin in drawn]
    event = []
    if done_at is not None and begins[0] < done_at:
        earlier = sum(begin < done_at for begin in begins)
        event = [charts.Event(earlier - 0.5, render(texts.ONE["done_here"], language))]
    ends = (survey_said.figure(kind, least, language), survey_said.figure(kind, most, language))
    title, about = (render(texts.ONE[name], language) for name in ("trend", "trend_about"))
    points = [placed(point) for point, _begin in drawn]
    return charts.line("score", title, about, points, ends=ends, events=event, rtl=direction(language) == "rtl")
