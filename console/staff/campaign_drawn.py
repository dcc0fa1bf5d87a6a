"""The charts of a campaign's report, each with the same figures as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from console.staff import campaign_report_texts as texts
from console.staff import campaign_said as said
from console.staff import campaign_texts, charts, service_texts
from console.staff.charts import Bar, Point, Style
from console.staff.survey_drawn import Table
from insights.campaign_outcome import Uplift
from insights.campaigns import ButtonFigures, Figures, Stretch
from insights.experiments import Difference
from insights.scores import FEW
from locales import Language, Text, direction, formats, render
from outreach.templates.content import Content
from store.campaign_presses import GIFT, WHY

STYLES: Mapping[str, Style] = {"sent": "up", "skipped": "middle", "failed": "down", "unknown": "plain"}
SHORT_STEP = 6  # hours
FATES = ("sent", "unknown", "failed", "skipped", "held", "waiting", "queued", "sending")


class Told(NamedTuple):
    """A chart and its table; no chart where there is nothing to draw."""

    chart: Markup
    table: Table


def number(count: int, spoken: Language) -> str:
    """A number as the language writes it."""
    return formats.number(count, spoken)


def places(found: Figures, spoken: Language) -> Markup:
    """How many are in each state; the table beside it has the reasons as well."""
    bars = [
        Bar(
            plain(campaign_texts.FATES[state], spoken),
            count / found.recipients,
            number(count, spoken),
            style=STYLES.get(state, "faint"),
        )
        for state in FATES
        if (count := found.count(state))
    ]
    title, about = plain(texts.CHART_WHERE, spoken), plain(texts.ABOUT_WHERE, spoken)
    return charts.bars("places", title, about, bars, rtl=_rtl(spoken)) if bars else Markup()


def did(found: Figures, spoken: Language) -> Told:
    """Who clicked, replied, stopped and bought, each with its range."""
    shares = {name: found.rates.share(name) for name in texts.RATES}
    # Most rates are small: the longest bar is the largest rate's range.
    most = max((each.interval.high for each in shares.values() if each.interval is not None), default=1.0)
    bars, rows = [], []
    for name, share in shares.items():
        label, interval = plain(texts.RATES[name], spoken), share.interval if share.n >= FEW else None
        low, high = (interval.low / most, interval.high / most) if interval else (None, None)
        style: Style = "down" if name == "stopped" else "plain"
        bars.append(Bar(label, (share.value or 0.0) / most, said.percent(share.value, spoken), low, high, style))
        rows.append(
            [label, number(share.hits, spoken), said.percent(share.value, spoken), said.within(share, spoken)]
        )
    title, about = plain(texts.CHART_DID, spoken), plain(texts.ABOUT_DID, spoken)
    chart = charts.bars("did", title, about, bars, rtl=_rtl(spoken)) if found.rates.people else Markup()
    return Told(chart, Table(_heads(spoken, "what", "people", "share", "range"), rows))


def buttons(found: Figures, contents: Mapping[str, Content], spoken: Language) -> Told:
    """How many followed each button, by variant where there are several."""
    several = len(found.variants) > 1
    most = max((each.people for each in found.buttons), default=1)
    bars, rows = [], []
    for each in sorted(found.buttons, key=lambda each: (each.variant, each.button < 0, each.button)):
        label = _button(each, contents, spoken)
        name = f"{each.variant} · {label}" if several else label
        bars.append(Bar(name, each.people / most, number(each.people, spoken)))
        rows.append([name, number(each.people, spoken), number(each.times, spoken)])
    title, about = plain(texts.PAGE["buttons"], spoken), plain(texts.ABOUT_BUTTONS, spoken)
    chart = charts.bars("buttons", title, about, bars, rtl=_rtl(spoken)) if bars else Markup()
    return Told(chart, Table(_heads(spoken, "button", "people", "times"), rows))


def languages(found: Figures, spoken: Language) -> Told:
    """The share of those who clicked, by the language of the text."""
    shares = {each.language: each.rates.share("clicked") for each in found.languages}
    most = max((share.value or 0.0 for share in shares.values()), default=0.0) or 1.0
    bars = [
        Bar(_language(code, spoken), (share.value or 0.0) / most, said.percent(share.value, spoken))
        for code, share in shares.items()
    ]
    rows = [
        [
            _language(each.language, spoken),
            number(each.rates.people, spoken),
            *(said.shared(each.rates.share(name), spoken) for name in texts.RATES),
        ]
        for each in found.languages
    ]
    title, about = plain(texts.PAGE["languages"], spoken), plain(texts.ABOUT_LANGUAGES, spoken)
    chart = charts.bars("languages", title, about, bars, rtl=_rtl(spoken)) if bars else Markup()
    heads = _heads(spoken, "language", "left", *(f"rate_{name}" for name in texts.RATES))
    return Told(chart, Table(heads, rows))


def over_time(found: Figures, spoken: Language, zone: dt.tzinfo) -> tuple[Markup, Markup, Table]:
    """Messages and first clicks by stretches of time, on the business's clock."""
    drawn = [
        _line(name, found.stretches, counts, words, about, found.step_hours, spoken, zone)
        for name, counts, words, about in (
            ("sent", [each.sent for each in found.stretches], texts.PAGE["sent_then"], texts.ABOUT_SENT),
            (
                "clicked",
                [each.clicked for each in found.stretches],
                texts.PAGE["clicked_then"],
                texts.ABOUT_CLICKED,
            ),
        )
    ]
    rows = [
        [
            formats.moment(each.begins.astimezone(zone), spoken),
            number(each.sent, spoken),
            number(each.clicked, spoken),
        ]
        for each in found.stretches
    ]
    return drawn[0], drawn[1], Table(_heads(spoken, "from", "sent_then", "clicked_then"), rows)


