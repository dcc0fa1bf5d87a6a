"""The way through a survey: which questions are asked after which answers, and how it ends.

Pure functions of a definition and the answers so far. A condition looks only at answers of questions that are
asked themselves: what somebody answered before they went back and took another way counts for nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from surveys.definition import Answer, Answers, Question, Survey, Test, Texts, When, bounds

LETTERS = 4_000  # the most of an answer in words
LOW: Mapping[str, int] = {"nps": 6, "csat": 2, "stars": 2}
"""The highest of the low scores by kind: NPS calls 0 to 6 detractors; of five, 1 and 2 are dissatisfied."""


def holds(when: When, answers: Answers) -> bool:
    """Whether a question with this condition is asked, as far as the answers tell."""
    return not when or any(all(_meets(test, answers) for test in group) for group in when)


def asked(survey: Survey, answers: Answers) -> list[Question]:
    """Every question that is asked after these answers, with or without an answer, in order."""
    return [question for question, _before in _walk(survey, answers)]


def following(survey: Survey, answers: Answers) -> Question | None:
    """The first question that is asked and has no answer; None at the end."""
    return next((each for each, _before in _walk(survey, answers) if each.key not in answers), None)


def place(survey: Survey, answers: Answers, key: str) -> tuple[int, int]:
    """Which question of how many this one is, from 1. Raises ValueError for one that is not asked."""
    keys = [each.key for each in asked(survey, answers)]
    return keys.index(key) + 1, len(keys)


def pruned(survey: Survey, answers: Answers) -> dict[str, Answer]:
    """The answers of questions that are asked, in their order."""
    return {each.key: answers[each.key] for each in asked(survey, answers) if each.key in answers}


def thanks(survey: Survey, answers: Answers) -> Texts:
    """What is said at the end, by language; empty when the survey says nothing."""
    kept = pruned(survey, answers)
    return next((each.texts for each in survey.thanks if holds(each.when, kept)), {})


def low(survey: Survey, answers: Answers) -> tuple[str, ...]:
    """The keys of questions that were answered with a low score (`LOW`)."""
    kept = pruned(survey, answers)
    scored = ((each.key, LOW[each.kind], kept.get(each.key)) for each in survey.questions if each.kind in LOW)
    return tuple(key for key, highest, score in scored if isinstance(score, int) and score <= highest)


def fits(question: Question, answer: Answer) -> bool:
    """Whether this can be the answer: its shape, its bounds, and that a required question is not skipped."""
    if answer is None:
        return not question.required
    return _FITTING[question.kind](question, answer)


def _walk(survey: Survey, answers: Answers) -> Iterator[tuple[Question, dict[str, Answer]]]:
    """The questions that are asked, each with the answers that count before it."""
    known: dict[str, Answer] = {}
    for section in survey.sections:
        if not holds(section.when, known):
            continue
        for question in section.questions:
            if holds(question.when, known):
                yield question, known
                if question.key in answers:
                    known[question.key] = answers[question.key]


def _meets(test: Test, answers: Answers) -> bool:
    if test.question not in answers:
        return False
    answer = answers[test.question]
    if isinstance(answer, dict) and test.part:
        answer = answer.get(test.part)
    if answer is None or test.op in ("answered", "skipped"):
        return test.op == ("skipped" if answer is None else "answered")
    if isinstance(answer, list):
        return (test.value in answer) == (test.op == "is")
    return _COMPARED[test.op](answer, test.value)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """The comparison, never met by what cannot be compared: words and a number."""
    return lambda answer, value: type(answer) is type(value) and compare(answer, value)


_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": lambda answer, value: bool(answer == value),
    "is_not": lambda answer, value: bool(answer != value),
    "below": _ordered(lambda answer, value: bool(answer < value)),
    "above": _ordered(lambda answer, value: bool(answer > value)),
}


def _is_number(question: Question, answer: object) -> bool:
    least, most = bounds(question)
    return isinstance(answer, int) and not isinstance(answer, bool) and least <= answer <= most


def _is_matrix(question: Question, answer: object) -> bool:
    """Numbers of its rows: of every row where an answer is required, of one at least where it is not."""
    rows = {row.key for row in question.rows}
    if not isinstance(answer, dict) or not answer or not rows.issuperset(answer):
        return False
    return len(answer) >= (len(rows) if question.required else 1) and all(
        _is_number(question, each) for each in answer.values()
    )


def _is_choice(question: Question, answer: object) -> bool:
    return isinstance(answer, str) and any(each.key == answer for each in question.choices)


def _is_several(question: Question, answer: object) -> bool:
    """Distinct choices, or photos; as many as the question wants."""
    least, most = bounds(question)
    if not isinstance(answer, list) or not least <= len(answer) <= most or len(set(answer)) < len(answer):
        return False
    return question.kind == "photo" or all(_is_choice(question, each) for each in answer)


def _is_day(_question: Question, answer: object) -> bool:
    try:
        return isinstance(answer, str) and dt.date.fromisoformat(answer).isoformat() == answer
    except ValueError:
        return False


def _is_words(_question: Question, answer: object) -> bool:
    return isinstance(answer, str) and 0 < len(answer) <= LETTERS and not answer.isspace()


_FITTING: Mapping[str, Callable[[Question, object], bool]] = {
    "nps": _is_number,
    "csat": _is_number,
    "ces": _is_number,
    "stars": _is_number,
    "number": _is_number,
    "matrix": _is_matrix,
    "single": _is_choice,
    "multiple": _is_several,
    "photo": _is_several,
    "date": _is_day,
    "text": _is_words,
}
