"""Charts of themes: how often each is spoken of, and one over time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from markupsafe import Markup

from console.staff import charts
from console.staff import theme_texts as texts
from locales import Language, direction, formats, render
from locales.formats import DayOfYear
from store.theme_figures import Span


def bars(counted: Sequence[tuple[str, int]], language: Language) -> Markup:
    """A bar for each theme: its name, and how many texts speak of it."""
    most = max((count for _name, count in counted), default=0)
    rows = [
        charts.Bar(name, count / most if most else 0, formats.number(count, language)) for name, count in counted
    ]
    title, about = (render(texts.LIST[name], language) for name in ("chart", "chart_about"))
    return charts.bars("themes", title, about, rows, rtl=direction(language) == "rtl")


def trend(
    counted: Sequence[tuple[Span, int, int]], done: Sequence[dt.datetime], language: Language, zone: dt.tzinfo
) -> Markup:
    """How many texts speak of a theme in each span, and when improvements were `done`."""
    most = max(1, *(count for _span, count, _all in counted))
    points = [
        charts.Point(_day(span.begin, language, zone), count / most, formats.number(count, language))
        for span, count, _all in counted
    ]
    begin, end = counted[0][0].begin, counted[-1][0].end
    events = [
        charts.Event((at - begin) / (end - begin) * len(counted) - 0.5, render(texts.ONE["state_done"], language))
        for at in done
        if begin <= at
    ]
    title, about = (render(texts.ONE[name], language) for name in ("trend", "trend_about"))
    ends = (formats.number(0, language), formats.number(most, language))
    return charts.line("trend", title, about, points, ends=ends, events=events, rtl=direction(language) == "rtl")


def _day(at: dt.datetime, language: Language, zone: dt.tzinfo) -> str:
    local = at.astimezone(zone)
    return formats.shown(DayOfYear(local.month, local.day), language)