def effects(found: Uplift, spoken: Language) -> Markup:
    """The differences in shares, around the line that is no difference."""
    told = [("bought", found.bought), ("redeemed", found.redeemed)]
    ends = [abs(end) for _name, each in told if each.interval for end in (each.interval.low, each.interval.high)]
    reach = max(ends, default=0.0) or 1.0
    rows = [_effect(name, each, reach, spoken) for name, each in told if each.value is not None and each.interval]
    if not rows:
        return Markup()
    about = plain(texts.ABOUT_UPLIFT, spoken)
    words = (plain(texts.PAGE["less"], spoken), plain(texts.PAGE["more_end"], spoken))
    name, title = f"uplift-{found.against}", plain(texts.PAGE[f"against_{found.against}"], spoken)
    return charts.whiskers(name, title, about, rows, ends=words, mark=0.5, rtl=_rtl(spoken))


def _effect(name: str, each: Difference, reach: float, spoken: Language) -> Point:
    def placed(value: float) -> float:
        return charts.placed(value, -reach, reach)

    low, high = (placed(each.interval.low), placed(each.interval.high)) if each.interval else (None, None)
    label = plain(texts.PAGE[f"measure_{name}"], spoken)
    return Point(label, placed(each.value or 0.0), said.bare_points(each.value or 0.0, spoken), low, high)


def _line(
    name: str,
    stretches: Sequence[Stretch],
    counts: Sequence[int],
    words: Text,
    about: Text,
    step_hours: int,
    spoken: Language,
    zone: dt.tzinfo,
) -> Markup:
    most = max(counts, default=0)
    if not most:
        return Markup()
    points = [
        Point(_short(each.begins.astimezone(zone), step_hours, spoken), count / most, number(count, spoken))
        for each, count in zip(stretches, counts, strict=True)
    ]
    ends = (number(0, spoken), number(most, spoken))
    title = plain(words, spoken)
    return charts.line(f"time-{name}", title, plain(about, spoken), points, ends=ends, rtl=_rtl(spoken))


def _short(at: dt.datetime, step_hours: int, spoken: Language) -> str:
    """A moment as there is room for: its time where stretches are short, else its day."""
    if step_hours < SHORT_STEP:
        return formats.time(at.time(), spoken)
    return formats.shown(formats.DayOfYear(at.month, at.day), spoken)


def _button(each: ButtonFigures, contents: Mapping[str, Content], spoken: Language) -> str:
    if each.button in (WHY, GIFT):
        return plain(texts.PAGE["why" if each.button == WHY else "gift"], spoken)
    content = contents.get(each.variant) or next(iter(contents.values()), Content())
    if each.button >= len(content.buttons):
        return str(each.button + 1)
    labels = content.buttons[each.button].labels
    return labels.get(spoken) or labels.get("en") or next(iter(labels.values()), str(each.button + 1))


def _language(code: str, spoken: Language) -> str:
    text = service_texts.LANGUAGES.get(code)
    return plain(text, spoken) if text is not None else "–"


def _heads(spoken: Language, *names: str) -> list[str]:
    return [plain(texts.PAGE[name], spoken) for name in names]


def plain(text: Text, spoken: Language) -> str:
    """The text as it stands in a chart, which escapes it."""
    return Markup(render(text, spoken)).unescape()  # noqa: S704 - our own text


def _rtl(spoken: Language) -> bool:
    return direction(spoken) == "rtl"
