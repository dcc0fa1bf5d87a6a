"""Charts as SVG, drawn on the server: readable without a script, by day and night, from left or from right.

Every function returns Markup. `name` is unique on its page (ids are made of it), `title` says what is shown and
`about` what is to be seen, for whoever listens to the page. Places and lengths are shares of the width, from 0 to
1, so that a chart is as wide as its page lets it be while letters keep their size; `rtl` mirrors it, and is that of
the page. Colours come from charts.css; what a colour says is said by a pattern or a figure as well. Put the same
numbers into a table beneath.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from markupsafe import Markup, escape

R = TypeVar("R")
Style: TypeAlias = Literal["up", "middle", "down", "1", "2", "3", "4", "5", "plain", "faint"]
BAR_WIDTH = 0.78  # beside a bar stands what it says
LABEL_UNITS, WIDE_UNITS = 46, 100  # of half a Chinese character: as many as a phone is wide, and a wide screen
ROW, LABEL_LINE, BAR_HEIGHT = 44, 14, 15
LINE_HEIGHT, LINE_TOP, LINE_BOTTOM = 236, 26, 190
LABELS_BELOW, MARGIN = 7, 0.12
NARROWEST_SAYING = 0.11
_PATTERNS: Mapping[str, str] = {
    "down": '<path d="M-1 7l8 -8M-1 1l2 -2M5 7l2 -2" class="pattern"/>',
    "middle": '<circle cx="3" cy="3" r="1.1" class="pattern-dot"/>',
}


class Bar(NamedTuple):
    """A bar: how long it is, what stands beside it, and from where to where it might reach."""

    label: str
    share: float
    says: str
    low: float | None = None
    high: float | None = None
    style: Style = "plain"


class Piece(NamedTuple):
    """A piece of a bar that is a whole; it says its words where there is room."""

    share: float
    says: str
    style: Style


class Stack(NamedTuple):
    """A bar that is a whole, and what stands beside it."""

    label: str
    pieces: Sequence[Piece]
    says: str = ""


class Point(NamedTuple):
    """A figure at its place on a scale from 0 to 1, what it says, and from where to where it might lie."""

    label: str
    place: float
    says: str
    low: float | None = None
    high: float | None = None


class Event(NamedTuple):
    """Something that happened: 1.5 is midway between the second point and the third."""

    after: float
    label: str


def bars(name: str, title: str, about: str, rows: Sequence[Bar], *, rtl: bool = False) -> Markup:
    """A bar for each row."""
    drawn: list[str] = []
    for top, row in _tops(rows):
        drawn += [_label(row.label, top, rtl), _rect(0, BAR_WIDTH, top, "track", rtl)]
        if row.share > 0:
            drawn += _filled(name, 0, BAR_WIDTH * min(1.0, row.share), top, row.style, rtl)
        if row.low is not None and row.high is not None:
            drawn += _whisker(BAR_WIDTH * row.low, BAR_WIDTH * row.high, top + LABEL_LINE + BAR_HEIGHT / 2 + 5, rtl)
        drawn.append(_beside(row.says, top, rtl))
    return _svg(name, title, about, ROW * len(rows), drawn, {row.style for row in rows})


def stacks(
    name: str, title: str, about: str, rows: Sequence[Stack], key: Sequence[tuple[Style, str]], *, rtl: bool = False
) -> Markup:
    """Bars that are wholes, piece by piece; `key` says what each style means."""
    drawn: list[str] = []
    for top, row in _tops(rows):
        width, begin = BAR_WIDTH if row.says else 1.0, 0.0
        drawn.append(_label(row.label, top, rtl))
        for piece in row.pieces:
            drawn += _piece(name, piece, begin * width, piece.share * width, top, rtl)
            begin += piece.share
        drawn.append(_beside(row.says, top, rtl))
    chart = _svg(name, title, about, ROW * len(rows), drawn, {style for style, _words in key})
    return chart + _key(name, key)


def whiskers(
    name: str,
    title: str,
    about: str,
    rows: Sequence[Point],
    *,
    ends: tuple[str, str],
    mark: float | None = None,
    rtl: bool = False,
) -> Markup:
    """Points on one scale with their intervals; `ends` name the scale's ends, `mark` is a place on it."""
    height = ROW * len(rows)
    drawn: list[str] = []
    if mark is not None:
        drawn.append(_line(BAR_WIDTH * mark, 0, BAR_WIDTH * mark, height, "mark", rtl))
    for top, row in _tops(rows):
        middle = top + LABEL_LINE + BAR_HEIGHT / 2 + 5
        drawn += [_label(row.label, top, rtl), _line(0, middle, BAR_WIDTH, middle, "axis", rtl)]
        if row.low is not None and row.high is not None:
            drawn += _whisker(BAR_WIDTH * row.low, BAR_WIDTH * row.high, middle, rtl)
        drawn += [_dot(BAR_WIDTH * row.place, middle, rtl), _beside(row.says, top, rtl)]
    low, high = ends
    drawn.append(_text(0, height + 14, low, "small", "start", rtl))
    drawn.append(_text(BAR_WIDTH, height + 14, high, "small", "end", rtl))
    return _svg(name, title, about, height + 20, drawn)


