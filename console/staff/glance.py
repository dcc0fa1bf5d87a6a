"""Customers at a glance: their stages, how lately and how often they buy, the ten segments, and who moved."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from starlette.requests import Request
from starlette.responses import Response

from console.staff import charts
from console.staff import glance_texts as texts
from console.staff.access import Staff
from console.staff.campaign_said import percent
from console.staff.charts import Bar
from console.staff.gate import MARKETERS
from console.staff.login import note
from console.staff.office import office_of
from console.staff.rendering import NO_STORE, render_page
from insights import rfm
from locales import Language, Phrase, Text, direction, formats, render
from loyalty import programme
from loyalty.programme import Lifecycle, decimals
from outreach.segments import words
from store import glance, score_runs, score_sums
from store.glance import Move, Part
from store.score_runs import Run
from store.scores import PROSPECT, STAGES, Cuts

PAGE = "/staff/glance"
EXAMPLE = "sapa import purchases purchases.csv"
BOM = "\ufeff"  # by which spreadsheets know UTF-8
WEEK = dt.timedelta(days=7)
ORDER = ("lapsed", "at_risk", "new", "loyal", "active")  # in which stages are asked for
COLUMNS = ("kind", "name", "from", "recency", "frequency", "customers", "share", "spent", "currency", "reachable")


class Seen(NamedTuple):
    """What is known of everybody; `now_running` is a run that is on its way."""

    parts: Sequence[Part]
    moves: Sequence[Move]
    last: Run | None
    now_running: Run | None
    bought: bool
    currency: str
    lifecycle: Lifecycle


class Sum(NamedTuple):
    """Customers who have something in common; `share` is of everybody, prospects included."""

    name: str
    customers: int
    share: float
    spent: int
    reachable: int


class Cell(NamedTuple):
    """A place of the matrix; `region` is the segment that most of it belongs to."""

    recency: int
    frequency: int
    region: str
    customers: int
    share: float
    pieces: Sequence[tuple[str, int]]


async def show(request: Request, staff: Staff) -> Response:
    """`GET /staff/glance`."""
    seen, spoken = await _seen(request), staff.language
    stages = sums(seen.parts, STAGES, lambda part: part.stage)
    running = seen.now_running
    return render_page(
        request,
        staff,
        "staff/glance.html",
        texts.PAGE,
        seen=seen,
        scored=seen.last is not None and bool(seen.last.customers),
        progress=percent(running.done / running.total if running.total else 0.0, spoken) if running else "",
        stages=stages,
        order=tuple(words.STAGES[name] for name in ORDER),
        stage_names=_said(words.STAGES, spoken),
        stage_meanings=_meanings(seen.lifecycle, spoken),
        drawn=_drawn(stages, spoken),
        largest=max(stages, key=lambda one: one.customers),
        matrix=matrix(seen.parts),
        recency=_recency(seen.last, spoken, request),
        frequency=_frequency(seen.last, spoken),
        segments=sums(seen.parts, rfm.SEGMENTS, lambda part: part.rfm),
        segment_names=_said(words.RFM, spoken),
        segment_meanings=_said(texts.SEGMENTS, spoken),
        percent=lambda share: percent(share, spoken),
        writes=staff.role in MARKETERS,
        command=EXAMPLE,
    )


async def export(request: Request, staff: Staff) -> Response:
    """`GET /staff/glance.csv`: the same as a table to keep, its columns and codes in English for programs."""
    seen = await _seen(request)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(COLUMNS)
    for kind, names, key in (
        ("stage", STAGES, lambda part: part.stage),
        ("segment", rfm.SEGMENTS, lambda part: part.rfm),
    ):
        writer.writerows(_row(kind, one, seen.currency) for one in sums(seen.parts, names, key))
    for row in matrix(seen.parts):
        for cell in row:
            writer.writerow(
                (
                    "cell",
                    cell.region,
                    "",
                    cell.recency,
                    cell.frequency,
                    cell.customers,
                    f"{cell.share:.4f}",
                    *[""] * 3,
                )
            )
    for move in seen.moves:
        writer.writerow(("moved", move.after, move.before, "", "", move.customers, *[""] * 4))

    def note_it(connection: Connection) -> None:
        note(connection, request, staff.actor, "figures.exported", "figures:customers", None, None)

    await office_of(request).database.transact(note_it)
    name = {"Content-Disposition": 'attachment; filename="customers-at-a-glance.csv"', **NO_STORE}
    return Response(f"{BOM}{lines.getvalue()}", media_type="text/csv", headers=name)


def sums(parts: Iterable[Part], names: Sequence[str], key: Callable[[Part], str]) -> list[Sum]:
    """The customers of each of these names, in their order."""
    parts = list(parts)
    everybody = sum(part.customers for part in parts)
    found = []
    for name in names:
        mine = [part for part in parts if key(part) == name]
        customers = sum(part.customers for part in mine)
        share = customers / everybody if everybody else 0.0
        spent, reachable = sum(part.spent for part in mine), sum(part.reachable for part in mine)
        found.append(Sum(name, customers, share, spent, reachable))
    return found


def matrix(parts: Iterable[Part]) -> list[list[Cell]]:
    """Rows by frequency, those who buy most often first; in each recency, long ago first."""
    counts: dict[tuple[int, int], Counter[str]] = {}
    for part in parts:
        if part.stage != PROSPECT:
            counts.setdefault((part.recency, part.frequency), Counter())[part.rfm] += part.customers
    everybody = sum(number.total() for number in counts.values())

    def cell(recency: int, frequency: int) -> Cell:
        mine = counts.get((recency, frequency)) or Counter()
        customers = mine.total()
        # Where nobody is, as the rules have it.
        of_rules = Counter(rfm.segment(recency, frequency, monetary) for monetary in rfm.SCORES)
        [(region, _number)] = (mine or of_rules).most_common(1)
        return Cell(
            recency, frequency, region, customers, customers / everybody if everybody else 0.0, mine.most_common()
        )

    return [[cell(recency, frequency) for recency in rfm.SCORES] for frequency in reversed(rfm.SCORES)]


async def _seen(request: Request) -> Seen:
    office, now = office_of(request), office_of(request).now()

    def read(connection: Connection) -> Seen:
        rules = programme.read(connection)
        newest = score_runs.every(connection, 1)
        going = newest and newest[0].state == "running" and now - newest[0].moved_at <= score_runs.STALE
        return Seen(
            glance.parts(connection),
            glance.moves(connection, now - WEEK),
            score_runs.last(connection),
            newest[0] if going else None,
            score_sums.any_bought(connection),
            rules.currency,
            rules.lifecycle,
        )

    return await office.database.read(read)


def _said(names: dict[str, Text], spoken: Language) -> dict[str, str]:
    return {name: render(text, spoken) for name, text in names.items()}


def _meanings(rules: Lifecycle, spoken: Language) -> dict[str, str]:
    """What each stage means, with what the programme sets."""

    def days(number: int) -> Phrase:
        return Phrase(texts.SPAN, {"days": number})

    values: dict[str, object] = {
        "new": days(rules.new_days),
        "orders": rules.loyal_orders,
        "loyal": days(rules.loyal_days),
        "at_risk": days(rules.at_risk_days),
        "lapsed": days(rules.lapsed_days),
    }
    return {name: render(text, spoken, values) for name, text in texts.STAGES.items()}


def _drawn(stages: Sequence[Sum], spoken: Language) -> Any:
    """The stages as bars, the longest as long as there is room."""
    most = max((one.share for one in stages), default=0.0) or 1.0
    largest = max(stages, key=lambda one: one.customers)
    told = {"stage": words.STAGES[largest.name], "share": percent(largest.share, spoken)}
    return charts.bars(
        "stages",
        render(texts.PAGE["stages"], spoken),
        render(texts.PAGE["stages_seen"], spoken, told),
        [
            Bar(render(words.STAGES[one.name], spoken), one.share / most, percent(one.share, spoken))
            for one in stages
        ],
        rtl=direction(spoken) == "rtl",
    )


def _recency(last: Run | None, spoken: Language, request: Request) -> list[str]:
    """What each score of recency means, from 1 to 5."""
    zone = office_of(request).zone

    def day(moment: Any) -> str:
        return formats.date(moment.astimezone(zone).date(), spoken)

    return _bounds(last.cuts, "recency", spoken, ("until", "since", "day"), day) if last and last.cuts else []


def _frequency(last: Run | None, spoken: Language) -> list[str]:
    """What each score of frequency means, from 1 to 5."""
    names = ("orders_to", "orders_above", "count")
    return _bounds(last.cuts, "frequency", spoken, names, lambda count: count) if last and last.cuts else []


def _bounds(
    cuts: Cuts, score: str, spoken: Language, names: tuple[str, str, str], shown: Callable[[Any], object]
) -> list[str]:
    ends = getattr(cuts, score)
    lowest, above, value = names
    said = [render(texts.PAGE[lowest], spoken, {value: shown(ends[0])})]
    for place, end in enumerate(ends):
        # Whoever exceeds a cut that equals the next one exceeds that, too.
        none = place + 1 < len(ends) and ends[place + 1] == end
        said.append(render(texts.PAGE["nobody_has" if none else above], spoken, {value: shown(end)}))
    return said


def _row(kind: str, one: Sum, currency: str) -> tuple[object, ...]:
    spent = Decimal(one.spent).scaleb(-decimals(currency))
    return kind, one.name, "", "", "", one.customers, f"{one.share:.4f}", f"{spent:f}", currency, one.reachable
