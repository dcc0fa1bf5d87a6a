"""What a survey's answers amount to, question by question, whatever version they were given in.

A question's key is the same question in every version. Its words, choices and rows are those of the newest version
that has them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from msgspec import structs

from insights import scores
from insights.scores import Mean, Score, Share
from store.survey_results import Asked, Counted, Group, Own, Sums
from surveys.definition import AREAS, SCALES, Choice, Question
from surveys.library import Published

MANY = ("multiple", "matrix", "photo")
OF_FIVE = ("csat", "stars", "matrix")
_SCORES: Mapping[str, Callable[[scores.Counts], Score]] = {
    "nps": scores.nps,
    "ces": scores.ces,
    **dict.fromkeys(OF_FIVE, scores.top_two),
}


class Measure(NamedTuple):
    """One figure that groups and waves are compared by: of a question, a row, a choice, or an area."""

    key: str
    question: Question | None
    part: str = ""
    area: str = ""


class Asks(NamedTuple):
    """What a survey asked in all its versions: every question once, and in which versions it stood."""

    questions: dict[str, Question]
    versions: dict[str, list[int]]


class Tally:
    """The answers of one group of responses, counted."""

    def __init__(self) -> None:
        self.numbers: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
        self.texts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.skipped: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.areas: dict[str, Mean] = {}

    def add(self, row: Counted, many: bool) -> None:
        if row.skipped:
            self.skipped[row.question] += row.n
            return
        if not many:
            self.answered[row.question] += row.n
        if row.number is not None:
            self.numbers[row.question, row.part][row.number] += row.n
        elif row.text:
            self.texts[row.question][row.text] += row.n


def asks_of(published: Sequence[Published]) -> Asks:
    """What was asked in these versions, which come newest first."""
    questions: dict[str, Question] = {}
    versions: dict[str, list[int]] = {}
    for version in published:
        for question in version.survey.questions:
            versions.setdefault(question.key, []).append(version.number)
            newer = questions.get(question.key)
            questions[question.key] = _joined(newer, question) if newer else question
    return Asks(questions, versions)


def asked_of(survey_id: int, published: Sequence[Published], asks: Asks, departments: Mapping[str, str]) -> Asked:
    """What the database must know of the questions; `departments` are those that answer for touchpoints."""
    own: dict[tuple[str, str, str], list[int]] = {}
    for version in published:
        for question in version.survey.questions:
            touchpoint = question.touchpoint
            department = question.department or departments.get(touchpoint, "")
            if touchpoint or department:
                own.setdefault((question.key, touchpoint, department), []).append(version.id)

    def of(*kinds: str) -> tuple[str, ...]:
        return tuple(key for key, question in asks.questions.items() if question.kind in kinds)

    return Asked(
        survey_id=survey_id,
        chosen=of("single"),
        days=of("date"),
        many=of(*MANY),
        own=tuple(Own(key, tuple(ids), place, who) for (key, place, who), ids in own.items()),
    )


def areas_of(asks: Asks) -> dict[str, list[str]]:
    """The questions from one to five that tell about each area; areas of which nothing asks are left out."""
    found: dict[str, list[str]] = {area: [] for area in AREAS}
    for key, question in asks.questions.items():
        if question.kind in OF_FIVE and question.area in found:
            found[question.area].append(key)
    return {area: keys for area, keys in found.items() if keys}


def tallied(
    asks: Asks,
    counted: Iterable[Counted],
    answered: Mapping[tuple[Group, str], int],
    sums: Iterable[Sums] = (),
) -> dict[Group, Tally]:
    """The counts by group; None where nothing was split."""
    found: defaultdict[Group, Tally] = defaultdict(Tally)
    for row in counted:
        question = asks.questions.get(row.question)
        if question is not None:
            found[row.group].add(row, question.kind in MANY)
    for (group, key), n in answered.items():
        found[group].answered[key] = n
    for each in sums:
        found[each.group].areas[each.area] = scores.of_sums(each.n, each.total, each.squares, 1, 5)
    return found


def measures(asks: Asks) -> list[Measure]:
    """Everything that can be compared, in the order of the questions; the areas come last."""
    found = list[Measure]()
    for key, question in asks.questions.items():
        if question.kind in ("nps", "csat", "ces", "stars", "number"):
            found.append(Measure(key, question))
        found += [Measure(f"{key}.{each.key}", question, each.key) for each in _parts(question)]
    return found + [Measure(f"area.{area}", None, area=area) for area in areas_of(asks)]


def score(measure: Measure, tally: Tally) -> Score:
    """The measure's score in one group."""
    question, part = measure.question, measure.part
    if question is None:
        return tally.areas.get(measure.area, Mean(0.0, 0.0, 0, 1, 5))
    if question.kind == "single":
        return Share(tally.texts[question.key][part], tally.answered[question.key])
    if question.kind == "multiple":
        return Share(tally.numbers[question.key, part][1], tally.answered[question.key])
    return _SCORES.get(question.kind, scores.mean)(tally.numbers[question.key, part])


def mean(question: Question, tally: Tally, part: str = "") -> Mean:
    """The mean on the question's scale, or of its numbers."""
    return scores.mean(tally.numbers[question.key, part], *SCALES.get(question.kind, (None, None)))


def _parts(question: Question) -> tuple[Choice, ...]:
    return question.rows if question.kind == "matrix" else question.choices


def _joined(newer: Question, older: Question) -> Question:
    """The newer question, with the choices and rows that only the older one has."""

    def both(new: tuple[Choice, ...], old: tuple[Choice, ...]) -> tuple[Choice, ...]:
        known = {each.key for each in new}
        return (*new, *(each for each in old if each.key not in known))

    return structs.replace(newer, choices=both(newer.choices, older.choices), rows=both(newer.rows, older.rows))
