"""Conditions as the builder's forms hold them: which earlier answer, compared how, with what; and in words.

The fields of a condition are named by their place in it: `when-0-1-question` is the question of the second test of
the first group. Its buttons say `and:when:0`, `or:when` and `drop:when:0:1`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import structs

from console.staff.access import Form
from locales import Language, Text, _, formats, render
from surveys.definition import SCALES, Kind, Operator, Question, Survey, Test, When
from surveys.texts import fill, said
from talk.split import plain

_COMPARED: tuple[Operator, ...] = ("is", "is_not", "below", "above", "answered", "skipped")
_CHOSEN: tuple[Operator, ...] = ("is", "is_not", "answered", "skipped")
OPERATORS: Mapping[Kind, tuple[Operator, ...]] = {
    "nps": _COMPARED,
    "csat": _COMPARED,
    "ces": _COMPARED,
    "stars": _COMPARED,
    "matrix": _COMPARED,
    "number": _COMPARED,
    "single": _CHOSEN,
    "multiple": _CHOSEN,
    "date": ("is", "below", "above", "answered", "skipped"),
    "text": ("answered", "skipped"),
    "photo": ("answered", "skipped"),
}
LABELS: dict[str, Text] = {
    "op_is": _("is"),
    "op_is_not": _("is not"),
    "op_below": _("is below"),
    "op_above": _("is above"),
    "op_answered": _("was answered"),
    "op_skipped": _("was skipped"),
    "op_includes": _("includes"),
    "op_without": _("does not include"),
    "op_before": _("is before"),
    "op_after": _("is after"),
}
SENTENCES: dict[str, Text] = {
    "op_is": _("“{question}” is {value}"),
    "op_is_not": _("“{question}” is not {value}"),
    "op_below": _("“{question}” is below {value}"),
    "op_above": _("“{question}” is above {value}"),
    "op_answered": _("“{question}” was answered"),
    "op_skipped": _("“{question}” was skipped"),
    "op_includes": _("“{question}” includes {value}"),
    "op_without": _("“{question}” does not include {value}"),
    "op_before": _("“{question}” is before {value}"),
    "op_after": _("“{question}” is after {value}"),
}
GONE = _("A question that is not there any more")
SHORT = 60
GAP = "…"
_SPECIAL: Mapping[tuple[str, str], str] = {
    ("multiple", "is"): "op_includes",
    ("multiple", "is_not"): "op_without",
    ("date", "below"): "op_before",
    ("date", "above"): "op_after",
}
_UNHAPPY = {"nps": 7, "csat": 3, "ces": 4, "stars": 3, "matrix": 3}
_NUMBER = re.compile(r"-?\d{1,12}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,31}")


def begun(question: Question) -> Test:
    """A condition to begin with: the question's unhappy answers, its first choice, or that it was answered."""
    if question.kind in _UNHAPPY:
        part = question.rows[0].key if question.rows else ""
        return Test(question.key, "below", _UNHAPPY[question.kind], part)
    if question.choices:
        return Test(question.key, "is", question.choices[0].key)
    return Test(question.key, "above", 0) if question.kind == "number" else Test(question.key, "answered")


def read(form: Form, name: str, survey: Survey) -> When:
    """The condition in a form's fields of this name."""
    groups: list[tuple[Test, ...]] = []
    while f"{name}-{len(groups)}-0-question" in form:
        group: list[Test] = []
        while f"{name}-{len(groups)}-{len(group)}-question" in form:
            group.append(_test(form, f"{name}-{len(groups)}-{len(group)}", survey))
        groups.append(tuple(group))
    return tuple(groups)


def done(when: When, deed: Sequence[str], known: Sequence[Question]) -> When:
    """The condition after a button: `and` with a group, `or`, `drop` with a group and a test."""
    what, *places = deed[0], *(int(each) for each in deed[2:] if each.isdecimal())
    groups = [list(group) for group in when]
    if what == "or" and known:
        groups.append([begun(known[-1])])
    elif what == "and" and known and places and places[0] < len(groups):
        groups[places[0]].append(begun(known[-1]))
    elif what == "drop" and len(places) == 2 and places[0] < len(groups) and places[1] < len(groups[places[0]]):
        del groups[places[0]][places[1]]
    return tuple(tuple(group) for group in groups if group)


