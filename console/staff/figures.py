"""Figures of service: how soon customers were answered and helped, and what to do about it."""

from __future__ import annotations

import csv
import datetime as dt
import io
from functools import partial
from typing import NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import figures_texts as texts
from console.staff.access import Staff
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from locales import Language, Text, formats, render
from service import figures
from service.figures import Measure, Service
from store import queues
from talk.reading.spreadsheet import harmless

PAGE = "/staff/figures"
PERIODS = (7, 30, 90)  # days
USUAL = 30
GOOD_SHARE, GOOD_RATING, GOOD_PROMISES = 0.8, 4.0, 0.9
BOM = "\ufeff"  # by which spreadsheets know UTF-8


class Line(NamedTuple):
    """A row of a table: whose figures they are, and what each column says."""

    name: str
    cells: tuple[tuple[str, str], ...]


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/figures?days=7`."""
    days, found = await _found(request)
    team, language = found.team, staff.language
    tables = [
        ("by_team", [_line(render(texts.PAGE["team"], language), team, language)], advice(team)),
        (
            "by_queue",
            [_line(_name(one, language), one, language) for one in found.queues],
            _of_queues(found, language),
        ),
        ("by_person", [_line(one.name, one, language) for one in found.people], _of_people(found)),
    ]
    shown = [(name, lines, render(says, language, values)) for name, lines, (says, values) in tables]
    return render_page(
        request,
        staff,
        "staff/figures.html",
        texts.PAGE,
        days=days,
        periods=PERIODS,
        tables=shown,
        opened=team.opened,
    )


async def export(request: Request, staff: Staff) -> Response:
    """`GET /staff/figures.csv?days=7`: the same as a table to keep, its columns named in English for programs."""
    days, found = await _found(request)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(("kind", "name", *texts.COLUMNS, "promises_on_time", "promises_late", "promises_broken"))
    for kind, measures in (("team", [found.team]), ("queue", found.queues), ("person", found.people)):
        for one in measures:
            writer.writerow([harmless(field) for field in (kind, _name(one, staff.language), *_plain(one))])
    after = {"figures": days}

    def note_it(connection: Connection) -> None:
        note(connection, request, staff.actor, "figures.exported", "figures:service", None, after)

    await office_of(request).database.transact(note_it)
    name = {"Content-Disposition": f'attachment; filename="service-{days}-days.csv"', **NO_STORE}
    return Response(f"{BOM}{lines.getvalue()}", media_type="text/csv", headers=name)


async def _found(request: Request) -> tuple[int, Service]:
    """The days that are asked for, and the figures of as many whole days and of today so far."""
    office, now = office_of(request), office_of(request).now()
    given = request.query_params.get("days", "")
    days = next((one for one in PERIODS if str(one) == given), USUAL)
    first = now.astimezone(office.zone).date() - dt.timedelta(days=days)
    begin = dt.datetime.combine(first, dt.time(), office.zone).astimezone(dt.UTC)
    read = partial(figures.of_period, begin=begin, end=now, now=now, zone=office.zone)
    return days, await office.database.read(read)


def advice(measure: Measure) -> tuple[Text, dict[str, object]]:
    """What to do next about the team's figures, or that they are too few to say."""
    if measure.first_in_time is None:
        return (texts.TOO_FEW if measure.opened else texts.NOTHING_OPENED), {}
    found = (  # the first that is not as it should be is what to begin with
        (measure.first_in_time, GOOD_SHARE, texts.FIRST_LATE),
        (measure.resolved_in_time, GOOD_SHARE, texts.RESOLVED_LATE),
        (measure.promises.share, GOOD_PROMISES, texts.PROMISES_BROKEN),
        (measure.rating, GOOD_RATING, texts.RATED_LOW),
    )
    low = (text for figure, good, text in found if figure is not None and figure < good)
    return next(low, texts.ALL_GOOD), {}


def _of_queues(found: Service, language: Language) -> tuple[Text, dict[str, object]]:
    judged = [(one.first_in_time, _name(one, language)) for one in found.queues if one.first_in_time is not None]
    if not judged:
        return texts.TOO_FEW_QUEUES, {}
    share, name = min(judged)
    return (texts.QUEUE_LATE, {"queue": name}) if share < GOOD_SHARE else (texts.QUEUES_GOOD, {})


def _of_people(found: Service) -> tuple[Text, dict[str, object]]:
    judged = [one for one in found.people if one.first_in_time is not None]
    return (texts.PEOPLE_CARE if len(judged) > 1 else texts.TOO_FEW_PEOPLE), {}


def _name(measure: Measure, language: Language) -> str:
    return queues.name_of(measure.queue, language) if measure.queue else measure.name


def _line(name: str, one: Measure, language: Language) -> Line:
    """The figures in words; what are too few to say anything is said to be so."""
    few = render(texts.FEW, language)

    def minutes(count: int | None) -> str:
        if count is None:
            return few
        if count < 60:
            return render(texts.MINUTES, language, {"minutes": count})
        return render(texts.HOURS, language, {"hours": count // 60, "minutes": count % 60})

    def share(part: float | None) -> str:
        return few if part is None else f"{formats.number(round(100 * part), language)}%"

    kept = one.promises
    rated = few
    if one.rating is not None:
        rated = render(texts.RATED, language, {"mean": f"{one.rating:.1f}", "count": one.rated})
    promised = {"kept": kept.on_time, "late": kept.late, "broken": kept.broken}
    cells = {
        "opened": formats.number(one.opened, language),
        "first_median": minutes(one.first_median),
        "first_p90": minutes(one.first_p90),
        "first_in_time": share(one.first_in_time),
        "resolved_median": minutes(one.resolved_median),
        "resolved_in_time": share(one.resolved_in_time),
        "rating": rated,
        "promises": render(texts.PROMISED, language, promised) if kept.due else "–",
    }
    return Line(name, tuple(cells.items()))


def _plain(one: Measure) -> tuple[str, ...]:
    """The figures as programs read them; what are too few to say anything is empty."""
    known = (getattr(one, name) for name in texts.COLUMNS)
    plain = ("" if each is None else f"{each:.3f}" if isinstance(each, float) else str(each) for each in known)
    kept = one.promises
    return (*plain, str(kept.on_time), str(kept.late), str(kept.broken))
