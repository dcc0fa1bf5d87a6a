"""The file's keys: how the fields of `surveys.definition` are spelt where people write them."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec

from surveys.definition import Choice, Operator, Question, Section, Survey, Thanks
from written.forms import types_of, unwrapped

SPELT = {
    (Survey, "names"): "name",
    (Survey, "kinds"): "for",
    (Section, "texts"): "title",
    (Question, "texts"): "text",
    (Thanks, "texts"): "text",
}
QUESTIONS = "questions"  # of the survey: its questions where it has one section without a title
ALONE = "main"  # the key of that section
ANY = "any"
OPERATORS: tuple[Operator, ...] = typing.get_args(Operator)
TEST_KEYS = ("question", "row", *OPERATORS)


@cache
def fields_of(kind: type[msgspec.Struct]) -> dict[str, str]:
    """The field of each key that a part of the file may have."""
    return {SPELT.get((kind, name), name): name for name in types_of(kind)}


def part_of(kind: Any) -> type[msgspec.Struct] | None:
    """The part of the file that a field, or each item of its list, is; None for a value."""
    found = unwrapped(kind)[0]
    item = next(iter(typing.get_args(found)), None)
    each = item if typing.get_origin(found) is tuple else found
    whole = isinstance(each, type) and issubclass(each, msgspec.Struct) and each is not Choice
    return each if whole else None


def every_key(kind: type[msgspec.Struct] = Survey) -> Iterator[str]:
    """Every key of the file, each once for the part it belongs to: `survey.name`, `question.key`."""
    if kind is Survey:
        yield f"survey.{QUESTIONS}"
        yield from (f"when.{key}" for key in (ANY, *TEST_KEYS))
    for key, field in fields_of(kind).items():
        yield f"{kind.__name__.lower()}.{key}"
        if part := part_of(types_of(kind)[field]):
            yield from every_key(part)