def shown(when: When, name: str, survey: Survey, known: Sequence[Question], language: Language) -> dict[str, Any]:
    """A condition as the form shows it, with what can be chosen in each of its fields."""
    return {
        "name": name,
        "any_known": bool(known),
        "groups": [
            [_row(test, f"{name}-{place}-{each}", survey, known, language) for each, test in enumerate(group)]
            for place, group in enumerate(when)
        ],
    }


def words(when: When, survey: Survey, language: Language) -> list[list[str]]:
    """A condition as sentences: groups, any of which is enough, of tests that must all hold."""
    return [[_sentence(test, survey, language) for test in group] for group in when]


def label(question: Question, survey: Survey, language: Language) -> str:
    """The question in few words; its key where it says nothing yet."""
    text = " ".join(fill(survey, question.texts, language, {}, {"business": GAP}).split()) or question.key
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"


def _test(form: Form, name: str, survey: Survey) -> Test:
    key, part, value = (form.get(f"{name}-{field}", "") for field in ("question", "part", "value"))
    wanted, question = form.get(f"{name}-op", ""), survey.question(key)
    op = next((each for each in _COMPARED if each == wanted), _COMPARED[-2])
    if question is None:
        known = key if _CODE.fullmatch(key) else "x"
        return Test(known, op, int(value) if _NUMBER.fullmatch(value) else value or None, part)
    if op not in OPERATORS[question.kind]:
        return begun(question)
    if op in ("answered", "skipped"):
        return Test(key, op)
    test = Test(key, op, _value(value, question), part if any(each.key == part for each in question.rows) else "")
    if question.rows and not test.part:
        test = structs.replace(test, part=question.rows[0].key)
    return begun(question) if test.value is None else test


def _value(text: str, question: Question) -> int | str | None:
    """What is compared with, None for what this question's answer can never be."""
    text = text.strip()
    if question.kind in ("single", "multiple"):
        return text if any(each.key == text for each in question.choices) else None
    if question.kind == "date":
        return text
    if not _NUMBER.fullmatch(text):
        return None
    low, high = SCALES.get(question.kind, (-(10**12), 10**12))
    return int(text) if low <= int(text) <= high else None


def _row(test: Test, name: str, survey: Survey, known: Sequence[Question], language: Language) -> dict[str, Any]:
    question = survey.question(test.question)
    questions = [(each.key, label(each, survey, language)) for each in known]
    if all(key != test.question for key, _words in questions):
        gone = plain(render(GONE, language)) if question is None else label(question, survey, language)
        questions.insert(0, (test.question, gone))
    scale = SCALES.get(question.kind) if question else None
    return {
        "name": name,
        "test": test,
        "questions": questions,
        "operators": [(op, _named(question.kind, op)) for op in OPERATORS[question.kind]] if question else [],
        "parts": [(row.key, said(row.texts, language, survey.language) or row.key) for row in question.rows]
        if question
        else [],
        "answers": [(str(each), str(each)) for each in range(scale[0], scale[1] + 1)]
        if scale
        else [
            (each.key, said(each.texts, language, survey.language) or each.key)
            for each in (question.choices if question else ())
        ],
        "compares": test.op not in ("answered", "skipped"),
        "kind": question.kind if question else "",
    }


def _named(kind: Kind, op: str) -> str:
    return _SPECIAL.get((kind, op), f"op_{op}")


def _sentence(test: Test, survey: Survey, language: Language) -> str:
    question = survey.question(test.question)
    if question is None:
        return plain(render(GONE, language))
    about = next((row for row in question.rows if row.key == test.part), None)
    words_of = said(about.texts, language, survey.language) if about else label(question, survey, language)
    values = {"question": words_of, "value": _compared_with(test, question, survey, language)}
    return plain(render(SENTENCES[_named(question.kind, test.op)], language, values))


def _compared_with(test: Test, question: Question, survey: Survey, language: Language) -> object:
    chosen = next((each for each in question.choices if each.key == test.value), None)
    if chosen is not None:
        return said(chosen.texts, language, survey.language) or chosen.key
    if question.kind == "date" and isinstance(test.value, str):
        return _day(test.value, language)
    return "" if test.value is None else test.value


def _day(text: str, language: Language) -> str:
    try:
        return formats.date(dt.date.fromisoformat(text), language)
    except ValueError:
        return text
