"""What was asked and answered, in words that people read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from surveys import course
from surveys.definition import Answers, Question, Survey
from surveys.texts import fill, said


class Spoken(NamedTuple):
    """One question and its answer in words."""

    question: str
    answer: str


def in_words(survey: Survey, answers: Answers, language: str) -> Iterator[Spoken]:
    """What was asked and answered, in this language; pictures and what was skipped are left out."""
    for question in course.asked(survey, answers):
        if words := answer_in_words(survey, question, answers, language):
            yield Spoken(fill(survey, question.texts, language, answers, {}), words)


def answer_in_words(survey: Survey, question: Question, answers: Answers, language: str) -> str:
    """The answer to one question: of a matrix a line for each row; empty for pictures and where there is none."""
    answer = answers.get(question.key)
    if not isinstance(answer, dict):
        return fill(survey, {language: f"{{{question.key}}}"}, language, answers, {})
    rows = ((row, answer[row.key]) for row in question.rows if row.key in answer)
    return "\n".join(f"{said(row.texts, language, survey.language)}: {number}" for row, number in rows)
