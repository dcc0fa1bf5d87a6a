"""A draft as the builder shows it: the outline with what each question lacks, and the part that is open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from console import texts as chat_texts
from console.staff import survey_conditions, survey_forms
from locales import LANGUAGES, Language, direction, render
from surveys import editing
from surveys.definition import Question, Section, Survey, Texts
from surveys.problem import Problem
from surveys.texts import NAMES, said

OUTLINE = ""  # the part of problems that no form has a field for
_SETTINGS = ("names", "intro", "language", "minutes")


class Trouble(NamedTuple):
    """A problem in the reader's words, with the part and the field where it is put right."""

    part: str
    field: str
    words: Markup


def troubles(problems: Iterable[Problem], survey: Survey, language: Language) -> list[Trouble]:
    """What keeps the draft from being published, each with its place in the builder."""
    return [
        Trouble(*_placed(problem, survey), Markup(render(problem.text, language, problem.values)))  # noqa: S704
        for problem in problems
    ]


def by_field(found: Sequence[Trouble], part: str) -> dict[str, list[Markup]]:
    """The problems of one part by their field."""
    fields: dict[str, list[Markup]] = defaultdict(list)
    for trouble in found:
        if trouble.part == part:
            fields[trouble.field].append(trouble.words)
    return dict(fields)


def outline(survey: Survey, found: Sequence[Trouble], language: Language) -> list[dict[str, Any]]:
    """The sections with their questions, numbered through."""
    counted = [trouble.part for trouble in found]
    numbers = {question.key: number for number, question in enumerate(survey.questions, 1)}
    return [
        {
            "key": section.key,
            "title": said(section.texts, language, survey.language),
            "when": survey_conditions.words(section.when, survey, language),
            "troubles": counted.count(f"section.{section.key}"),
            "first": place == 0,
            "last": place == len(survey.sections) - 1,
            "questions": [_row(each, numbers[each.key], survey, counted, language) for each in section.questions],
        }
        for place, section in enumerate(survey.sections)
    ]


def about(survey: Survey, part: str, language: Language) -> dict[str, Any]:
    """What the form of the open part shows beside its fields; an absent part is the settings."""
    found, known = survey_forms.part_of(survey, part), editing.earlier(survey, part)
    shown: dict[str, Any] = {"question": None, "section": None, "when": None, "pieces": []}
    if isinstance(found, Question):
        shown["question"] = found
        home = next(each for each in survey.sections if found in each.questions)
        shown["pieces"] = pieces(known, home, found, survey, language)
    if isinstance(found, Section):
        shown["section"] = found
        shown["pieces"] = pieces(known, found, None, survey, language)
    if found is not None:
        shown["when"] = survey_conditions.shown(found.when, "when", survey, known, language)
    if part == "thanks":
        shown["pieces"] = pieces(known, None, None, survey, language)
        shown["whens"] = [
            survey_conditions.shown(each.when, f"thanks-{place}-when", survey, known, language)
            for place, each in enumerate(survey.thanks)
        ]
    return shown


def pieces(
    known: Sequence[Question], home: Section | None, here: Question | None, survey: Survey, language: Language
) -> list[tuple[str, str]]:
    """What can be put into a text, and what it stands for; what may be unknown asks for other words."""
    sayable = [each for each in known if each.kind not in ("matrix", "photo")]
    always = {
        each.key
        for section in survey.sections
        for each in section.questions
        if each.required and not each.when and not section.when
    }
    named = {
        test.question
        for when in ((home.when if home else ()), (here.when if here else ()))
        if len(when) == 1
        for test in when[0]
        if test.op != "skipped"
    }
    answers = [(f"{{{each.key}}}" if each.key in always | named else f"{{{each.key}|…}}", each) for each in sayable]
    return [
        *((name, name) for name in NAMES),
        *((code, survey_conditions.label(each, survey, language)) for code, each in answers),
    ]


def lacking(survey: Survey, *written: Texts) -> list[Language]:
    """The languages in which one of these texts is not written, though it is in another."""
    there = [texts for texts in written if any(texts.values())]
    return [language for language in LANGUAGES if any(not texts.get(language) for texts in there)]


def lacking_in(survey: Survey, part: str) -> list[Language]:
    """The languages in which a part of the survey falls back on another one."""
    found = survey_forms.part_of(survey, part)
    if isinstance(found, Question):
        return lacking(survey, *_texts_of(found))
    if isinstance(found, Section):
        return lacking(survey, found.texts)
    if part == "thanks":
        return lacking(survey, *(each.texts for each in survey.thanks))
    return lacking(survey, survey.names, survey.intro) if part == "settings" else []


def tongues(survey: Survey, part: str) -> list[dict[str, Any]]:
    """The languages to write in, the survey's own first, with whether the part lacks something in each."""
    missing = lacking_in(survey, part)
    ordered = sorted(LANGUAGES, key=lambda language: language != survey.language)
    return [
        {
            "code": language,
            "name": chat_texts.NAMES[language],
            "direction": direction(language),
            "lacks": language in missing,
        }
        for language in ordered
    ]


def _texts_of(question: Question) -> Iterable[Texts]:
    labels = (*question.choices, *question.rows)
    return (question.texts, question.low, question.high, *(each.texts for each in labels))


def _row(
    question: Question, number: int, survey: Survey, counted: Sequence[str], language: Language
) -> dict[str, Any]:
    missing = lacking(survey, *_texts_of(question))
    return {
        "key": question.key,
        "number": number,
        "kind": question.kind,
        "label": survey_conditions.label(question, survey, language) if any(question.texts.values()) else "",
        "required": question.required,
        "when": survey_conditions.words(question.when, survey, language),
        "missing": [chat_texts.NAMES[each] for each in missing],
        "troubles": counted.count(f"question.{question.key}"),
    }


def _placed(problem: Problem, survey: Survey) -> tuple[str, str]:
    """The part and the field of a problem's path."""
    path = problem.path
    if path[0] == "sections":
        if len(path) == 1 or not isinstance(path[1], int):
            return OUTLINE, ""
        section = survey.sections[path[1]]
        if len(path) > 3 and path[2] == "questions" and isinstance(path[3], int):
            return f"question.{section.questions[path[3]].key}", _joined(path[4:])
        return f"section.{section.key}", _joined(path[2:])
    if path[0] == "thanks":
        return "thanks", _joined(path)
    return ("settings" if path[0] in _SETTINGS else "rules"), _joined(path)


def _joined(path: Sequence[str | int]) -> str:
    return "-".join(map(str, path))


def fallback(texts: Mapping[str, str], language: str, base: str) -> str:
    """What a customer of this language is shown while it has no text."""
    return "" if texts.get(language) else said(dict(texts), language, base)
