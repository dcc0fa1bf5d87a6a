"""A survey as the text of its file: keys in the order people write them, one text a line."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import structs
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from locales import LANGUAGES
from surveys.definition import Choice, Section, Survey, Test, Texts, When
from surveys.file.forms import ALONE, ANY, QUESTIONS, fields_of
from written.forms import required_of, types_of
from written.scalars import scalar

_WIDTH = 100
_FIRST = ("code", "name", "language", "for")


def written(survey: Survey) -> str:
    """The file of a survey, which reads back the same."""
    yaml = YAML()
    yaml.width, yaml.allow_unicode = _WIDTH, True
    yaml.indent(mapping=2, sequence=4, offset=2)
    text = io.StringIO()
    yaml.dump(_Writer(survey.language).survey(survey), text)
    return text.getvalue()


class _Writer:
    def __init__(self, language: str) -> None:
        self._language = language

    def survey(self, survey: Survey) -> dict[str, Any]:
        found = self._part(survey) | {"language": survey.language}
        if [structs.replace(each, questions=()) for each in survey.sections] == [Section(ALONE, ())]:
            questions = found.pop("sections")[0][QUESTIONS]
            found[QUESTIONS] = questions
        if len(survey.thanks) == 1 and not survey.thanks[0].when:
            found["thanks"] = self._texts(survey.thanks[0].texts)
        return _ordered(found, _FIRST, (QUESTIONS, "sections", "thanks"))

    def _part(self, part: msgspec.Struct) -> dict[str, Any]:
        kind = type(part)
        blank = {each.name: each.default for each in structs.fields(kind)}
        needed = required_of(kind)
        found = {
            key: self._value(types_of(kind)[field], value)
            for key, field in fields_of(kind).items()
            if (value := getattr(part, field)) not in (blank[field], {}) or field in needed
        }
        return _ordered(found, (), (QUESTIONS,)) if isinstance(part, Section) else found

    def _value(self, kind: Any, value: Any) -> Any:
        if kind == When:
            return _when(value)
        if kind == Texts:
            return self._texts(value)
        return self._choices(value) if kind == tuple[Choice, ...] else self._plain(value)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, msgspec.Struct):
            return self._part(value)
        if isinstance(value, tuple):
            return [self._plain(each) for each in value]
        if isinstance(value, bool):
            return "yes" if value else "no"
        return scalar(value) if isinstance(value, str) else value

    def _choices(self, choices: tuple[Choice, ...]) -> Any:
        return {each.key: self._texts(each.texts) for each in choices}

    def _texts(self, texts: Texts) -> Any:
        if set(texts) == {self._language}:
            return scalar(texts[self._language])
        return {language: scalar(texts[language]) for language in LANGUAGES if language in texts}


def _when(when: When) -> Any:
    groups = [[_test(each) for each in group] for group in when]
    if len(groups) == 1:
        return groups[0][0] if len(groups[0]) == 1 else groups[0]
    return {ANY: [group[0] if len(group) == 1 else _in_a_line(group) for group in groups]}


def _in_a_line(group: list[CommentedMap]) -> CommentedSeq:
    found = CommentedSeq(group)
    found.fa.set_flow_style()
    return found


def _test(test: Test) -> CommentedMap:
    found = CommentedMap(question=test.question)
    if test.part:
        found["row"] = test.part
    found[test.op] = "yes" if test.op in ("answered", "skipped") else test.value
    found.fa.set_flow_style()  # in one line, as people write it
    return found


def _ordered(found: dict[str, Any], first: Sequence[str], last: Sequence[str]) -> dict[str, Any]:
    """The same with these keys first and last, as far as they are there."""
    order = dict.fromkeys((*first, *(key for key in found if key not in last), *last))
    return {key: found[key] for key in order if key in found}
