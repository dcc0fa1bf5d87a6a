"""A question of a survey on a page: what it shows, and how the form that answers it is read.

The interviewer's page and the kiosk show the same questions in the same way (`templates/answer.html`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from console.numbers import whole_number
from locales import Text, _, n_, render
from surveys import course
from surveys.definition import Answer, Answers, Choice, Question, Survey, bounds
from surveys.texts import fill, said
from talk.prompts.scale import FIVE_AGREEMENTS

AGREEMENT = (FIVE_AGREEMENTS[0], FIVE_AGREEMENTS[-1])  # the ends of a matrix that names none
SCALES = ("nps", "csat", "ces", "stars")
WORDS: dict[str, Text] = {
    "choose_several": _("You can choose several."),
    "no_picture_here": _("Pictures can be sent in the chat only."),
}
LETTERS = 2_000
CHOOSE_ONE = _("Please choose one of the answers.")
CHOOSE_EACH = _("Please choose an answer in every row.")
CHOOSE_MANY = _("Please choose between {least} and {most} of them.")
NO_NUMBER = _("Please give a whole number from {least} to {most}.")
NO_DAY = _("Please give a day.")
NO_WORDS = n_(
    "Please write an answer of at most {most} character.",
    "Please write an answer of at most {most} characters.",
    count="most",
)


class Unreadable(Exception):
    """The form holds no answer to its question: why, in words for its reader."""

    def __init__(self, text: Text, **values: object) -> None:
        super().__init__(text.one)
        self.text = text
        self.values = values


class View(NamedTuple):
    """A question as it is shown in one language; `given` is what was answered before, None for nothing.

    `number` of `total` is its place. `least` and `most` bound a scale, a number, or how many are chosen.
    """

    key: str
    kind: str
    text: str
    section: str
    number: int
    total: int
    required: bool
    least: int
    most: int
    low: str
    high: str
    choices: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, str]]
    probe: str
    given: Any

    @property
    def scale(self) -> range:
        """The numbers of a scale."""
        return range(self.least, self.most + 1)


def view(survey: Survey, question: Question, answers: Answers, language: str, names: Mapping[str, str]) -> View:
    """The question in this language, with earlier answers in its text."""

    def told(texts: dict[str, str]) -> str:
        return fill(survey, texts, language, answers, names)

    def listed(choices: Sequence[Choice]) -> list[tuple[str, str]]:
        return [(each.key, told(each.texts)) for each in choices]

    least, most = bounds(question)
    agreement = [render(each, language) for each in AGREEMENT] if question.kind == "matrix" else ["", ""]
    number, total = course.place(survey, answers, question.key)
    section = next(each for each in survey.sections if question in each.questions)
    return View(
        key=question.key,
        kind=question.kind,
        text=told(question.texts),
        section=told(section.texts) if section.texts else "",
        number=number,
        total=total,
        required=question.required,
        least=least,
        most=most,
        low=told(question.low) if question.low else agreement[0],
        high=told(question.high) if question.high else agreement[1],
        choices=listed(question.choices),
        rows=listed(question.rows),
        probe=said(question.probe, language, survey.language) if question.probe else "",
        given=answers.get(question.key),
    )


def read(question: Question, form: Mapping[str, str]) -> Answer:
    """The answer that a form holds. Raises Unreadable."""
    answer = _read(question, form)
    if not course.fits(question, answer):
        raise _unfit(question)
    return answer


def _read(question: Question, form: Mapping[str, str]) -> Answer:
    least, most = bounds(question)
    given = form.get("answer", "").strip()
    match question.kind:
        case "matrix":
            typed = {row.key: whole_number(form.get(f"answer-{row.key}", "")) for row in question.rows}
            return {key: number for key, number in typed.items() if number is not None}
        case "multiple":
            return [each.key for each in question.choices if f"answer-{each.key}" in form]
        case "single":
            return given
        case "text":
            return given if 0 < len(given) <= LETTERS else ""
        case "date":
            return _day(given)
        case "number":
            sign = -1 if given.startswith("-") else 1
            number = whole_number(given.removeprefix("-"))
        case _:
            number = whole_number(given)
            sign = 1
    if number is None:
        raise Unreadable(CHOOSE_ONE if question.kind in SCALES else NO_NUMBER, least=least, most=most)
    return sign * number


def _day(given: str) -> str:
    try:
        return dt.date.fromisoformat(given).isoformat()
    except ValueError:
        raise Unreadable(NO_DAY) from None


def _unfit(question: Question) -> Unreadable:
    least, most = bounds(question)
    match question.kind:
        case "matrix":
            return Unreadable(CHOOSE_EACH if question.required else CHOOSE_ONE)
        case "multiple":
            return Unreadable(CHOOSE_MANY, least=least, most=most)
        case "number":
            return Unreadable(NO_NUMBER, least=least, most=most)
        case "text":
            return Unreadable(NO_WORDS, most=LETTERS)
        case "date":
            return Unreadable(NO_DAY)
        case _:
            return Unreadable(CHOOSE_ONE)
