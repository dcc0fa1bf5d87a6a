"""One question of a survey as it is asked in the chat: its words and how it is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from locales import LANGUAGES, Text, _
from locales.text import Phrase, in_languages
from surveys import course, texts
from surveys.definition import Answers, Choice, Question, Survey, Texts, bounds
from talk.prompts import Choice as OneOf
from talk.prompts import (
    Date,
    FreeText,
    MultiChoice,
    Number,
    Option,
    Photos,
    Postponable,
    Prompt,
    Scale,
    Skippable,
)

PLACE = _("<i>{place} of {total}</i>\n{question}")
PLACE_IN_SECTION = _("<i>{place} of {total} · {section}</i>\n{question}")
ROW = _("{question}\n<i>Row {row} of {rows}:</i> {statement}")
ENDS = _("{question}\n<i>From {least} ({lowest}) to {most} ({highest})</i>")
SEVERAL = _("{question}\n<i>You can choose several.</i>")
PICTURES = _("{question}\n<i>You can send up to {most} pictures.</i>")
LETTERS = 2_000  # of an answer in words


class Asking:
    """How a survey is put to one customer, as far as the answers tell; in every language, for it may change."""

    def __init__(self, survey: Survey, answers: Answers, names: Mapping[str, str]) -> None:
        self._survey, self._answers, self._names = survey, answers, names

    def words(self, question: Question, row: int | None = None) -> tuple[Text, dict[str, Any]]:
        """The sentence that asks, and its values; `row` is the place of a matrix's row."""
        place, total = course.place(self._survey, self._answers, question.key)
        values: dict[str, Any] = {"place": place, "total": total, "question": self._hinted(question, row)}
        section = next(each for each in self._survey.sections if question in each.questions)
        if section.texts:
            return PLACE_IN_SECTION, {**values, "section": self.said(section.texts)}
        return PLACE, values

    def said(self, written: Texts) -> Text:
        """A text of the survey for this customer."""
        filled: dict[str, str] = {
            each: texts.fill(self._survey, written, each, self._answers, self._names) for each in LANGUAGES
        }
        return in_languages(filled)

    def prompt(self, question: Question) -> Prompt[Any]:
        """How it is answered: skipped unless it is required, and put off with the whole survey."""
        own = PROMPTS[question.kind](self, question)
        return Postponable(own if question.required else Skippable(own))

    def options(self, choices: tuple[Choice, ...]) -> tuple[Option, ...]:
        """The choices as buttons."""
        return tuple(Option(each.key, self.said(each.texts)) for each in choices)

    def _hinted(self, question: Question, row: int | None) -> object:
        """The question's text, with what helps to answer it."""
        asked: object = self.said(question.texts)
        if row is not None:
            statement = self.said(question.rows[row].texts)
            values = {"row": row + 1, "rows": len(question.rows), "statement": statement}
            asked = Phrase(ROW, {"question": asked, **values})
        least, most = bounds(question)
        if question.low and question.high:
            ends = {"lowest": self.said(question.low), "highest": self.said(question.high)}
            return Phrase(ENDS, {"question": asked, "least": least, "most": most, **ends})
        if question.kind == "multiple" and most > 1:
            return Phrase(SEVERAL, {"question": asked})
        if question.kind == "photo" and most > 1:
            return Phrase(PICTURES, {"question": asked, "most": most})
        return asked


def _scale(_asking: Asking, question: Question) -> Prompt[int]:
    return Scale(*bounds(question))


def _matrix(_asking: Asking, question: Question) -> Prompt[int]:
    """How far one agrees, unless its ends say something else."""
    return Scale(*bounds(question)) if question.low else Scale.likert()


def _several(asking: Asking, question: Question) -> Prompt[tuple[Option, ...]]:
    least, most = bounds(question)
    return MultiChoice(*asking.options(question.choices), at_least=least, at_most=most)


PROMPTS: Mapping[str, Callable[[Asking, Question], Prompt[Any]]] = {
    "nps": _scale,
    "csat": _scale,
    "ces": _scale,
    "stars": lambda _asking, _question: Scale.stars(),
    "matrix": _matrix,
    "single": lambda asking, question: OneOf(*asking.options(question.choices)),
    "multiple": _several,
    "number": lambda _asking, question: Number(*bounds(question)),
    "date": lambda _asking, _question: Date(year_missing="past"),
    "text": lambda _asking, _question: FreeText(max_length=LETTERS),
    "photo": lambda _asking, question: Photos(bounds(question)[1]),
}
