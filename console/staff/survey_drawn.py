"""One question's results as they are shown: its score, a chart, the same as a table, and what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from console.staff import charts, survey_said
from console.staff import survey_results_texts as texts
from console.staff.charts import Bar, Piece, Stack, Style
from console.staff.survey_figures import Measure, Tally, mean, score
from console.staff.survey_filters import Sheet
from insights import scores
from insights.scores import Score, Share, enough
from locales import Language, direction, formats, render
from surveys.definition import SCALES, Question

LEVELS: tuple[Style, ...] = ("1", "2", "3", "4", "5")
GROUPS: Mapping[str, tuple[tuple[Style, str, range], ...]] = {
    "nps": (
        ("down", "group_down", range(7)),
        ("middle", "group_middle", range(7, 9)),
        ("up", "group_up", range(9, 11)),
    ),
    "ces": (("down", "hard", range(1, 4)), ("middle", "neither", range(4, 5)), ("up", "easy", range(5, 8))),
}
BINS, MONTHS = 8, 12


class Table(NamedTuple):
    """The columns' heads, and rows whose first cell is their head."""

    columns: list[str]
    rows: list[list[str]]


class Shown(NamedTuple):
    """A question with its results."""

    key: str
    kind: str
    name: str
    n: int
    skipped: int
    score: str
    score_name: str
    sure: str
    facts: list[tuple[str, str]]
    chart: Markup | None
    table: Table | None
    advice: str
    old: bool


def shown(sheet: Sheet, question: Question, tally: Tally) -> Shown:
    """The results of a question."""
    drawn = _Drawn(sheet, question, tally)
    chart, table = drawn.chart_and_table() if tally.answered[question.key] else (None, None)
    rated = question.kind in ("nps", "csat", "ces", "stars", "number")
    found = score(Measure(question.key, question), tally) if rated else None
    newest = sheet.published[0].number
    return Shown(
        key=question.key,
        kind=question.kind,
        name=drawn.name,
        n=tally.answered[question.key],
        skipped=tally.skipped[question.key],
        score=survey_said.said(found, sheet.language) if found and enough(found) else "",
        score_name=render(texts.SCORES[question.kind], sheet.language) if found else "",
        sure=sure(found, sheet.language) if found else "",
        facts=drawn.facts(),
        chart=chart,
        table=table,
        advice=drawn.advice,
        old=newest not in sheet.asks.versions[question.key],
    )


def sure(found: Score, language: Language) -> str:
    """Where the true score lies, as words; empty where nobody can tell."""
    known = enough(found) and found.interval is not None
    return survey_said.within(found, language, texts.SURE) if known else ""


