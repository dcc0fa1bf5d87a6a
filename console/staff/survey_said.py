"""Figures of surveys as a reader's language writes them, and what each says to do next."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from console.staff import survey_results_texts as texts
from console.staff.survey_figures import Measure, Tally, mean, score
from insights import intervals, scores
from insights.comparing import Compared, worth
from insights.intervals import Interval
from insights.scores import Mean, Net, Score, Share, enough
from locales import Language, Text, formats, render
from surveys.definition import Question

ALONE, POP = "\u2066", "\u2069"  # a number with its sign stands from left to right in Arabic, too
WIDE_HALF, ASKED_HALF = 0.15, 0.1
GOOD_NET = 0.5
LOW_SHARE, HALF, GOOD_SHARE = 0.6, 0.5, 0.8
_BAD: Mapping[str, Text] = {"nps": texts.NPS_LOW, "ces": texts.EASY_LOW}
_READ: Mapping[str, Text] = {"text": texts.WRITTEN, "photo": texts.PICTURES}


class Says(NamedTuple):
    """A sentence and what stands in it."""

    text: Text
    values: Mapping[str, object] = {}

    def to(self, language: Language) -> str:
        return render(self.text, language, self.values)


def rounded(value: float, digits: int, language: Language) -> str:
    """A number with at most so many decimals; in Arabic, too, its sign stands on its left."""
    return _alone(formats.decimal(Decimal(f"{value:.{digits}f}") + 0, language), language)


def percent(share: float, language: Language) -> str:
    """A share as whole percents."""
    return _alone(f"{formats.number(round(100 * share), language)}%", language)


def month(of: str, language: Language) -> str:
    """A month that is kept as YYYY-MM."""
    year, _dash, number = of.partition("-")
    return f"{year}年{number.lstrip('0')}月" if language == "zh" else f"{number}/{year}"


def figure(kind: Score, value: float, language: Language) -> str:
    """A value of a score: an NPS in points, a share in percents, a mean as it is."""
    if isinstance(kind, Net):
        return rounded(100 * value, 1, language)
    return percent(value, language) if isinstance(kind, Share) else rounded(value, 2, language)


def said(found: Score, language: Language) -> str:
    """The score itself; a dash where nobody answered."""
    return "–" if found.value is None else figure(found, found.value, language)


def within(found: Score, language: Language, text: Text = texts.WITHIN) -> str:
    """From where to where the true score lies; a dash where that cannot be told."""
    interval = found.interval
    if interval is None or not enough(found):
        return "–"
    return render(text, language, _ends(found, interval, language))


def difference(first: Score, compared: Compared, language: Language) -> str:
    """A difference of two scores, with its sign."""
    if compared.difference is None:
        return "–"
    digits = 2 if isinstance(first, Mean) else 1 if isinstance(first, Net) else 0
    value = compared.difference if isinstance(first, Mean) else 100 * compared.difference
    exact = Decimal(f"{value:.{digits}f}") + 0
    return _alone(f"{'+' if exact > 0 else ''}{formats.decimal(exact, language)}", language)


def verdict(measure: Measure, compared: Compared) -> str:
    """A key of `texts.VERDICTS`: of choices and numbers no end is the better one."""
    rated = measure.question is None or measure.question.kind not in ("single", "multiple", "number")
    other = {"better": "more", "worse": "less"}
    return compared.verdict if rated else other.get(compared.verdict, compared.verdict)


def after(measure: Measure, first: Score, compared: Compared, language: Language) -> Says:
    """What to do next about a comparison."""
    if compared.verdict != "same":
        return Says(texts.NEXT[verdict(measure, compared)])
    if compared.wanted is None:
        return Says(texts.SAME_ALL)
    return Says(texts.SAME_NEXT, {"count": compared.wanted, "difference": worth_of(first, language)})


def advice(question: Question, tally: Tally, names: Mapping[str, str], language: Language) -> Says:
    """What to do next about a question, or that its answers are too few; `names` are of its choices and rows."""
    n, kind = tally.answered[question.key], question.kind
    if n == 0 or kind in _READ:
        return Says(_READ[kind] if n else texts.NOBODY)
    if n < scores.FEW:
        return Says(texts.FEW, {"count": n})
    if kind == "matrix":
        return _of_rows(question, tally, names)
    if kind in ("single", "multiple"):
        return _of_choices(question, tally, names)
    if kind in ("number", "date"):
        return _of_values(question, tally, language)
    return _of_score(kind, score(Measure(question.key, question), tally))


def lowest(means: Mapping[str, Mean]) -> str | None:
    """The key that is rated lower than the highest by more than chance explains; None where none is."""
    known = {key: each for key, each in means.items() if enough(each)}
    if len(known) < 2:
        return None
    first, *_others, last = sorted(known, key=lambda key: known[key].mean)
    low, high = known[first], known[last]
    apart = low.interval is None or high.interval is None or low.interval.high < high.interval.low
    return first if apart and low.mean < high.mean else None


def _alone(shown: str, language: Language) -> str:
    return f"{ALONE}{shown}{POP}" if language == "ar" else shown


def _of_score(kind: str, found: Score) -> Says:
    interval, value = found.interval, found.value
    assert interval is not None
    assert value is not None
    if interval.high < (0.0 if isinstance(found, Net) else LOW_SHARE):  # bad wherever in it the true figure lies
        return Says(_BAD.get(kind, texts.CONTENT_LOW))
    if interval.half > WIDE_HALF:
        return Says(texts.WIDE, {"count": intervals.answers_within(ASKED_HALF, found.spread)})
    if kind == "nps":
        return Says(_of_nps(value, interval))
    if kind == "ces":
        return Says(texts.EASY_HIGH if interval.low > 0 else texts.EASY_LOW)
    if value < HALF:
        return Says(texts.CONTENT_LOW)
    return Says(texts.CONTENT_HIGH if interval.low >= GOOD_SHARE else texts.CONTENT_MIDDLE)


def _of_nps(value: float, interval: Interval) -> Text:
    """What is said is true wherever in its interval the score lies; only the praise goes by the score itself."""
    if interval.low <= 0:
        return texts.NPS_EVEN
    return texts.NPS_HIGH if value >= GOOD_NET else texts.NPS_MIDDLE


def _of_rows(question: Question, tally: Tally, names: Mapping[str, str]) -> Says:
    first = lowest({row.key: mean(question, tally, row.key) for row in question.rows})
    return Says(texts.ROW_FIRST, {"row": names[first]}) if first else Says(texts.ROWS_ALIKE)


def _of_choices(question: Question, tally: Tally, names: Mapping[str, str]) -> Says:
    """The first choice, where its interval lies above that of the second."""
    shares = {each.key: score(Measure("", question, each.key), tally) for each in question.choices}
    first, *others = sorted(shares, key=lambda key: -(shares[key].value or 0))
    most, second = shares[first].interval, shares[others[0]].interval if others else None
    if most is not None and second is not None and most.low <= second.high:
        return Says(texts.CHOICES_ALIKE)
    return Says(texts.CHOICE_FIRST, {"choice": names[first]})


def _of_values(question: Question, tally: Tally, language: Language) -> Says:
    """Where the middle half of the numbers lies, or into which month most days fall."""
    spread = scores.spread(tally.numbers[question.key, ""])
    if spread is None:
        latest = tally.texts[question.key].most_common(1)[0][0]
        return Says(texts.MONTHS, {"month": month(latest, language)})
    ends = {"low": rounded(spread.lower, 1, language), "high": rounded(spread.upper, 1, language)}
    return Says(texts.NUMBERS, ends)


def _ends(found: Score, interval: Interval, language: Language) -> dict[str, str]:
    return {"low": figure(found, interval.low, language), "high": figure(found, interval.high, language)}


def worth_of(first: Score, language: Language) -> str:
    """The smallest difference from a score that is worth knowing."""
    smallest = worth(first)
    if isinstance(first, Mean):
        return rounded(smallest, 2, language)
    return render(texts.POINTS, language, {"count": round(100 * smallest)})