def line(
    name: str,
    title: str,
    about: str,
    points: Sequence[Point],
    *,
    ends: tuple[str, str],
    mark: float | None = None,
    events: Sequence[Event] = (),
    rtl: bool = False,
) -> Markup:
    """Points in order, joined; `ends` name the bottom and the top of the scale, `events` stand as upright lines."""
    drawn = [_line(0, _y(place), 1, _y(place), "axis", rtl) for place in (0, 1)]
    if mark is not None:
        drawn.append(_line(0, _y(mark), 1, _y(mark), "mark", rtl))
    drawn += [
        _text(0, _y(1) - 6, ends[1], "small", "start", rtl),
        _text(0, _y(0) - 6, ends[0], "small", "start", rtl),
    ]
    for event in events:
        x = _x(event.after, len(points))
        drawn.append(_line(x, LINE_TOP - 12, x, LINE_BOTTOM, "event", rtl))
        drawn.append(_text(x, LINE_TOP - 15, shortened(event.label, 24), "small", "middle", rtl))
    for place in range(1, len(points)):
        one, other = points[place - 1], points[place]
        drawn.append(
            _line(_x(place - 1, len(points)), _y(one.place), _x(place, len(points)), _y(other.place), "trend", rtl)
        )
    for place, point in enumerate(points):
        drawn += _of_line(place, point, len(points), rtl)
    return _svg(name, title, about, LINE_HEIGHT, drawn)


def placed(value: float, least: float, most: float) -> float:
    """Where a value lies on a scale, from 0 to 1."""
    return min(1.0, max(0.0, (value - least) / (most - least)))


def shortened(words: str, units: int = LABEL_UNITS) -> str:
    """The words, cut with an ellipsis where they are wider than so many halves of a Chinese character."""
    room = units
    for place, letter in enumerate(words):
        room -= 2 if unicodedata.east_asian_width(letter) in "WF" else 0 if unicodedata.combining(letter) else 1
        if room < 0:
            return f"{words[: max(0, place - 1)].rstrip()}…"
    return words