class _Drawn:
    """Draws one question."""

    def __init__(self, sheet: Sheet, question: Question, tally: Tally) -> None:
        self.question, self.tally, self.language = question, tally, sheet.language
        self.name, self.names = sheet.words(question.texts), sheet.parts(question)
        self.id, self.rtl = f"q-{question.key}", direction(sheet.language) == "rtl"
        self.n = tally.answered[question.key]
        self.advice = survey_said.advice(question, tally, self.names, sheet.language).to(sheet.language)

    def chart_and_table(self) -> tuple[Markup | None, Table | None]:
        draw: Mapping[str, Callable[[], tuple[Markup, Table]]] = {
            "nps": self._of_groups,
            "ces": self._of_groups,
            "csat": self._of_levels,
            "stars": self._of_levels,
            "matrix": self._of_rows,
            "single": self._of_choices,
            "multiple": self._of_choices,
            "number": self._of_numbers,
            "date": self._of_months,
        }
        found = draw.get(self.question.kind)
        return found() if found else (None, None)

    def facts(self) -> list[tuple[str, str]]:
        """What else is worth knowing of numbers and scales."""
        kind, counts = self.question.kind, self.tally.numbers[self.question.key, ""]
        spread = scores.spread(counts) if kind == "number" else None
        if spread is not None:
            low, high = (survey_said.rounded(each, 1, self.language) for each in (spread.lower, spread.upper))
            ends = {"low": formats.number(int(spread.least), self.language)}
            ends["high"] = formats.number(int(spread.most), self.language)
            return [
                (self._say("median"), survey_said.rounded(spread.median, 1, self.language)),
                (self._say("middle"), render(texts.WITHIN, self.language, {"low": low, "high": high})),
                (self._say("ends"), render(texts.WITHIN, self.language, ends)),
            ]
        found = mean(self.question, self.tally)
        if kind not in ("csat", "stars", "ces") or not enough(found):
            return []
        words = [survey_said.said(found, self.language)]
        return [(self._say("mean"), f"{words[0]} ({survey_said.within(found, self.language)})")]

    def _of_groups(self) -> tuple[Markup, Table]:
        """Three groups as one bar; the table has every value as well."""
        counts, groups = self.tally.numbers[self.question.key, ""], GROUPS[self.question.kind]
        sizes = [(style, self._say(name), sum(counts[value] for value in values)) for style, name, values in groups]
        pieces = [Piece(size / self.n, self._percent(size), style) for style, _name, size in sizes]
        chart = self._stack([Stack("", pieces)], [(style, name) for style, name, _size in sizes])
        least, most = SCALES[self.question.kind]
        rows = [self._row(name, size) for _style, name, size in sizes]
        rows += [self._row(formats.number(value, self.language), counts[value]) for value in range(least, most + 1)]
        return chart, self._table(rows)

    def _of_levels(self) -> tuple[Markup, Table]:
        """The values from one to five as one bar."""
        counts = self.tally.numbers[self.question.key, ""]
        chart = self._stack([Stack("", self._levels(counts, self.n))], self._key())
        return chart, self._table([self._row(level, counts[int(level)]) for level in LEVELS])

    def _of_rows(self) -> tuple[Markup, Table]:
        """Each row of a matrix as a bar, beside it the share of four and five."""
        stacks, rows = list[Stack](), list[list[str]]()
        for each in self.question.rows:
            counts = self.tally.numbers[self.question.key, each.key]
            top, middle = scores.top_two(counts), mean(self.question, self.tally, each.key)
            share = survey_said.said(top, self.language)
            stacks.append(Stack(self.names[each.key], self._levels(counts, top.n), share if top.n else "–"))
            numbers = [formats.number(counts[int(level)], self.language) for level in LEVELS]
            range_ = survey_said.within(top, self.language)
            rows.append([self.names[each.key], *numbers, survey_said.said(middle, self.language), share, range_])
        heads = [self._say("row"), *LEVELS, self._say("mean")]
        heads += [render(texts.SCORES["matrix"], self.language), self._say("range")]
        return self._stack(stacks, self._key()), Table(heads, rows)

    def _of_choices(self) -> tuple[Markup, Table]:
        """Each choice as a bar with its interval, the one named most first."""
        shares = {
            each.key: score(Measure("", self.question, each.key), self.tally) for each in self.question.choices
        }
        ranked = sorted(shares.items(), key=lambda each: -(each[1].value or 0))
        bars, rows = list[Bar](), list[list[str]]()
        for key, found in ranked:
            assert isinstance(found, Share)
            bars.append(_bar(self.names[key], found, self.language))
            rows.append([*self._row(self.names[key], found.hits), survey_said.within(found, self.language)])
        return self._bars(bars), self._table(rows, self._say("range"))

    def _of_numbers(self) -> tuple[Markup, Table]:
        """Each number as a bar, or so many of them together as leave a few bars."""
        counts = self.tally.numbers[self.question.key, ""]
        least, most = min(counts), max(counts)
        width = 1 if most - least < MONTHS else -(-(most - least + 1) // BINS)
        parts = list[tuple[str, int]]()
        for low in range(least, most + 1, width):
            ends = [formats.number(each, self.language) for each in (low, low + width - 1)]
            size = sum(n for value, n in counts.items() if low <= value < low + width)
            parts.append((ends[0] if width == 1 else "–".join(ends), size))
        return self._plain(parts)

    def _of_months(self) -> tuple[Markup, Table]:
        """Each month as a bar, the last ones."""
        months = sorted(self.tally.texts[self.question.key].items())
        parts = [(survey_said.month(of, self.language), n) for of, n in months]
        chart, _table = self._plain(parts[-MONTHS:])
        return chart, self._table([self._row(*part) for part in parts])

    def _plain(self, parts: Sequence[tuple[str, int]]) -> tuple[Markup, Table]:
        most = max(size for _name, size in parts)
        bars = [Bar(name, size / most, formats.number(size, self.language)) for name, size in parts]
        return self._bars(bars), self._table([self._row(*part) for part in parts])

    def _levels(self, counts: Mapping[int, int], n: int) -> list[Piece]:
        sizes = ((level, counts.get(int(level), 0) / n) for level in LEVELS) if n else ()
        return [Piece(share, level, level) for level, share in sizes]

    def _key(self) -> list[tuple[Style, str]]:
        return [(level, str(level)) for level in LEVELS]

    def _stack(self, stacks: Sequence[Stack], key: Sequence[tuple[Style, str]]) -> Markup:
        return charts.stacks(self.id, self.name, self.advice, stacks, key, rtl=self.rtl)

    def _bars(self, bars: Sequence[Bar]) -> Markup:
        return charts.bars(self.id, self.name, self.advice, bars, rtl=self.rtl)

    def _table(self, rows: list[list[str]], *more: str) -> Table:
        return Table([self._say("value"), self._say("answers"), self._say("share"), *more], rows)

    def _row(self, name: str, size: int) -> list[str]:
        return [name, formats.number(size, self.language), self._percent(size)]

    def _percent(self, size: int) -> str:
        return survey_said.percent(size / self.n, self.language)

    def _say(self, name: str) -> str:
        return render(texts.OVERVIEW[name], self.language)


def _bar(name: str, found: Share, language: Language) -> Bar:
    interval = found.interval if enough(found) else None
    low, high = (interval.low, interval.high) if interval else (None, None)
    return Bar(name, found.value or 0.0, survey_said.said(found, language), low, high, style="faint")
