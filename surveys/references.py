"""What a survey's conditions and texts refer to: earlier questions, of a kind that fits, answered for sure.

A text never shows a hole where an answer should be: what it names is answered whenever it is said, because the
question is required or a condition sees to it, or other words stand in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from locales import Text, _
from surveys.course import fits
from surveys.definition import SCALES, Question, Section, Survey, Test, Texts, When, bounds
from surveys.problem import Path, Problem
from surveys.texts import ALWAYS, NAMES, placeholders, without_placeholders

NO_QUESTION = _("There is no question {key}.")
LATER = _("The question {key} comes later; a condition looks at earlier ones.")
UNFITTING = _("This can't be asked about the question {key}.")
NEVER_SKIPPED = _("The question {key} is required, so nobody skips it.")
EMPTY_GROUP = _("A group of conditions is empty. Fill it, or take it away.")
NUMBER = _("A whole number from {low} to {high} is expected.")
ONE_OF = _("One of these is expected: {keys}.")
A_DAY = _("A day such as {example} is expected.")
UNKNOWN_NAME = _("{name} is neither an earlier question nor one of {names}.")
MAY_LACK = _("{name} may be unknown here. Write what stands in for it, as in {example}.")
UNSAYABLE = _("The answers to {name} can't stand in a text.")
LONE_BRACE = _("A brace has no meaning here. An earlier answer is put in as {example}.")

_SCORED = (*SCALES, "number")
_COMPARING = ("is", "is_not", "below", "above")
_SAYABLE = frozenset({"nps", "csat", "ces", "stars", "single", "multiple", "number", "date", "text"})


def references(survey: Survey) -> Iterator[Problem]:
    """Every condition and every placeholder that does not fit what comes before it."""
    way = _Way(survey)
    yield from way.named(("intro",), survey.intro)
    for number, section in enumerate(survey.sections):
        here: Path = ("sections", number)
        yield from way.conditions((*here, "when"), section.when)
        yield from way.named((*here, "texts"), section.texts, section.when)
        for place, question in enumerate(section.questions):
            at: Path = (*here, "questions", place)
            yield from way.conditions((*at, "when"), question.when)
            for field in ("texts", "probe"):
                yield from way.named((*at, field), getattr(question, field), section.when, question.when)
            way.passed(section, question)
    for number, thanks in enumerate(survey.thanks):
        yield from way.conditions(("thanks", number, "when"), thanks.when)
        yield from way.named(("thanks", number, "texts"), thanks.texts, thanks.when)


class _Way:
    """The way through the survey so far."""

    def __init__(self, survey: Survey) -> None:
        self._all = {each.key for each in survey.questions}
        self._earlier: dict[str, Question] = {}
        self._always: set[str] = set()  # answered by everybody who comes this far
        self._with: dict[str, frozenset[str]] = {}  # what is answered when a question is

    def passed(self, section: Section, question: Question) -> None:
        self._earlier[question.key] = question
        self._with[question.key] = self._sure(section.when) | self._sure(question.when)
        if question.required and not section.when and not question.when:
            self._always.add(question.key)

    def _sure(self, when: When) -> frozenset[str]:
        """What is answered for sure where this condition holds."""
        groups = [{test.question for test in group if test.op != "skipped"} for group in when]
        named = frozenset.intersection(*map(frozenset, groups)) if groups else frozenset()
        return named.union(*(self._with.get(key, ()) for key in named))

    def conditions(self, path: Path, when: When) -> Iterator[Problem]:
        for number, group in enumerate(when):
            if not group:
                yield Problem((*path, number), EMPTY_GROUP, {})
            for place, test in enumerate(group):
                yield from self._condition((*path, number, place), test)

    def _condition(self, path: Path, test: Test) -> Iterator[Problem]:
        question = self._earlier.get(test.question)
        if question is None:
            text = LATER if test.question in self._all else NO_QUESTION
            yield Problem((*path, "question"), text, {"key": test.question})
        elif test.op not in _operators(question, test):
            yield Problem((*path, "op"), UNFITTING, {"key": test.question})
        elif test.op == "skipped" and question.required:
            yield Problem((*path, "op"), NEVER_SKIPPED, {"key": test.question})
        else:
            yield from _value(path, test, question)

    def named(self, path: Path, texts: Texts, *whens: When) -> Iterator[Problem]:
        sure = self._always.union(*map(self._sure, whens))
        for language, text in texts.items():
            if "{" in (rest := without_placeholders(text)) or "}" in rest:
                yield Problem((*path, language), LONE_BRACE, {"example": "{key}"})
            for name, stand_in in placeholders(text):
                if problem := self._name(name, stand_in or name in sure):
                    yield Problem((*path, language), *problem)

    def _name(self, name: str, safe: bool) -> tuple[Text, dict[str, object]] | None:
        question, shown = self._earlier.get(name), f"{{{name}}}"
        if question is None and name not in NAMES:
            return UNKNOWN_NAME, {"name": shown, "names": ", ".join(f"{{{each}}}" for each in NAMES)}
        if question and question.kind not in _SAYABLE:
            return UNSAYABLE, {"name": shown}
        if not safe and name not in ALWAYS:
            return MAY_LACK, {"name": shown, "example": f"{{{name}|…}}"}
        return None


def _operators(question: Question, test: Test) -> tuple[str, ...]:
    """What can be asked about an answer to this question."""
    kind = question.kind
    compared: Mapping[bool, tuple[str, ...]] = {
        kind in _SCORED and (kind == "matrix") == bool(test.part): _COMPARING,
        kind == "date" and not test.part: _COMPARING,
        kind in ("single", "multiple") and not test.part: _COMPARING[:2],
    }
    return (*compared.get(True, ()), "answered", "skipped")


def _value(path: Path, test: Test, question: Question) -> Iterator[Problem]:
    rows = [row.key for row in question.rows]
    if test.part and test.part not in rows:
        yield Problem((*path, "part"), ONE_OF, {"keys": ", ".join(rows)})
    if test.op not in _COMPARING:
        return
    if question.kind in _SCORED:
        least, most = bounds(question)
        low, high = least + (test.op == "below"), most - (test.op == "above")
        if not isinstance(test.value, int) or not low <= test.value <= high:
            yield Problem((*path, "value"), NUMBER, {"low": low, "high": high})
    elif question.kind == "date":
        if test.value is None or not fits(question, test.value):
            yield Problem((*path, "value"), A_DAY, {"example": "2026-12-31"})
    elif test.value not in (keys := [each.key for each in question.choices]):
        yield Problem((*path, "value"), ONE_OF, {"keys": ", ".join(keys)})