def _of_line(place: int, point: Point, many: int, rtl: bool) -> list[str]:
    x, y = _x(place, many), _y(point.place)
    drawn: list[str] = []
    top = y
    if point.low is not None and point.high is not None:
        top = _y(point.high)
        drawn.append(_line(x, _y(point.low), x, top, "whisker", rtl))
    drawn.append(_dot(x, y, rtl))
    step = -(-many // LABELS_BELOW)
    if place % step == 0 or place == many - 1:
        if many <= LABELS_BELOW:
            drawn.append(_text(x, top - 7, point.says, "value", "middle", rtl))
        row = place // step % 2 if many > 3 else 0  # neighbours' names stand on two lines
        units = LABEL_UNITS // (2 if many <= 3 else 3)
        drawn.append(_text(x, LINE_BOTTOM + 18 + 16 * row, shortened(point.label, units), "small", "middle", rtl))
    return drawn


def _tops(rows: Sequence[R]) -> Iterator[tuple[int, R]]:
    return ((place * ROW, row) for place, row in enumerate(rows))


def _x(place: float, many: int) -> float:
    """Where a point of a line stands; a lone one in the middle."""
    return 0.5 if many < 2 else MARGIN + (1 - 2 * MARGIN) * place / (many - 1)


def _y(place: float) -> float:
    return LINE_BOTTOM - (LINE_BOTTOM - LINE_TOP) * place


def _percent(share: float) -> str:
    return f"{100 * share:.2f}%"


def _across(share: float, rtl: bool) -> str:
    return _percent(1 - share if rtl else share)


def _label(words: str, top: float, rtl: bool) -> str:
    """The words in full, and what a phone has room for; the style sheet shows the one that fits."""
    short, y = shortened(words), top + LABEL_LINE
    if short == words:
        return _text(0, y, words, "label", "start", rtl)
    wide = _text(0, y, shortened(words, WIDE_UNITS), "label wide", "start", rtl)
    return wide + _text(0, y, short, "label narrow", "start", rtl)


def _beside(words: str, top: float, rtl: bool) -> str:
    return _text(BAR_WIDTH + 0.02, top + LABEL_LINE + BAR_HEIGHT + 2, words, "value", "start", rtl)


def _text(x: float, y: float, words: str, style: str, anchor: str, rtl: bool) -> str:
    """Words at a place. Browsers turn `start` and `end` about in pages that are read from the right."""
    at = f'x="{_across(x, rtl)}" y="{y:.1f}"'
    return f'<text class="{style}" {at} text-anchor="{anchor}">{escape(words)}</text>'


def _rect(x: float, width: float, top: float, style: str, rtl: bool, fill: str = "") -> str:
    begin = 1 - x - width if rtl else x
    painted = f' fill="url(#{fill})"' if fill else f' class="{style}"'
    place = f'x="{_percent(begin)}" y="{top + LABEL_LINE + 5}" width="{_percent(width)}" height="{BAR_HEIGHT}"'
    return f"<rect {place}{painted}/>"


def _filled(name: str, x: float, width: float, top: float, style: Style, rtl: bool) -> list[str]:
    drawn = [_rect(x, width, top, f"fill-{style}", rtl)]
    return [*drawn, _rect(x, width, top, "", rtl, f"{name}-{style}")] if style in _PATTERNS else drawn


def _piece(name: str, piece: Piece, x: float, width: float, top: float, rtl: bool) -> list[str]:
    if width <= 0:
        return []
    drawn = _filled(name, x, width, top, piece.style, rtl)
    if piece.says and width >= NARROWEST_SAYING:
        y = top + LABEL_LINE + BAR_HEIGHT + 1.5
        drawn.append(_text(x + width / 2, y, piece.says, f"says on-{piece.style}", "middle", rtl))
    return drawn


def _line(x: float, y: float, to_x: float, to_y: float, style: str, rtl: bool) -> str:
    begin, end = _across(x, rtl), _across(to_x, rtl)
    return f'<line class="{style}" x1="{begin}" y1="{y:.1f}" x2="{end}" y2="{to_y:.1f}"/>'


def _dot(x: float, y: float, rtl: bool) -> str:
    return f'<circle class="dot" cx="{_across(x, rtl)}" cy="{y:.1f}" r="5"/>'


def _whisker(low: float, high: float, y: float, rtl: bool) -> list[str]:
    ends = (_line(x, y - 5, x, y + 5, "whisker", rtl) for x in (low, high))
    return [_line(low, y, high, y, "whisker", rtl), *ends]


def _key(name: str, key: Sequence[tuple[Style, str]]) -> Markup:
    """What each style means: a little square of it with its words."""
    shown = "".join(
        f'<li><svg class="chart-swatch" width="16" height="16" aria-hidden="true" focusable="false">'
        f'<rect class="fill-{style}" width="16" height="16"/>'
        + (f'<rect fill="url(#{escape(name)}-{style})" width="16" height="16"/>' if style in _PATTERNS else "")
        + f"</svg> {escape(words)}</li>"
        for style, words in key
    )
    return Markup(f'<ul class="chart-key">{shown}</ul>')  # noqa: S704 - what comes from outside is escaped above


def _svg(
    name: str, title: str, about: str, height: float, drawn: Iterable[str], styles: Collection[Style] = ()
) -> Markup:
    patterns = "".join(
        f'<pattern id="{escape(name)}-{style}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f"{drawing}</pattern>"
        for style, drawing in _PATTERNS.items()
        if style in styles
    )
    return Markup(  # noqa: S704 - what comes from outside is escaped where it is written
        f'<svg class="chart" width="100%" height="{height:.0f}" role="img" focusable="false" '
        f'aria-labelledby="{escape(name)}-title" aria-describedby="{escape(name)}-about">'
        f'<title id="{escape(name)}-title">{escape(title)}</title>'
        f'<desc id="{escape(name)}-about">{escape(about)}</desc>'
        + (f"<defs>{patterns}</defs>" if patterns else "")
        + "".join(drawn)
        + "</svg>"
    )
